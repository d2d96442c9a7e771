"""What staff may try and nobody can: an order said to be paid that no money came for, and a bill made smaller."""

import pytest
from fastapi import FastAPI

from cashier.routes import routers
from core.web.plumbing import add_routers
from tests.cashier.conftest import MANAGERS_PIN
from tests.cashier.fraud_sequences.report import OWNERS_PIN, REASON, House
from tests.web.routes import routes_of

SAID_PAID = {
    "status": "paid",
    "payment_status": "paid",
    "method": "qris",
    "paid": "yes",
    "override": "yes",
    "discount": "10000",
    "price": "1",
    "total": "1",
}
"""What somebody would send along who has heard that other programs take it."""
FORMS = {
    "cancel": {"reason": REASON},
    "cash": {"tendered": "100000", "pin": OWNERS_PIN},
    "refund": {"amount": "1", "reason": REASON, "pin": OWNERS_PIN},
    "withdraw": {"refund": "R1", "pin": OWNERS_PIN},
    "check": {},
    "start": {},
    "ready": {},
    "serve": {},
    "undo": {},
    "recall": {},
    "seen": {},
    "lines": {"line_id": "1", "cooked": "yes"},
    "print/receipt": {},
    "print/kitchen": {},
}


def _steps() -> set[str]:
    app = FastAPI()
    add_routers(app, *routers)
    steps = {path for method, path in routes_of(app) if method == "POST" and path.startswith("/cashier/orders/1/")}
    return {path.removeprefix("/cashier/orders/1/") for path in steps}


def test_every_step_that_staff_can_take_with_an_order_is_tried_here() -> None:
    assert _steps() == set(FORMS)


@pytest.mark.parametrize("also", [{}, SAID_PAID], ids=["plain", "said-paid"])
def test_no_step_of_an_owner_makes_an_unpaid_qris_order_a_paid_one(place: House, also: dict[str, str]) -> None:
    order = place.shop.order("Sate Ayam")

    for step in sorted(set(FORMS) - {"cancel"}):
        place.owner.does(order, step, **FORMS[step], **also)
        place.shop.gateway_works()

        assert place.shop.status(order) == ("awaiting_payment", "pending"), step
        assert place.shop.page(order).order.total == order.total, step
        assert place.shop.received(order) == 0, step


@pytest.mark.parametrize("name", ["method", "payment_status", "override"])
def test_cash_cannot_be_entered_as_qris(place: House, name: str) -> None:
    order = place.shop.order("Sate Ayam", pay_by="cash")

    answer = place.cashier.does(order, "cash", tendered="100000", **{name: SAID_PAID[name]})

    assert answer.status_code == 422
    assert place.shop.status(order) == ("awaiting_payment", "pending")


def test_a_word_of_midtrans_that_nobody_signed_pays_nothing(place: House) -> None:
    order = place.shop.order("Sate Ayam")
    said = {"order_id": place.shop.attempt(order).reference, "transaction_status": "settlement", "status_code": "200"}

    answer = place.owner.browser.post("/api/v1/webhooks/midtrans", json=said)
    place.shop.gateway_works()

    assert answer.status_code in {400, 403}
    assert place.shop.status(order) == ("awaiting_payment", "pending")


@pytest.mark.parametrize("field", ["discount", "price", "unit_price", "total"])
def test_a_bill_is_made_smaller_by_nobody(place: House, field: str) -> None:
    address = place.cashier.opens("/cashier/new").headers["location"]
    form = {"dish_id": str(place.shop.dishes["Sate Ayam"].id), "key": "a-key-of-one-tap", field: "1"}

    answer = place.cashier.browser.post(f"{address}/lines", data=form)

    assert answer.status_code == 422


def test_the_cashiers_own_pin_cancels_nothing_that_was_paid(place: House) -> None:
    order = place.sold_in_cash()

    for pin in ("", "246810"):
        assert place.cashier.does(order, "cancel", reason=REASON, pin=pin).status_code == 403

    assert place.shop.status(order) == ("confirmed", "paid")
    assert place.reads() == []


def test_a_cancellation_says_why(place: House) -> None:
    order = place.sold_in_cash()

    answer = place.cashier.does(order, "cancel", reason=" ", pin=MANAGERS_PIN)

    assert answer.status_code == 422
    assert place.reads() == []


def test_money_goes_back_to_the_payment_it_came_with_and_to_no_other(place: House) -> None:
    order, other = place.sold_by_qris(), place.sold_by_qris("Es Teh", table=1)
    theirs = place.shop.attempt(other).reference
    wish = {"amount": "5000", "reason": REASON, "pin": MANAGERS_PIN, "payment": theirs}

    answer = place.manager.does(order, "refund", **wish)
    place.shop.gateway_works()

    assert answer.status_code == 409
    assert [place.shop.status(one)[1] for one in (order, other)] == ["paid", "paid"]
    assert place.reads() == []


def test_no_more_goes_back_than_came(place: House) -> None:
    order = place.sold_in_cash("Es Teh")

    wish = {"amount": str(order.cash_total + 1), "reason": REASON, "pin": MANAGERS_PIN}

    assert place.manager.does(order, "refund", **wish).status_code == 422
    assert place.reads() == []
