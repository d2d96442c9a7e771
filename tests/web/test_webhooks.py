"""What arrives at the gateway's door: stored and acknowledged, or refused for one clear reason, and never a 500."""

import gzip
import hashlib
import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from starlette.testclient import TestClient

from core.payments.models import Attempt, GatewayMessage
from core.payments.queries import attempt_for_update
from core.web import webhooks
from core.web.threads import REQUEST_THREADS
from core.web.webhooks import _AT_ONCE
from tests.shop import SERVER_KEY, Shop, notification
from tests.web.patience import soon

ADDRESS = "/api/v1/webhooks/midtrans"
REFERENCE = "K01HZX3J5Q8W9R2T4V6Y8Z0A1BCQ"
JSON = {"content-type": "application/json"}


def _post(client: TestClient, body: bytes, **headers: str) -> Any:
    return client.post(ADDRESS, content=body, headers=JSON | headers)


def _stored(shop: Shop) -> int:
    with shop.core.db.read() as session:
        return session.scalar(select(func.count()).select_from(GatewayMessage)) or 0


def _signed(**changed: Any) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(notification(REFERENCE, 47_500, "settlement"))
    return said | changed


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}/"])
def test_a_good_notification_is_stored_and_acknowledged(client: TestClient, house: Shop, address: str) -> None:
    body = notification(REFERENCE, 47_500, "settlement")

    answer = client.post(address, content=body, headers=JSON)

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert _stored(house) == 1


def test_the_same_notification_twice_is_one_message(client: TestClient, house: Shop) -> None:
    body = notification(REFERENCE, 47_500, "settlement")

    assert [_post(client, body).status_code for _ in range(3)] == [200, 200, 200]
    assert _stored(house) == 1


def test_a_notification_about_an_order_of_ours_ends_in_a_paid_order(client: TestClient, house: Shop) -> None:
    order = house.order("Sate Ayam")
    # The program's own worker may have it in hand: the gateway knows it when that is done.
    assert soon(lambda: house.attempt(order).state == "live")
    attempt = house.attempt(order)
    house.simulator.pay(attempt.reference)

    _post(client, notification(attempt.reference, attempt.amount, "settlement"))

    assert soon(lambda: house.status(order) == ("confirmed", "paid"))


def _storm(attempt: Attempt) -> list[bytes]:
    """More words about one payment than there are threads."""
    return [
        notification(attempt.reference, attempt.amount, "settlement", transaction_time=f"2026-05-01 12:30:{second:02d}")
        for second in range(2 * REQUEST_THREADS)
    ]


def test_in_a_storm_of_notifications_a_guest_still_gets_an_answer(client: TestClient, house: Shop) -> None:
    order = house.order("Sate Ayam")
    assert soon(lambda: house.attempt(order).state == "live")
    attempt = house.attempt(order)
    storm = _storm(attempt)
    with ThreadPoolExecutor(len(storm)) as gateway:
        with house.core.db.write() as session:
            attempt_for_update(session, attempt.id)
            posts = [gateway.submit(_post, client, body) for body in storm]
            assert soon(lambda: _AT_ONCE.statistics().tasks_waiting > 0)

            answer = client.get(f"/api/v1/orders/{order.uid}")

            told = [post.done() for post in posts]
        assert [post.result().status_code for post in posts] == [200] * len(storm)

    assert answer.status_code == 200
    assert not any(told)


def test_a_notification_that_finds_no_place_is_asked_to_come_again_before_the_gateway_gives_up(
    client: TestClient, house: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "_IN_LINE", 0.2)
    order = house.order("Sate Ayam")
    assert soon(lambda: house.attempt(order).state == "live")
    attempt = house.attempt(order)
    storm = _storm(attempt)
    places = int(_AT_ONCE.total_tokens)
    with ThreadPoolExecutor(len(storm)) as gateway:
        with house.core.db.write() as session:
            attempt_for_update(session, attempt.id)
            posts = [gateway.submit(_post, client, body) for body in storm]
            # Those that have a place wait for the database all the while.
            soon(lambda: sum(post.done() for post in posts) == len(storm) - places, seconds=3)
            told = [post.result() for post in posts if post.done()]
        answers = [post.result().status_code for post in posts]

    assert [answer.status_code for answer in told] == [503] * (len(storm) - places)
    assert all(answer.headers["retry-after"] for answer in told)
    assert sorted(answers) == [200] * places + [503] * (len(storm) - places)
    assert _stored(house) == places
    assert _post(client, storm[0]).status_code == 200


