"""A program orders, once, and follows what becomes of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from core.orders.models import Order
from core.services.order_desk import Stage
from tests.api.conftest import Program
from tests.services.test_refunds import MANAGER
from tests.shop import CASHIER, notification
from tests.web.patience import soon

KEY = "a-key-of-a-program"


def _orders(program: Program) -> int:
    with program.shop.core.db.read() as session:
        return session.scalar(select(func.count()).select_from(Order)) or 0


def test_an_order_is_answered_with_everything_about_it(program: Program) -> None:
    order = program.order("Sate Ayam", "Es Teh")

    assert (order["status"], order["payment_status"], order["payment_method"]) == (
        "awaiting_payment",
        "pending",
        "qris",
    )
    assert (order["order_number"], order["table"]) == ("A1", "1")
    assert [line["name"] for line in order["lines"]] == ["Sate Ayam", "Es Teh"]
    assert order["total"] == 40_425
    created = datetime.fromisoformat(order["created_at"])
    assert created.utcoffset() == timedelta(hours=7)


def test_a_cash_order_has_the_code_to_show(program: Program) -> None:
    order = program.order("Es Teh", pay_by="cash")

    assert len(order["claim_code"]) == 4
    assert program.look(order)["payment"] is None


def test_the_same_key_and_body_bring_the_same_order(program: Program) -> None:
    first, second = program.order("Es Teh", key=KEY), program.order("Es Teh", key=KEY)

    assert first == second
    assert _orders(program) == 1


def test_the_same_key_with_another_body_is_refused(program: Program) -> None:
    program.order("Es Teh", key=KEY)

    answer = program.http.post(
        "/api/v1/orders",
        json=program.wish("Sate Ayam", payment_method="qris"),
        headers={"Idempotency-Key": KEY},
    )

    assert (answer.status_code, answer.json()["type"]) == (422, "idempotency-key-reused")
    assert _orders(program) == 1


def test_ten_at_once_with_one_key_are_one_order(program: Program) -> None:
    with ThreadPoolExecutor(10) as pool:
        uids = {order["order_uid"] for order in pool.map(lambda _: program.order("Es Teh", key=KEY), range(10))}

    assert len(uids) == 1
    assert _orders(program) == 1


@pytest.mark.parametrize("key", ["short", "x" * 65, "with space in it"])
def test_a_key_that_is_none_is_refused(program: Program, key: str) -> None:
    answer = program.http.post(
        "/api/v1/orders", json=program.wish("Es Teh", payment_method="qris"), headers={"Idempotency-Key": key}
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "Idempotency-Key"
    assert _orders(program) == 0


def test_a_changed_price_is_told_with_the_new_quote_and_nothing_is_ordered(program: Program) -> None:
    answer = program.http.post(
        "/api/v1/orders", json=program.wish("Es Teh", payment_method="qris", expected_total=5_000)
    )

    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (409, "price-changed")
    assert problem["quote"]["total"] == 8_085
    assert _orders(program) == 0


def test_the_last_portions_go_to_one_order_only(program: Program) -> None:
    for _ in range(3):
        program.order("Rendang")

    answer = program.http.post("/api/v1/orders", json=program.wish("Rendang", payment_method="qris"))

    assert (answer.status_code, answer.json()["type"]) == (409, "sold-out")


def test_a_bill_above_the_qris_limit_cannot_be_paid_so(program: Program) -> None:
    wish = program.wish(*["Sate Ayam"] * 4, payment_method="qris")
    for line in wish["lines"]:
        line["quantity"] = 99

    answer = program.http.post("/api/v1/orders", json=wish)

    assert (answer.status_code, answer.json()["type"]) == (422, "over-qris-limit")


def test_a_note_keeps_its_words_and_loses_what_could_mislead(program: Program) -> None:
    wish = program.wish("Es Teh", payment_method="qris", customer_name="Budi\u202e\u0000")
    wish["lines"][0]["note"] = "tanpa gula\u202e <b>"

    answer = program.http.post("/api/v1/orders", json=wish)

    assert answer.json()["lines"][0]["note"] == "tanpa gula <b>"


def test_an_order_tells_its_payment_and_its_story(program: Program) -> None:
    order = program.order("Sate Ayam")
    assert soon(lambda: program.look(order)["payment"]["state"] == "live")
    waiting = program.look(order)

    program.shop.simulator.pay(waiting["payment"]["reference"], issuer="GoPay")
    body = notification(waiting["payment"]["reference"], order["total"], "settlement")
    program.http.post("/api/v1/webhooks/midtrans", content=body, headers={"content-type": "application/json"})
    assert soon(lambda: program.look(order)["status"] == "confirmed")

    paid = program.look(order)
    assert waiting["payment"]["amount"] == order["total"]
    assert waiting["payment"]["qr_string"].startswith("000201")
    assert waiting["payment"]["qris_url"].endswith(f"/orders/{order['order_uid']}/qr.png")
    assert (paid["payment_status"], paid["payment"]["state"]) == ("paid", "settled")
    # A QR that was paid is not handed out again.
    assert (paid["payment"]["qr_string"], paid["payment"]["qris_url"]) == (None, None)
    assert datetime.fromisoformat(paid["payment"]["paid_at"]).utcoffset() == timedelta(hours=7)
    story = [happened["event"] for happened in paid["history"]]
    assert story[0] == "order.placed"
    assert {"order.paid", "attempt.settled"} <= set(story)


def test_cash_that_was_taken_is_a_settled_payment(program: Program) -> None:
    order = program.order("Es Teh", pay_by="cash")

    program.shop.core.cash.take(order["order_uid"], 10_000, CASHIER)

    paid = program.look(order)
    assert (paid["payment"]["method"], paid["payment"]["state"]) == ("cash", "settled")
    assert paid["payment"]["amount"] == order["cash_total"]


def test_an_order_that_was_paid_from_the_desk_tells_that_payment_and_its_own_total(program: Program) -> None:
    shop = program.shop
    first = shop.order("Sate Ayam")
    shop.wallet.pays(first, issuer="dana")
    assert soon(lambda: shop.status(first)[1] == "paid")
    shop.core.kitchen.cancel(first.uid, "Habis", MANAGER, may_void=True)
    order = program.order("Es Teh")
    (case,) = shop.cases()
    shop.core.cases.credit(shop.outlet.id, case.uid, order["order_uid"], MANAGER)

    payment = program.look(order)["payment"]

    assert (payment["state"], payment["issuer"]) == ("settled", "dana")
    assert (payment["reference"], payment["amount"]) == (shop.attempt(first).reference, order["total"])


def test_an_order_that_another_amount_paid_tells_a_settled_payment(program: Program) -> None:
    shop = program.shop
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order, amount=order.total + 5_000)
    assert soon(lambda: len(shop.cases()) == 1)
    failed = program.look({"order_uid": order.uid})
    shop.core.cases.credit(shop.outlet.id, shop.cases()[0].uid, order.uid, MANAGER)

    paid = program.look({"order_uid": order.uid})

    assert (failed["payment_status"], failed["payment"]["state"]) == ("failed", "failed")
    assert (paid["payment_status"], paid["payment"]["state"]) == ("paid", "settled")
    assert paid["payment"]["amount"] == order.total


@pytest.mark.parametrize("uid", ["unknown", "A1", "1", "%00", "a" * 65, "é"])
def test_an_order_is_found_by_its_secret_uid_only(program: Program, uid: str) -> None:
    program.order("Es Teh")

    assert program.http.get(f"/api/v1/orders/{uid}").status_code == 404


def test_no_call_of_the_api_makes_an_order_paid(program: Program) -> None:
    order = program.order("Es Teh", pay_by="cash")

    for body in ({"payment_status": "paid"}, {"status": "confirmed"}, {"tendered": 8100}):
        program.http.post("/api/v1/orders", json=program.wish("Es Teh", payment_method="cash") | body)
        program.http.patch(f"/api/v1/orders/{order['order_uid']}", json=body)
        program.http.put(f"/api/v1/orders/{order['order_uid']}", json=body)

    assert program.shop.core.orders.stage(order["order_uid"]) is Stage.AWAITING_CASH
