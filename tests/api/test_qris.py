"""A program asks for a QR, and is answered in time whatever the gateway does."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.api.conftest import Program


def _ask(program: Program, order: dict[str, Any], **more: Any) -> Any:
    return program.http.post("/api/v1/payments/qris", json={"order_id": order["order_uid"]} | more)


def test_a_qr_comes_with_everything_to_show_it(program: Program) -> None:
    order = program.order("Sate Ayam")

    answer = _ask(program, order, amount=order["total"], customer_details={"first_name": "Budi"})

    assert answer.status_code == 200, answer.text
    qr = answer.json()
    assert qr["order_uid"] == order["order_uid"]
    assert qr["amount"] == order["total"]
    assert qr["qr_string"].startswith("000201")
    assert qr["transaction_token"]
    left = datetime.fromisoformat(qr["expires_at"]) - program.shop.clock()
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    picture = program.http.get(qr["qris_url"].removeprefix("http://127.0.0.1:8000"))
    assert picture.headers["content-type"] == "image/png"


def test_asking_twice_makes_no_second_qr(program: Program) -> None:
    order = program.order("Sate Ayam")

    first, second = _ask(program, order).json(), _ask(program, order).json()

    assert first["transaction_token"] == second["transaction_token"]


def test_a_key_holds_for_one_request_only(program: Program) -> None:
    first, second = program.order("Sate Ayam"), program.order("Es Teh")
    key = {"Idempotency-Key": "a-key-of-a-program"}

    answers = [
        program.http.post("/api/v1/payments/qris", json={"order_id": order["order_uid"]}, headers=key)
        for order in (first, first, second)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert answers[0].json() == answers[1].json()
    assert answers[2].json()["type"] == "idempotency-key-reused"


def test_another_amount_than_the_orders_is_refused(program: Program) -> None:
    order = program.order("Sate Ayam")

    answer = _ask(program, order, amount=order["total"] - 1)

    assert (answer.status_code, answer.json()["type"]) == (409, "amount-differs")


def test_an_order_to_be_paid_in_cash_may_be_paid_by_qr_after_all(program: Program) -> None:
    order = program.order("Sate Ayam", pay_by="cash")

    assert _ask(program, order).status_code == 200
    assert program.look(order)["payment_method"] == "qris"


def test_a_cancelled_order_gets_no_qr(program: Program) -> None:
    order = program.order("Sate Ayam", pay_by="cash")
    program.shop.core.payments.cancel(order["order_uid"])

    answer = _ask(program, order)

    assert (answer.status_code, answer.json()["type"]) == (409, "payment-closed")


def test_an_unknown_order_gets_no_qr(program: Program) -> None:
    answer = program.http.post("/api/v1/payments/qris", json={"order_id": "unknown"})

    assert (answer.status_code, answer.json()["type"]) == (404, "unknown-order")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"order_id": 7},
        {"order_id": "x", "amount": "7"},
        {"order_id": "x", "amount": 1.5},
        {"order_id": "x", "amount": True},
        {"order_id": "x", "amount": -1},
        {"order_id": "x", "customer_details": {"card_number": "4811"}},
        {"order_id": "x", "gross_amount": 1},
    ],
)
def test_a_body_that_is_not_exactly_right_is_refused(program: Program, body: dict[str, Any]) -> None:
    assert program.http.post("/api/v1/payments/qris", json=body).status_code == 422


@pytest.mark.parametrize(
    "fault",
    [
        {"call": "*", "kind": "latency", "seconds": 20},
        {"call": "*", "kind": "http_503"},
        {"call": "*", "kind": "html"},
        {"call": "*", "kind": "drop_request"},
        {"call": "*", "kind": "trickle_header", "seconds": 20},
    ],
    ids=lambda fault: fault["kind"],
)
def test_when_the_gateway_cannot_say_the_answer_comes_in_time(program: Program, fault: dict[str, Any]) -> None:
    order = program.order("Sate Ayam", pay_by="cash")
    program.shop.simulator.misbehave(fault)

    began = time.monotonic()
    answer = _ask(program, order)

    assert time.monotonic() - began < 6
    assert (answer.status_code, answer.json()["type"]) == (503, "gateway-unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    program.shop.simulator.behave()