def test_a_notification_waits_for_its_place_and_the_database_no_longer_than_for_one_of_them(
    client: TestClient, house: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "_IN_ALL", 1.0)
    order = house.order("Sate Ayam")
    assert soon(lambda: house.attempt(order).state == "live")
    storm = _storm(house.attempt(order))
    with ThreadPoolExecutor(len(storm)) as gateway, house.core.db.write() as session:
        attempt_for_update(session, house.attempt(order).id)
        began = monotonic()
        # Those in line get a place once the first have given up, with next to no time left.
        answers = [post.result().status_code for post in [gateway.submit(_post, client, body) for body in storm]]
        took = monotonic() - began

    assert answers == [503] * len(storm)
    # Each in turn with a second of its own, they would take as many seconds as there are places in line.
    assert took < 1.0 + len(storm) // int(_AT_ONCE.total_tokens)


def _deep(levels: int) -> bytes:
    return b'{"order_id":' + b"[" * levels + b"]" * levels + b"}"


UNREADABLE = {
    "nothing": b"",
    "no JSON": b"transaction_status=settlement",
    "half an object": b'{"order_id": "K',
    "a list": b"[]",
    "a word": b'"settlement"',
    "a number": b"1",
    "null": b"null",
    "not UTF-8": b'{"order_id": "\xff\xfe"}',
    "UTF-16": json.dumps(_signed()).encode("utf-16"),
    "nothing but zeros": b"\x00" * 64,
    "nested 200,000 deep, cut to size": _deep(7_000),
    "nested 21 deep": _deep(21),
    "NaN": b'{"gross_amount": NaN}',
    "infinity": b'{"gross_amount": Infinity}',
    "a key twice": json.dumps(_signed()).encode().replace(b"{", b'{"order_id": "K1", ', 1),
    "a lone surrogate": json.dumps(_signed()).encode().replace(REFERENCE.encode(), b"\\ud800", 1),
    "no fields": b"{}",
}
NAMES = ["order_id", "status_code", "gross_amount", "signature_key", "transaction_status"]
ODD_VALUES = [None, 7, 1.5, True, [], ["x"], {}, {"a": 1}, "", "é" * 10, "\x00", "🍜", "x" * 3000]


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=list(UNREADABLE))
def test_what_cannot_be_read_is_refused_and_not_kept(client: TestClient, house: Shop, body: bytes) -> None:
    answer = _post(client, body)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert _stored(house) == 0


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_value_in_any_field_is_refused(client: TestClient, house: Shop, name: str) -> None:
    for value in ODD_VALUES:
        answer = _post(client, json.dumps(_signed(**{name: value})).encode())
        assert answer.status_code in {400, 403}, f"{name}={value!r}"
    without = {key: value for key, value in _signed().items() if key != name}
    assert _post(client, json.dumps(without).encode()).status_code in {400, 403}
    assert _stored(house) == 0


@pytest.mark.parametrize(
    "amount", ["47500", "47500.0", "47500.000", "4_7500.00", "４７５００.00", "4.75e4", "NaN", "-47500.00", " 47500.00"]
)
def test_an_amount_in_another_form_is_not_taken_for_the_signed_one(
    client: TestClient, house: Shop, amount: str
) -> None:
    assert _post(client, json.dumps(_signed(gross_amount=amount)).encode()).status_code in {400, 403}
    assert _stored(house) == 0


