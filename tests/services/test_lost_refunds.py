"""A refund that the gateway listed and that did not go back: undone by a counter entry, given anew, followed if it comes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, text

from core.base.errors import MejaError
from core.ledger.models import Account, Entry
from core.ledger.queries import Credit, credit_of_order
from core.orders.errors import ReasonNeeded
from core.orders.models import Order
from core.payments.cases import open_case
from core.payments.errors import CaseClosed, NoWayOut, RefundNotChosen, UnknownCase
from core.payments.gateway import PaymentReport, RefundReport, name_of_a_sum
from core.payments.models import CaseKind, MoneyCase
from core.payments.queries import messages_without_outcome
from core.payments.refund_cases import said_of
from tests.passed_on import PassedOn
from tests.services.test_refunds import MANAGER, Behind, ask, given_back, paid, refunds, states, through
from tests.services.test_refunds_without_an_end import days_pass, differences, never_confirmed
from tests.services.test_ways_out import ending, honour, late
from tests.shop import Shop


def turn(shop: Shop, order: Order, way: str, **options: object) -> None:
    shop.simulator.call("POST", f"/simulator/transactions/{shop.attempt(order).reference}/{way}", options)


def vanishes(shop: Shop, order: Order) -> MoneyCase:
    """Let the gateway list what was given back no longer, and a person be told."""
    turn(shop, order, "lose-refund")
    days_pass(shop, 4)
    return next(case for case in shop.cases() if str(case.kind) == "conflicting")


def vanished(shop: Shop, amount: int | None = None) -> tuple[Order, MoneyCase]:
    """Make a refund that the gateway listed and lists no longer."""
    order = paid(shop, issuer="gopay")
    ask(shop, order, amount or order.total)
    assert states(shop, order)[-1][0] == "accepted"
    case = vanishes(shop, order)
    assert differences([case]) == [("conflicting", 0, "refund_missing")]
    return order, case


def undo(shop: Shop, case: MoneyCase, reason: str = "dasbor: tidak ada", refund_key: str = "") -> None:
    shop.core.lost_refunds.undo(shop.outlet.id, case.uid, reason, MANAGER, refund_key=refund_key)
    shop.gateway_works()


def sources(shop: Shop) -> list[str]:
    with shop.core.db.read() as session:
        return list(session.scalars(select(Entry.source).where(Entry.kind == "refund").order_by(Entry.id)))


def test_a_refund_that_did_not_go_back_is_taken_out_of_the_books_and_the_order_is_paid_again(shop: Shop) -> None:
    order, case = vanished(shop)
    assert shop.status(order) == ("confirmed", "refunded")

    undo(shop, case)

    (refund,) = refunds(shop, order)
    assert (str(refund.state), refund.refused_for, refund.due_at) == ("refused", "vanished", None)
    assert shop.status(order) == ("confirmed", "paid")
    assert (shop.balance(Account.REFUNDS), shop.balance(Account.GATEWAY)) == (0, order.total)
    assert shop.cases() == []
    assert ending(shop) == [("conflicting", "undone")]
    (told,) = [event for event in shop.page(order).history if event.kind == "refund.undone"]
    assert (told.data["amount"], told.data["reason"], told.by) == (order.total, "dasbor: tidak ada", str(MANAGER))


@pytest.mark.parametrize("in_cash", [True, False])
def test_its_money_is_given_back_anew(shop: Shop, in_cash: bool) -> None:
    order, case = vanished(shop)
    undo(shop, case)

    assert shop.core.refunds.offer(order.uid).left == order.total
    ask(shop, order, order.total, in_cash=in_cash)

    assert shop.status(order) == ("confirmed", "refunded")
    assert given_back(shop, order) == (0 if in_cash else order.total)


def test_of_a_part_only_the_part_is_undone(shop: Shop) -> None:
    order, case = vanished(shop, 5_000)

    undo(shop, case)

    assert shop.status(order) == ("confirmed", "paid")
    with shop.core.db.read() as session:
        assert credit_of_order(session, order.id) == Credit(received=order.total, returned=0)
        reported = session.execute(text("SELECT received, returned FROM report_orders")).all()
    assert [tuple(map(int, row)) for row in reported] == [(order.total, 0)]


def test_listed_once_more_it_is_posted_once_more_under_a_name_of_its_own(shop: Shop) -> None:
    order, case = vanished(shop)
    (refund,) = refunds(shop, order)
    undo(shop, case)
    shop.simulator.refund(refund.payment, refund.amount, refund.refund_key)

    for _ in range(2):
        shop.hears_of(shop.attempt(order), said="refund")

    assert states(shop, order) == [("accepted", order.total)]
    assert sources(shop) == ["refund", "refund_undone", "refund_again"]
    assert shop.status(order) == ("confirmed", "refunded")
    turn(shop, order, "confirm-refund")
    shop.hears_of(shop.attempt(order), said="refund")
    assert states(shop, order) == [("confirmed", order.total)]


def test_gone_from_the_list_a_second_time_it_stands_on_the_desk_again_and_is_undone_again(shop: Shop) -> None:
    order, case = vanished(shop)
    (refund,) = refunds(shop, order)
    undo(shop, case)
    shop.simulator.refund(refund.payment, refund.amount, refund.refund_key)
    shop.hears_of(shop.attempt(order), said="refund")

    undo(shop, vanishes(shop, order))

    assert sources(shop) == ["refund", "refund_undone", "refund_again", "refund_undone"]
    assert shop.status(order) == ("confirmed", "paid")
    shop.simulator.refund(refund.payment, refund.amount, refund.refund_key)
    shop.hears_of(shop.attempt(order), said="refund")
    assert states(shop, order) == [("accepted", order.total)]


def test_listed_again_before_the_manager_says_so_it_counts_right_after(shop: Shop) -> None:
    order = paid(shop)
    ask(shop, order, order.total)
    through(shop, Behind(shop.core.worker.queue.refunds.gateway, 90))
    (case,) = shop.cases()

    undo(shop, case)

    assert states(shop, order) == [("accepted", order.total)]
    assert shop.status(order) == ("confirmed", "refunded")


def test_listed_after_its_money_was_given_in_cash_it_went_back_twice_and_the_loss_is_shown(shop: Shop) -> None:
    order, case = vanished(shop)
    (refund,) = refunds(shop, order)
    undo(shop, case)
    ask(shop, order, order.total, in_cash=True)
    shop.simulator.refund(refund.payment, refund.amount, refund.refund_key)

    for way in ("", "confirm-refund"):
        if way:
            turn(shop, order, way)
        shop.hears_of(shop.attempt(order), said="refund")

    assert [state for state, _ in states(shop, order)] == ["refused", "confirmed"]
    with shop.core.db.read() as session:
        assert messages_without_outcome(session, refund.payment) == []
    assert shop.balance(Account.LOSSES) == order.total
    assert [str(one.kind) for one in shop.cases()] == ["conflicting"]


def test_what_the_bank_refused_and_sent_all_the_same_after_cash_is_a_loss_and_no_error(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})
    refund = ask(shop, order, order.total)
    ask(shop, order, order.total, in_cash=True)
    shop.simulator.refund(refund.payment, refund.amount, refund.refund_key)
    shop.hears_of(shop.attempt(order), said="refund")
    turn(shop, order, "confirm-refund")

    shop.hears_of(shop.attempt(order), said="refund")

    assert shop.balance(Account.LOSSES) == order.total


def test_one_that_its_bank_never_confirmed_counts_again_when_it_is_confirmed_and_not_before(shop: Shop) -> None:
    order = never_confirmed(shop)
    (case,) = shop.cases()

    undo(shop, case)
    shop.hears_of(shop.attempt(order), said="refund")
    assert (refunds(shop, order)[0].refused_for, shop.status(order)) == ("never_confirmed", ("confirmed", "paid"))
    assert shop.cases() == []
    turn(shop, order, "confirm-refund")
    shop.hears_of(shop.attempt(order), said="refund")

    assert states(shop, order) == [("confirmed", order.total)]
    assert shop.status(order) == ("confirmed", "refunded")


def test_a_part_that_its_bank_never_confirmed_is_no_part_that_nobody_lists(shop: Shop) -> None:
    order = paid(shop)
    ask(shop, order, 5_000)
    days_pass(shop, 15)
    undo(shop, shop.cases()[0])

    shop.hears_of(shop.attempt(order), said="partial_refund")

    assert (shop.cases(), shop.received(order)) == ([], order.total)
    turn(shop, order, "confirm-refund")
    shop.hears_of(shop.attempt(order), said="partial_refund")
    assert states(shop, order) == [("confirmed", 5_000)]


def test_late_money_stands_on_its_desk_again_and_cooks_its_order_after_all(shop: Shop) -> None:
    order, case = late(shop)
    ask(shop, order, order.total, payment=case.reference, from_case=True)
    assert shop.cases() == []

    undo(shop, vanishes(shop, order))

    assert [(again.uid, again.amount) for again in shop.cases()] == [(case.uid, order.total)]
    honour(shop, shop.cases()[0])
    assert shop.status(order) == ("confirmed", "paid")


def test_an_order_cancelled_since_then_puts_what_came_back_on_the_desk(shop: Shop) -> None:
    order = paid(shop, issuer="gopay")
    ask(shop, order, order.total)
    shop.core.kitchen.cancel(order.uid, "habis", MANAGER, may_void=True)

    undo(shop, vanishes(shop, order))

    (case,) = shop.cases()
    assert (str(case.kind), case.amount, case.order_id) == ("after_cancel", order.total, order.id)
    assert shop.balance(Account.REFUNDS) == 0
    ask(shop, order, order.total, payment=case.reference, from_case=True)
    assert shop.cases() == []
    assert shop.status(order) == ("cancelled", "refunded")


def test_a_bank_that_took_the_rest_takes_what_came_back_too(shop: Shop) -> None:
    order, case = vanished(shop, 5_000)
    turn(shop, order, "chargeback")
    shop.hears_of(shop.attempt(order))
    assert shop.balance(Account.GATEWAY) == 0

    undo(shop, case)

    assert shop.balance(Account.GATEWAY) == 0
    assert shop.balance(Account.LOSSES) == order.total


def test_nothing_is_undone_without_a_reason_elsewhere_or_twice(shop: Shop) -> None:
    _, case = vanished(shop)
    with pytest.raises(ReasonNeeded):
        undo(shop, case, " ")
    with pytest.raises(UnknownCase):
        shop.core.lost_refunds.undo(shop.outlet.id + 1, case.uid, "x", MANAGER)

    undo(shop, case)

    with pytest.raises(CaseClosed):
        undo(shop, case)


def in_two_parts(shop: Shop) -> tuple[Order, str, str]:
    """Make two refunds of one payment that the gateway lists, and no bank confirms by itself; gives their keys."""
    order = paid(shop, issuer="gopay")
    shop.simulator.misbehave({"call": "refund", "kind": "no_confirm", "count": 2})
    for amount in (5_000, 6_000):
        ask(shop, order, amount)
    first, second = refunds(shop, order)
    return order, first.refund_key, second.refund_key


def lost_keys(shop: Shop, case: MoneyCase) -> list[str]:
    return [one.refund.refund_key for one in shop.core.money.file(shop.outlet.id, case.uid).lost]


def test_one_of_several_refunds_that_goes_from_the_list_is_told_after_the_third_look(shop: Shop) -> None:
    order, _, second = in_two_parts(shop)
    turn(shop, order, "lose-refund", refund_key=second)

    days_pass(shop, 4)

    (case,) = shop.cases()
    assert lost_keys(shop, case) == [second]
    undo(shop, case)
    assert states(shop, order) == [("accepted", 5_000), ("refused", 6_000)]
    assert shop.cases() == []


def test_two_that_vanish_together_are_undone_one_at_a_time_and_the_case_stays_for_the_second(shop: Shop) -> None:
    order, first, second = in_two_parts(shop)
    case = vanishes(shop, order)
    assert lost_keys(shop, case) == [first, second]

    with pytest.raises(RefundNotChosen):
        undo(shop, case)
    undo(shop, case, refund_key=second)

    assert states(shop, order) == [("accepted", 5_000), ("refused", 6_000)]
    assert [one.uid for one in shop.cases()] == [case.uid]
    assert lost_keys(shop, case) == [first]
    assert shop.core.money.file(shop.outlet.id, case.uid).view.said["said"] == first
    with pytest.raises(NoWayOut):
        undo(shop, case, refund_key=second)
    undo(shop, case, refund_key=first)
    assert shop.status(order) == ("confirmed", "paid")
    assert ending(shop) == [("conflicting", "undone")]
    assert shop.balance(Account.GATEWAY) == order.total
    told = [event.data["refund"] for event in shop.page(order).history if event.kind == "refund.undone"]
    assert sorted(told) == sorted([first, second])


@pytest.mark.parametrize("is_same", [True, False])
def test_two_managers_who_undo_at_once_undo_each_refund_once(shop: Shop, is_same: bool) -> None:
    order, first, second = in_two_parts(shop)
    case = vanishes(shop, order)
    ready = Barrier(2)

    def says(key: str) -> str:
        ready.wait()
        try:
            shop.core.lost_refunds.undo(shop.outlet.id, case.uid, "dasbor: tidak ada", MANAGER, refund_key=key)
        except MejaError as problem:
            return type(problem).__name__
        return "undone"

    with ThreadPoolExecutor(2) as managers:
        said = sorted(managers.map(says, (first, first if is_same else second)))

    assert said == (["NoWayOut", "undone"] if is_same else ["undone", "undone"])
    if is_same:
        undo(shop, case, refund_key=second)
    assert shop.cases() == []
    assert sources(shop) == ["refund", "refund", "refund_undone", "refund_undone"]
    assert shop.balance(Account.GATEWAY) == order.total


def test_the_case_of_several_ends_when_the_bank_confirms_what_was_not_undone(shop: Shop) -> None:
    order, first, second = in_two_parts(shop)
    days_pass(shop, 15)
    (case,) = shop.cases()

    undo(shop, case, refund_key=second)
    assert [one.uid for one in shop.cases()] == [case.uid]
    turn(shop, order, "confirm-refund", refund_key=first)
    shop.hears_of(shop.attempt(order), said="refund")

    assert states(shop, order) == [("confirmed", 5_000), ("refused", 6_000)]
    assert ending(shop) == [("conflicting", "cleared")]
    turn(shop, order, "confirm-refund")
    shop.hears_of(shop.attempt(order), said="refund")


def test_another_contradiction_of_the_payment_outlives_its_refund_that_was_undone(shop: Shop) -> None:
    order, case = vanished(shop)
    with shop.core.db.write() as session:
        how: dict[str, Any] = {"at": shop.clock(), "order_id": order.id, "difference": "amount", "said": "settled"}
        open_case(session, CaseKind.CONFLICTING, outlet_id=shop.outlet.id, reference=case.reference, **how)

    undo(shop, case)

    assert [one.uid for one in shop.cases()] == [case.uid]
    assert shop.core.money.file(shop.outlet.id, case.uid).view.said["difference"] == "amount"


class Flat(PassedOn):
    """The gateway, whose answers tell refunds as one sum without a name."""

    def fetch_report(self, reference: str) -> PaymentReport:
        report = super().fetch_report(reference)
        total = sum(one.amount for one in report.refunds)
        flat = (RefundReport(name_of_a_sum(total), total, "", None, is_sum=True),) if total else ()
        return replace(report, refunds=flat)


def test_a_sum_that_still_holds_a_refund_does_not_miss_it_and_one_that_does_not_tells_of_it(shop: Shop) -> None:
    order, _, second = in_two_parts(shop)
    queue = shop.core.worker.queue
    queue.refunds = replace(queue.refunds, gateway=Flat(queue.refunds.gateway))

    days_pass(shop, 4)
    assert shop.cases() == []
    turn(shop, order, "lose-refund", refund_key=second)
    days_pass(shop, 4)

    (case,) = shop.cases()
    assert {said["said"] for said in said_of(case)} >= {second}
    undo(shop, case, refund_key=second)
    assert shop.balance(Account.GATEWAY) == order.total - 5_000


@pytest.mark.parametrize("amount", [None, 5_000])
def test_money_that_the_gateway_says_never_came_is_not_brought_back(shop: Shop, amount: int | None) -> None:
    order, case = vanished(shop, amount)
    turn(shop, order, "deny", reversal=True)
    shop.hears_of(shop.attempt(order), said="deny")

    undo(shop, case)

    assert [shop.balance(account) for account in (Account.GATEWAY, Account.SALES, Account.LOSSES)] == [0, 0, 0]
    assert [str(one.kind) for one in shop.cases()] == ["reversed"]


def test_only_a_refund_that_the_gateway_took_is_said_not_to_have_gone(shop: Shop) -> None:
    _, case = late(shop)

    with pytest.raises(NoWayOut):
        undo(shop, case)
