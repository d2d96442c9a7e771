"""Refunds of which no answer comes, or no confirmation: given up in time, and put before a person."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from core.orders.models import Order
from core.payments.cases import open_case
from core.payments.errors import GatewayCanRefund, NotLookedUp, RefundIsOut, RefundUnderWay
from core.payments.gateway import PaymentReport, UnknownToGateway
from core.payments.models import CaseKind, MoneyCase, Resolution
from core.payments.refund_cases import said_of
from tests.passed_on import PassedOn
from tests.services.test_refunds import MANAGER, Behind, ask, given_back, paid, refunds, states, through
from tests.services.test_ways_out import close
from tests.shop import Shop

UNREADABLE = {"call": "status", "kind": "http_503"}


def days_pass(shop: Shop, count: int) -> None:
    """Let every look of so many days be made."""
    for _ in range(count):
        shop.clock.added += timedelta(days=1)
        # Its pause is over by then; it is measured on a clock that no test moves.
        shop.core.worker.breaker.was_answered()
        shop.gateway_works()


def given_up(shop: Shop, amount: int | None = None) -> Order:
    """Make a refund, of the whole or a part, that no look brought an answer about for six days."""
    order = paid(shop, issuer="gopay")
    shop.simulator.misbehave(UNREADABLE)
    ask(shop, order, amount or order.total)
    shop.clock.added += timedelta(days=6, minutes=1)
    shop.gateway_works()
    shop.simulator.behave()
    return order


def differences(cases: list[MoneyCase]) -> list[tuple[str, int, str]]:
    return [(str(case.kind), case.amount, case.details["difference"]) for case in cases]


@pytest.mark.parametrize(
    ("kind", "reason"), [("body_404", "unknown"), ("http_503", "no_answer"), ("html", "no_answer")]
)
def test_a_refund_whose_status_cannot_be_read_lets_go_of_its_money_after_six_days(
    shop: Shop, kind: str, reason: str
) -> None:
    order = paid(shop, issuer="gopay")
    shop.simulator.misbehave({"call": "status", "kind": kind})
    ask(shop, order, order.total)
    days_pass(shop, 5)
    assert states(shop, order) == [("asked", order.total)]
    with pytest.raises(RefundUnderWay):
        ask(shop, order, order.total)

    days_pass(shop, 2)

    assert [(refund.state, refund.refused_for, refund.due_at) for refund in refunds(shop, order)] == [
        ("refused", reason, None)
    ]
    assert shop.core.refunds.offer(order.uid).left == order.total


def test_the_last_look_after_six_days_still_counts(shop: Shop) -> None:
    order = paid(shop, issuer="gopay")
    shop.simulator.misbehave({"call": "refund", "kind": "drop_answer", "count": 1})
    ask(shop, order, order.total)
    shop.clock.added += timedelta(days=6, minutes=1)

    shop.gateway_works()

    assert states(shop, order) == [("accepted", order.total)]


def test_six_days_are_counted_from_the_first_sending_of_a_refund_that_waited_for_the_gateway(shop: Shop) -> None:
    order = paid(shop, issuer="gopay")
    shop.simulator.misbehave(UNREADABLE)
    ask(shop, order, order.total)
    shop.clock.added += timedelta(days=5)
    shop.simulator.behave()
    shop.simulator.misbehave({"call": "refund", "kind": "drop_request", "count": 1})
    shop.gateway_works()

    shop.simulator.misbehave(UNREADABLE)
    days_pass(shop, 2)
    assert states(shop, order) == [("asked", order.total)]
    shop.simulator.behave()
    days_pass(shop, 1)

    assert states(shop, order) == [("accepted", order.total)]


def test_a_refund_that_was_given_up_and_is_listed_after_all_is_followed(shop: Shop) -> None:
    order = given_up(shop)
    (refund,) = refunds(shop, order)
    shop.simulator.refund(refund.payment, refund.amount, refund.refund_key)

    shop.hears_of(shop.attempt(order), said="refund")

    assert states(shop, order) == [("accepted", order.total)]


@dataclass
class Forgetful(PassedOn):
    """A gateway that knows a payment once, makes its refund, and knows it no more."""

    looks: list[str] = field(default_factory=list)

    def fetch_report(self, reference: str) -> PaymentReport:
        self.looks.append(reference)
        if len(self.looks) > 1:
            raise UnknownToGateway
        return super().fetch_report(reference)


def test_a_refund_that_was_sent_counts_as_sent_though_its_payment_is_unknown_a_moment_later(shop: Shop) -> None:
    order = paid(shop)
    refund = shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER)

    through(shop, Forgetful(shop.core.worker.queue.refunds.gateway))

    assert given_back(shop, order) == order.total
    assert refunds(shop, order)[0].first_sent_at is not None
    with pytest.raises(RefundIsOut):
        shop.core.refunds.withdraw(shop.outlet.id, refund.refund_key, MANAGER)


@pytest.mark.parametrize("in_cash", [True, False])
def test_nothing_more_goes_back_before_somebody_has_looked_up_what_nobody_knows(shop: Shop, in_cash: bool) -> None:
    order = given_up(shop, 5_000)
    with pytest.raises(NotLookedUp):
        ask(shop, order, 5_000, in_cash=in_cash)

    ask(shop, order, 5_000, in_cash=in_cash, looked_up=True)

    assert shop.status(order) == ("confirmed", "partially_refunded")
    asked = [event.data for event in shop.page(order).history if event.kind == "refund.asked"]
    assert [one.get("looked_up") for one in asked] == [None, True]
    assert not shop.core.refunds.offer(order.uid).is_in_doubt


def test_one_refused_part_allows_no_cash_for_the_rest_of_the_payment(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})
    ask(shop, order, 1_000)

    with pytest.raises(GatewayCanRefund):
        ask(shop, order, 1_001, in_cash=True)
    ask(shop, order, 1_000, in_cash=True)
    with pytest.raises(GatewayCanRefund):
        ask(shop, order, 1_000, in_cash=True)

    assert [amount for _, amount in states(shop, order)] == [1_000, 1_000]


def test_a_refund_that_the_bank_never_confirms_is_put_before_a_person_once(shop: Shop) -> None:
    order = paid(shop)
    ask(shop, order, order.total)
    days_pass(shop, 13)
    assert shop.cases() == []

    days_pass(shop, 2)

    assert differences(shop.cases()) == [("conflicting", 0, "refund_unconfirmed")]
    close(shop, shop.cases()[0])
    shop.core.worker._look_at_everything_anew()
    shop.gateway_works()
    assert shop.cases() == []


def test_a_silent_gateway_at_the_end_of_the_two_weeks_hides_no_unconfirmed_refund(shop: Shop) -> None:
    order = paid(shop)
    ask(shop, order, order.total)
    days_pass(shop, 13)
    shop.simulator.misbehave(UNREADABLE)

    days_pass(shop, 2)

    assert differences(shop.cases()) == [("conflicting", 0, "refund_unconfirmed")]
    shop.simulator.behave()


def test_a_refund_that_the_bank_confirmed_in_time_needs_nobody(shop: Shop) -> None:
    order = paid(shop)
    ask(shop, order, order.total)
    days_pass(shop, 13)
    shop.simulator.call("POST", f"/simulator/transactions/{shop.attempt(order).reference}/confirm-refund")

    days_pass(shop, 3)

    assert states(shop, order) == [("confirmed", order.total)]
    assert shop.cases() == []


@pytest.mark.parametrize(("lag", "told"), [(2, []), (90, [("conflicting", 0, "refund_missing")])])
def test_a_refund_that_goes_from_the_gateways_list_is_put_before_a_person(
    shop: Shop, lag: int, told: list[tuple[str, int, str]]
) -> None:
    order = paid(shop)
    ask(shop, order, order.total)

    through(shop, Behind(shop.core.worker.queue.refunds.gateway, lag))

    assert differences(shop.cases()) == told
    assert states(shop, order) == [("accepted", order.total)]


def test_a_refund_that_is_listed_after_more_than_two_weeks_is_asked_about_all_the_same(shop: Shop) -> None:
    order = given_up(shop)
    (refund,) = refunds(shop, order)
    days_pass(shop, 10)
    shop.simulator.refund(refund.payment, refund.amount, refund.refund_key)
    shop.hears_of(shop.attempt(order), said="refund")
    assert states(shop, order) == [("accepted", order.total)]

    days_pass(shop, 2)

    # It was looked at once more, the bank had said nothing, and a person is told.
    (case,) = shop.cases()
    assert "refund_unconfirmed" in {said["difference"] for said in said_of(case)}


def never_confirmed(shop: Shop) -> Order:
    """Make a refund that stands before a person because its bank said nothing for two weeks."""
    order = paid(shop)
    ask(shop, order, order.total)
    days_pass(shop, 15)
    assert differences(shop.cases()) == [("conflicting", 0, "refund_unconfirmed")]
    return order


def confirmed_at_last(shop: Shop, order: Order) -> None:
    reference = shop.attempt(order).reference
    shop.simulator.call("POST", f"/simulator/transactions/{reference}/confirm-refund")
    shop.hears_of(shop.attempt(order), said="refund")
    shop.gateway_works()
    assert states(shop, order) == [("confirmed", order.total)]


def test_a_confirmation_that_comes_late_closes_what_was_put_before_a_person(shop: Shop) -> None:
    order = never_confirmed(shop)
    (case,) = shop.cases()

    confirmed_at_last(shop, order)

    assert shop.cases() == []
    with shop.core.db.read() as session:
        closed = session.get_one(MoneyCase, case.id)
    assert (closed.resolution, closed.settled_by) == (Resolution.CLEARED, "gateway")


def test_a_late_confirmation_closes_no_other_contradiction_of_that_payment(shop: Shop) -> None:
    order = never_confirmed(shop)
    with shop.core.db.write() as session:
        attempt = shop.attempt(order)
        open_case(
            session,
            CaseKind.CONFLICTING,
            outlet_id=order.outlet_id,
            reference=attempt.reference,
            at=shop.clock(),
            order_id=order.id,
            difference="amount",
            said=1,
        )

    confirmed_at_last(shop, order)

    assert [case.settled_at for case in shop.cases()] == [None]
