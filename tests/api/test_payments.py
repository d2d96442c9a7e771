"""The list of payments, as a program or a signed-in person reads it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core.events.record import SYSTEM
from core.outlets.models import Outlet
from core.staff.errors import BadKeyName, KeyNameTaken, UnknownKey
from core.staff.models import StaffMember
from tests.api.conftest import Program
from tests.cheap_secrets import cheap_hash
from tests.shop import CASHIER, notification
from tests.web.patience import soon

ADDRESS = "/api/v1/payments"
PASSWORD = "nasi-goreng-1"


def key(program: Program, name: str = "accounting") -> dict[str, str]:
    return {"Authorization": f"Bearer {program.shop.core.keys.make(program.shop.outlet.id, name, SYSTEM)}"}


def read(program: Program, headers: dict[str, str], **asked: Any) -> dict[str, Any]:
    answer = program.http.get(ADDRESS, headers=headers, params=asked)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def sign_in(program: Program, username: str) -> None:
    with program.shop.core.db.write() as session:
        session.execute(update(StaffMember).values(password_hash=cheap_hash(PASSWORD)))
    program.http.post("/cashier/login", data={"username": username, "password": PASSWORD})


def paid_in_cash(program: Program) -> dict[str, Any]:
    order = program.order("Es Teh", pay_by="cash")
    program.shop.core.cash.take(order["order_uid"], 50_000, CASHIER)
    return order


def test_a_key_reads_what_was_paid(program: Program) -> None:
    order = paid_in_cash(program)

    (payment,) = read(program, key(program))["payments"]

    at = datetime.fromisoformat(payment.pop("at"))
    assert at.utcoffset() == timedelta(hours=7)
    assert payment.pop("business_day")
    assert payment == {
        "reference": order["order_uid"],
        "method": "cash",
        "state": "settled",
        "amount": order["cash_total"],
        "returned": 0,
        "order_uid": order["order_uid"],
        "order_number": order["order_number"],
        "table": "1",
        "taken_by": "Kasir",
        "transaction_id": None,
        "issuer": None,
        "acquirer": None,
        "paid_at": None,
    }


def test_a_qris_payment_tells_what_the_gateway_told(program: Program) -> None:
    order = program.order("Sate Ayam")
    assert soon(lambda: program.look(order)["payment"]["state"] == "live")
    reference = program.look(order)["payment"]["reference"]
    program.shop.simulator.pay(reference, issuer="GoPay")
    body = notification(reference, order["total"], "settlement")
    program.http.post("/api/v1/webhooks/midtrans", content=body, headers={"content-type": "application/json"})
    assert soon(lambda: program.look(order)["payment_status"] == "paid")

    (payment,) = read(program, key(program))["payments"]

    told = program.look(order)["payment"]
    assert (payment["reference"], payment["paid_at"]) == (reference, told["paid_at"])
    assert (payment["issuer"], payment["amount"], payment["method"]) == (told["issuer"], order["total"], "qris")
    assert payment["transaction_id"]


@pytest.mark.parametrize("username", ["kasir", "manager", "owner"])
def test_a_signed_in_person_reads_it_too(program: Program, username: str) -> None:
    paid_in_cash(program)
    sign_in(program, username)

    assert len(read(program, {})["payments"]) == 1


def test_the_kitchen_does_not(program: Program) -> None:
    sign_in(program, "dapur")

    assert program.http.get(ADDRESS).status_code == 403


@pytest.mark.parametrize("token", ["", "meja_", f"meja_{'x' * 43}", "x" * 5_000, "meja_ü"])
def test_whoever_has_no_key_gets_nothing(program: Program, token: str) -> None:
    paid_in_cash(program)
    headers = {b"Authorization": b"Bearer " + token.encode("latin-1")} if token else {}

    answer = program.http.get(ADDRESS, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "not-signed-in"


def test_a_wrong_key_is_not_helped_by_a_session(program: Program) -> None:
    sign_in(program, "owner")

    assert program.http.get(ADDRESS, headers={"Authorization": "Bearer nothing"}).status_code == 401


def test_a_revoked_key_is_good_for_nothing_at_once_and_its_name_can_be_used_again(program: Program) -> None:
    core, outlet = program.shop.core, program.shop.outlet.id
    old = key(program)
    read(program, old)
    with pytest.raises(KeyNameTaken):
        key(program)

    core.keys.revoke(outlet, "accounting", SYSTEM)

    assert program.http.get(ADDRESS, headers=old).status_code == 401
    read(program, key(program))
    with pytest.raises(UnknownKey):
        core.keys.revoke(outlet, "another", SYSTEM)


def test_a_key_says_when_it_was_used(program: Program) -> None:
    headers = key(program)
    assert [one.used_at for one in program.shop.core.keys.keys(program.shop.outlet.id)] == [None]

    read(program, headers)
    program.shop.clock.added += timedelta(minutes=2)
    read(program, headers)

    (one,) = program.shop.core.keys.keys(program.shop.outlet.id)
    assert one.used_at is not None
    assert program.shop.clock() - one.used_at < timedelta(minutes=1)


def test_a_key_is_kept_as_a_digest_only(program: Program) -> None:
    token = key(program)["Authorization"].removeprefix("Bearer ")

    (one,) = program.shop.core.keys.keys(program.shop.outlet.id)

    assert token not in one.token_digest
    assert len(one.token_digest) == 64


@pytest.mark.parametrize("name", ["", "Accounting", "a b", "a" * 41, "ü", "-a"])
def test_a_name_that_cannot_be_typed_again_names_no_key(program: Program, name: str) -> None:
    with pytest.raises(BadKeyName):
        key(program, name)


def test_another_outlets_key_sees_nothing_of_ours(program: Program) -> None:
    paid_in_cash(program)
    with program.shop.core.db.write() as session:
        other = Outlet(name="Warung Lain", service_rate=0, tax_rate=0, merchant_name="LAIN")
        session.add(other)
    token = program.shop.core.keys.make(other.id, "accounting", SYSTEM)

    assert read(program, {"Authorization": f"Bearer {token}"})["payments"] == []


def test_the_next_page_is_asked_for_by_its_cursor(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    history = type(program.shop.core.past_payments)
    defaults = history.page.__kwdefaults__ or {}
    monkeypatch.setattr(history.page, "__kwdefaults__", defaults | {"size": 2})
    orders = [paid_in_cash(program)["order_uid"] for _ in range(3)]
    headers = key(program)

    first = read(program, headers)
    second = read(program, headers, cursor=first["next_cursor"])

    assert [one["order_uid"] for one in first["payments"] + second["payments"]] == orders[::-1]
    assert second["next_cursor"] is None


def test_a_period_is_of_days_or_of_moments(program: Program) -> None:
    paid_in_cash(program)
    headers = key(program)
    (payment,) = read(program, headers)["payments"]
    day, at = payment["business_day"], payment["at"]

    assert len(read(program, headers, **{"from": day, "to": day})["payments"]) == 1
    assert len(read(program, headers, **{"from": at})["payments"]) == 1
    assert read(program, headers, to=at)["payments"] == []
    assert read(program, headers, method="qris")["payments"] == []


def test_midnight_is_a_moment_and_not_a_day(program: Program) -> None:
    paid_in_cash(program)
    headers = key(program)
    day = read(program, headers)["payments"][0]["business_day"]

    assert read(program, headers, to=f"{day}T00:00:00+07:00")["payments"] == []
    assert len(read(program, headers, **{"from": f"{day}T00:00:00+07:00"})["payments"]) == 1
    assert len(read(program, headers, to=day)["payments"]) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "yesterday"},
        {"from": "2026-11-29T10:00:00"},
        {"from": "2026-11-29T00:00:00"},
        {"to": "0001-01-05"},
        {"from": "0001-01-01T10:00:00+07:00"},
        {"to": "9999-12-31"},
        {"from": "2026-02-30"},
        {"from": "0.5"},
        {"to": "1764400000"},
        {"from": "2026-11-29", "to": "2026-11-28"},
        {"method": "card"},
        {"cursor": "1"},
        {"cursor": "x" * 41},
    ],
)
def test_what_cannot_be_asked_is_said_to_be_so(program: Program, asked: dict[str, str]) -> None:
    answer = program.http.get(ADDRESS, headers=key(program), params=asked)

    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
