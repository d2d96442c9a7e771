"""The one door for news of money: what does not fit changes nothing and is put before a person."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from core.events.models import Event
from core.payments.gateway import GatewayState, PaymentReport, RefundReport
from core.payments.models import Outcome
from core.services.order_desk import Stage
from tests.shop import Shop


def report_of(shop: Shop, reference: str, **changed: Any) -> PaymentReport:
    """What the gateway would say about a payment that came, with something changed."""
    return replace(shop.core.worker.queue.attempts.gateway.fetch_report(reference), **changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"currency": "USD"},
        {"merchant_id": "G000000000"},
        {"transaction_id": "somebody-elses"},
        {"is_trusted": False},
        {"amount": 0},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_report_that_does_not_fit_pays_nothing_and_stands_on_the_desk(shop: Shop, changed: dict[str, Any]) -> None:
    order = shop.order("Sate Ayam")
    reference = shop.attempt(order).reference
    shop.simulator.pay(reference)

    outcome = shop.core.settlement.apply(report_of(shop, reference, **changed))

    assert outcome is Outcome.CONFLICTED
    assert shop.status(order) == ("awaiting_payment", "failed")
    assert shop.stage(order) is Stage.NEEDS_CASHIER
    assert [(case.kind, case.amount) for case in shop.cases()] == [("conflicting", 0)]
    # The gateway's true word settles it all the same.
    shop.core.settlement.apply(report_of(shop, reference))
    assert shop.status(order) == ("confirmed", "paid")


def test_a_report_about_a_payment_we_never_asked_for_is_unmatched(shop: Shop) -> None:
    stranger = PaymentReport("K-NOBODY-Q", GatewayState.SETTLED, 5_000, "IDR", "t")
    assert shop.core.settlement.apply(stranger) is Outcome.UNMATCHED


def test_an_answer_without_a_merchant_is_not_held_against_it(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    reference = shop.attempt(order).reference
    shop.simulator.pay(reference)

    assert shop.core.settlement.apply(report_of(shop, reference, merchant_id=None)) is Outcome.APPLIED
    assert shop.status(order) == ("confirmed", "paid")


def test_expired_after_settled_is_a_contradiction_that_a_person_looks_at(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    reference = shop.attempt(order).reference

    outcome = shop.core.settlement.apply(report_of(shop, reference, state=GatewayState.EXPIRED))

    assert outcome is Outcome.CONFLICTED
    assert shop.status(order) == ("confirmed", "paid")
    assert [case.kind for case in shop.cases()] == ["conflicting"]


def test_an_end_after_another_end_is_old_news(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    reference = shop.attempt(order).reference
    shop.simulator.expire(reference)
    shop.hears_of(shop.attempt(order), said="expire")

    for state in (GatewayState.CANCELLED, GatewayState.EXPIRED, GatewayState.PENDING):
        assert shop.core.settlement.apply(report_of(shop, reference, state=state)) is Outcome.NOTHING_NEW

    assert shop.stage(order) is Stage.QR_EXPIRED


def test_a_denied_qr_is_refused_and_not_called_expired(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.simulator.deny(shop.attempt(order).reference)
    shop.hears_of(shop.attempt(order), said="deny")
    assert shop.stage(order) is Stage.QR_REFUSED
    assert shop.status(order) == ("awaiting_payment", "failed")


@pytest.mark.parametrize("amount", [0, 1_000_000])
def test_a_refund_that_cannot_be_one_is_put_before_a_person(shop: Shop, amount: int) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    reference = shop.attempt(order).reference
    odd = RefundReport("R9", amount, "", None)

    shop.core.settlement.apply(report_of(shop, reference, state=GatewayState.PARTIALLY_REFUNDED, refunds=(odd,)))

    assert shop.status(order) == ("confirmed", "paid")
    assert [case.kind for case in shop.cases()] == ["conflicting"]


def test_a_whole_refund_without_a_list_is_a_refund_of_everything(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    attempt = shop.attempt(order)
    shop.simulator.refund(attempt.reference, attempt.amount, "gateway")

    shop.core.settlement.apply(report_of(shop, attempt.reference, refunds=()))

    assert shop.status(order) == ("confirmed", "refunded")


def test_everything_that_happened_to_an_order_can_be_read_in_its_order(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    with shop.core.db.read() as session:
        kinds = session.scalars(select(Event.kind).where(Event.order_id == order.id).order_by(Event.id)).all()
    assert kinds == [
        "order.placed",
        "attempt.started",
        "attempt.live",
        "order.confirmed",
        "order.paid",
        "attempt.settled",
    ]
