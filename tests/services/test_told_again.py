"""News of money that is told once more is no news."""

from dataclasses import replace

import pytest

from core.ledger.models import Account
from core.payments.gateway import GatewayState, RefundReport
from core.payments.models import Outcome
from tests.shop import Shop


def test_a_settlement_that_is_told_again_is_nothing_new(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    reference = shop.attempt(order).reference
    shop.simulator.pay(reference)
    report = shop.core.worker.queue.attempts.gateway.fetch_report(reference)

    told = [shop.core.settlement.apply(report) for _ in range(3)]

    assert told == [Outcome.APPLIED, Outcome.NOTHING_NEW, Outcome.NOTHING_NEW]
    assert shop.balance(Account.GATEWAY) == order.total


def test_late_money_that_is_told_again_stands_on_the_desk_once(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    late = shop.attempt(order)
    shop.core.payments.cancel(order.uid)
    shop.gateway_works()
    shop.simulator.pay(late.reference, late=True)
    report = shop.core.worker.queue.attempts.gateway.fetch_report(late.reference)

    told = [shop.core.settlement.apply(report) for _ in range(3)]

    assert told == [Outcome.APPLIED, Outcome.NOTHING_NEW, Outcome.NOTHING_NEW]
    assert [(case.kind, case.amount) for case in shop.cases()] == [("after_cancel", order.total)]


def test_a_refund_that_is_told_again_is_nothing_new(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    reference = shop.attempt(order).reference
    shop.simulator.refund(reference, 1_000, "R1")
    report = shop.core.worker.queue.attempts.gateway.fetch_report(reference)

    told = [shop.core.settlement.apply(report) for _ in range(3)]

    assert told == [Outcome.APPLIED, Outcome.NOTHING_NEW, Outcome.NOTHING_NEW]
    assert shop.received(order) == order.total - 1_000
    assert shop.cases() == []


def test_sums_that_grow_without_any_key_are_followed_to_the_last(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    report = shop.core.worker.queue.attempts.gateway.fetch_report(shop.attempt(order).reference)

    for total in (10_000, 25_000, 10_000):
        told = RefundReport(f"sum-{total}", total, "", None, is_sum=True)
        shop.core.settlement.apply(replace(report, state=GatewayState.PARTIALLY_REFUNDED, refunds=(told,)))

    assert shop.received(order) == order.total - 25_000
    with pytest.raises(AssertionError, match="gateway_agrees"):
        # The simulator's own book knows nothing of them.
        shop.check_books()
    for key, amount in (("A", 10_000), ("B", 15_000)):
        shop.simulator.refund(report.reference, amount, key)
