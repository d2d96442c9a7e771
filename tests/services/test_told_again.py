"""News of money that is told once more is no news."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from core.events.record import Actor
from core.ledger.models import Account
from core.orders.models import Order
from core.payments.gateway import GatewayState, RefundReport
from core.payments.models import Outcome, Refund, RefundState
from core.payments.queries import refunds_of_payment
from core.payments.refund_cases import said_of
from tests.shop import Shop

MANAGER = Actor("staff", 2, "Manager")


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


def refunds(shop: Shop, order: Order) -> Sequence[Refund]:
    with shop.core.db.read() as session:
        return refunds_of_payment(session, shop.attempt(order).reference)


def tells(shop: Shop, order: Order, *refunds: RefundReport, whole: bool = False) -> None:
    """Let the gateway say something about the refunds of a paid order."""
    report = shop.core.worker.queue.attempts.gateway.fetch_report(shop.attempt(order).reference)
    state = GatewayState.REFUNDED if whole else GatewayState.PARTIALLY_REFUNDED
    shop.core.settlement.apply(replace(report, state=state, refunds=refunds))


def a_sum(total: int) -> RefundReport:
    return RefundReport(f"sum-{total}", total, "", None, is_sum=True)


def test_refunds_that_were_told_as_a_sum_and_are_listed_then_are_no_new_ones(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    reference = shop.attempt(order).reference
    for key, amount in (("A", 4_000), ("B", 6_000)):
        shop.simulator.refund(reference, amount, key)
    tells(shop, order, a_sum(10_000))

    shop.simulator.refund(reference, 5_000, "C")
    for _ in range(2):
        shop.core.payments.ask_about_all(order.uid)
        shop.gateway_works()
        shop.passes(timedelta(minutes=1))

    assert shop.received(order) == order.total - 15_000
    assert shop.cases() == []


def test_a_sum_is_confirmed_when_all_that_it_was_made_of_are(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    tells(shop, order, a_sum(10_000))
    first, second = (RefundReport(key, 5_000, "", shop.clock()) for key in ("A", "B"))

    tells(shop, order, first, replace(second, confirmed_at=None))
    assert [refund.state for refund in refunds(shop, order)] == [RefundState.ACCEPTED]
    tells(shop, order, first, second)

    assert [refund.state for refund in refunds(shop, order)] == [RefundState.CONFIRMED]
    assert shop.received(order) == order.total - 10_000
    for key in ("A", "B"):
        shop.simulator.refund(shop.attempt(order).reference, 5_000, key)


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_sum_is_found_again_in_what_comes_to_it_and_not_in_what_merely_fits(
    shop: Shop, *, newest_first: bool
) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    tells(shop, order, a_sum(10_000))
    listed = [RefundReport(key, amount, "", None) for key, amount in (("A", 4_000), ("B", 6_000), ("C", 5_000))]

    for _ in range(2):
        tells(shop, order, *(reversed(listed) if newest_first else listed))

    assert shop.received(order) == order.total - 15_000
    assert {refund.refund_key for refund in refunds(shop, order)} == {"sum-10000", "C"}
    for key, amount in (("A", 4_000), ("B", 6_000), ("C", 5_000)):
        shop.simulator.refund(shop.attempt(order).reference, amount, key)


def asked_for(shop: Shop, order: Order, amount: int) -> Refund:
    """Ask for a refund that leaves the house, and whose answer nobody has heard yet."""
    refund = shop.core.refunds.ask(order.uid, amount, "gosong", MANAGER)
    with shop.core.db.write() as session:
        session.merge(refund).first_sent_at = shop.clock()
    return refund


def test_what_was_told_as_a_sum_with_a_refund_of_ours_in_it_is_counted_once_when_it_is_listed(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    ours = asked_for(shop, order, 4_000)
    tells(shop, order, a_sum(12_000))

    tells(shop, order, RefundReport(ours.refund_key, 4_000, "", None), RefundReport("D", 8_000, "", None))

    assert shop.received(order) == order.total - 12_000
    assert shop.cases() == []
    for key, amount in ((ours.refund_key, 4_000), ("D", 8_000)):
        shop.simulator.refund(ours.payment, amount, key)


@pytest.mark.parametrize("beyond", [1_000, 2_000])
def test_a_sum_that_names_a_refund_of_ours_makes_it_no_larger_than_it_was_asked_for(shop: Shop, beyond: int) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    ours = asked_for(shop, order, 2_000)

    tells(shop, order, RefundReport(ours.refund_key, 2_000 + beyond, "", None, is_sum=True))
    assert shop.received(order) == order.total - 2_000 - beyond
    for _ in range(2):
        tells(shop, order, RefundReport("D", beyond, "", None), RefundReport(ours.refund_key, 2_000, "", None))

    assert shop.received(order) == order.total - 2_000 - beyond
    assert [refund.amount for refund in refunds(shop, order)] == [2_000, beyond]
    for key, amount in ((ours.refund_key, 2_000), ("D", beyond)):
        shop.simulator.refund(ours.payment, amount, key)


def test_a_sum_under_the_key_of_its_last_refund_is_found_again_in_all_that_are_listed(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    tells(shop, order, RefundReport("C", 25_000, "", None, is_sum=True))

    tells(
        shop,
        order,
        *(RefundReport(key, amount, "", None) for key, amount in (("A", 5_000), ("B", 10_000), ("C", 10_000))),
    )

    assert shop.received(order) == order.total - 25_000
    assert shop.cases() == []
    for key, amount in (("A", 5_000), ("B", 10_000), ("C", 10_000)):
        shop.simulator.refund(shop.attempt(order).reference, amount, key)


def test_everything_that_went_back_and_is_listed_then_is_nothing_new(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    tells(shop, order, whole=True)

    shop.simulator.refund(shop.attempt(order).reference, order.total, "A")
    shop.core.payments.ask_about_all(order.uid)
    shop.gateway_works()

    assert shop.status(order) == ("confirmed", "refunded")
    assert shop.cases() == []


@pytest.mark.parametrize("whole", [True, False])
def test_a_sum_without_a_name_is_the_refund_of_ours_that_it_fits(shop: Shop, *, whole: bool) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    amount = order.total if whole else 10_000
    shop.core.refunds.ask(order.uid, amount, "Gosong", Actor("staff", 2, "Manager"))
    shop.simulator.misbehave({"call": "refund", "kind": "drop_answer", "count": 1})
    shop.gateway_works()

    tells(shop, order, *(() if whole else (a_sum(amount),)), whole=whole)
    shop.passes(timedelta(minutes=5))
    shop.gateway_works()

    assert [(refund.state, refund.amount) for refund in refunds(shop, order)] == [(RefundState.CONFIRMED, amount)]
    assert shop.received(order) == order.total - amount
    assert shop.cases() == []


def part_in_cash(shop: Shop, amount: int) -> Order:
    """A paid order of which a part was counted out of the drawer, as the bank would not give it back."""
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})
    manager = Actor("staff", 2, "Manager")
    shop.core.refunds.ask(order.uid, amount, "Gosong", manager)
    shop.gateway_works()
    shop.core.refunds.ask(order.uid, amount, "Gosong", manager, in_cash=True)
    return order


@pytest.mark.parametrize("amount", [10_000, 15_000])
def test_what_was_given_in_cash_is_no_part_of_the_gateways_sum(shop: Shop, amount: int) -> None:
    order = part_in_cash(shop, 10_000)
    before = shop.balance(Account.GATEWAY)
    shop.simulator.refund(shop.attempt(order).reference, amount, "DASH")

    tells(shop, order, RefundReport("DASH", amount, "", None, is_sum=True))

    assert shop.balance(Account.GATEWAY) == before - amount


def test_a_part_that_is_not_listed_is_put_before_a_person_though_cash_went_back(shop: Shop) -> None:
    order = part_in_cash(shop, 10_000)

    tells(shop, order)

    (case,) = shop.cases()
    assert said_of(case)[-1]["said"] == "unlisted"