def _signature(text: str = f"{REFERENCE}20047500.00{SERVER_KEY}") -> str:
    return hashlib.sha512(text.encode()).hexdigest()


FORGED = {
    "random": secrets.token_hex(64),
    "empty": "",
    "upper case": _signature().upper(),
    "cut short": _signature()[:-1],
    "too long": _signature() + "0",
    "one bit off": _signature()[:-1] + format(int(_signature()[-1], 16) ^ 1, "x"),
    "of an empty key": _signature(f"{REFERENCE}20047500.00"),
    "of another key": _signature(f"{REFERENCE}20047500.00SB-Mid-server-other"),
    "of another amount": _signature(f"{REFERENCE}20047501.00{SERVER_KEY}"),
    "of another code": _signature(f"{REFERENCE}20147500.00{SERVER_KEY}"),
    "SHA-256": hashlib.sha256(f"{REFERENCE}20047500.00{SERVER_KEY}".encode()).hexdigest() * 2,
    "with spaces": f" {_signature()} ",
    "not ASCII": "é" * 128,
    "full-width": "０" * 128,
}


@pytest.mark.parametrize("signature", FORGED.values(), ids=list(FORGED))
def test_a_forged_signature_changes_nothing(client: TestClient, house: Shop, signature: str) -> None:
    answer = _post(client, json.dumps(_signed(signature_key=signature)).encode())

    assert answer.status_code == 403
    assert _stored(house) == 0


@pytest.mark.parametrize("value", [None, 7, ["x"], {"a": 1}, True])
def test_a_signature_that_is_no_text_is_refused(client: TestClient, house: Shop, value: object) -> None:
    assert _post(client, json.dumps(_signed(signature_key=value)).encode()).status_code in {400, 403}
    assert _stored(house) == 0


def test_fields_nobody_knows_are_ignored(client: TestClient, house: Shop) -> None:
    assert _post(client, json.dumps(_signed(brand_new={"a": [1]})).encode()).status_code == 200
    assert _stored(house) == 1


@pytest.mark.parametrize("size", [16 * 1024 + 1, 64 * 1024, 1024 * 1024])
def test_more_than_sixteen_kibibytes_are_too_large(client: TestClient, house: Shop, size: int) -> None:
    body = json.dumps(_signed(filler="x" * size)).encode()

    announced = _post(client, body)
    unannounced = client.post(ADDRESS, content=(body[i : i + 999] for i in range(0, len(body), 999)), headers=JSON)

    assert (announced.status_code, unannounced.status_code) == (413, 413)
    assert _stored(house) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": ""},
        {"content-encoding": "gzip"},
        {"content-encoding": "br"},
    ],
)
def test_another_form_of_body_is_refused(client: TestClient, house: Shop, headers: dict[str, str]) -> None:
    body = gzip.compress(notification(REFERENCE, 47_500, "settlement"))

    assert _post(client, body, **headers).status_code == 415
    assert _stored(house) == 0


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_only_posts_are_taken(client: TestClient, method: str) -> None:
    answer = client.request(method, ADDRESS)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


def test_when_it_cannot_be_stored_the_gateway_is_asked_to_come_again(client: TestClient, house: Shop) -> None:
    house.core.db.engine.dispose()
    path = house.core.db.url.database
    assert path is not None
    with house.core.db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE gateway_messages RENAME TO elsewhere")

    answer = _post(client, notification(REFERENCE, 47_500, "settlement"))

    assert answer.status_code == 503
    assert answer.headers["retry-after"]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changed=st.dictionaries(st.sampled_from(NAMES), JSON_VALUES, min_size=1))
def test_nothing_a_stranger_writes_makes_a_fault(client: TestClient, changed: dict[str, Any]) -> None:
    answer = _post(client, json.dumps(_signed(**changed)).encode())

    assert answer.status_code in {200, 400, 403, 413}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
def test_no_bytes_make_a_fault(client: TestClient, body: bytes) -> None:
    assert _post(client, body).status_code in {400, 403}
