"""What settlement files say went back, against what left the gateway by our ledger, sum by sum."""

from datetime import timedelta

import pytest

from core.ledger.models import Account
from core.orders.models import Order
from core.services.settlement_reports import FileReport
from tests.services.test_lost_refunds import turn, undo, vanished
from tests.services.test_money_taken_back import bank_takes_back, hears
from tests.services.test_refunds import ask, refunds
from tests.services.test_settlement_files import again, answers_again, kinds, listed, open_breaks, paid, takes_in
from tests.services.test_ways_out import close
from tests.settlement_files import payment
from tests.shop import Shop


def lists(shop: Shop, order: Order, *amounts: int, as_a: str = "refund") -> FileReport:
    """Take a file in that lists a payment, and money of it that went back."""
    reference, at = shop.attempt(order).reference, shop.clock()
    back = [payment(reference, -amount, at, Type=as_a) for amount in amounts]
    return takes_in(shop, listed(shop, order), *back)


def a_bank_takes_two_parts(shop: Shop, first: int, second: int) -> Order:
    """An order of whose payment a bank took one part after the other, as a manager has entered them."""
    order = paid(shop)
    bank_takes_back(shop, order, first)
    close(shop, shop.cases()[0], lost=first)
    attempt = shop.attempt(order)
    shop.simulator.call("POST", f"/simulator/transactions/{attempt.reference}/chargeback", {"amount": second})
    hears(shop, attempt, "partial_chargeback")
    close(shop, shop.cases()[0], lost=second)
    return order


def test_a_whole_refund_in_the_file_and_a_part_in_our_books_is_a_break_until_the_rest_has_gone(shop: Shop) -> None:
    order = paid(shop)
    ask(shop, order, 1_000)
    reference = shop.attempt(order).reference
    shop.simulator.refund(reference, order.total - 1_000, "dashboard")

    found = takes_in(shop, listed(shop, order, Status="refund"))

    assert open_breaks(found) == [("unknown_refund", reference, "", 1_000, order.total)]
    assert found.view.tally.percent == 0
    answers_again(shop)
    now = again(shop, found)
    assert (open_breaks(now), now.view.tally.percent) == ([], 100)


@pytest.mark.parametrize("status", ["partial_refund", "Partially refunded", "partial chargeback"])
def test_of_a_part_the_file_does_not_say_how_much_so_any_that_went_is_enough(shop: Shop, status: str) -> None:
    part, whole, kept = (paid(shop, table=table) for table in range(3))
    ask(shop, part, 1_000)
    ask(shop, whole, whole.total)

    found = takes_in(shop, *(listed(shop, order, Type="payment", Status=status) for order in (part, whole, kept)))

    assert open_breaks(found) == [("unknown_refund", shop.attempt(kept).reference, "", None, kept.total)]


def test_a_bank_that_took_two_parts_agrees_with_a_file_that_lists_both(shop: Shop) -> None:
    order = a_bank_takes_two_parts(shop, 9_000, 4_000)

    assert open_breaks(lists(shop, order, 9_000, 4_000, as_a="chargeback")) == []
    assert kinds(lists(shop, order, 9_000, 4_000, 4_000, as_a="chargeback")) == ["unknown_refund"]


def test_what_went_in_parts_may_stand_in_one_line_of_the_file_and_once_only(shop: Shop) -> None:
    order = a_bank_takes_two_parts(shop, 9_000, 4_000)

    assert open_breaks(lists(shop, order, 13_000, as_a="chargeback")) == []
    assert [theirs for *_, theirs in open_breaks(lists(shop, order, 13_000, 9_000, as_a="chargeback"))] == [9_000]


def test_what_went_back_twice_and_is_a_loss_agrees_and_nobody_is_asked_about_it(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})
    refund = ask(shop, order, order.total)
    shop.simulator.behave()
    ask(shop, order, order.total, in_cash=True)
    shop.simulator.refund(refund.payment, order.total, refund.refund_key)
    shop.hears_of(shop.attempt(order), said="refund")
    assert shop.balance(Account.LOSSES) == order.total

    found = lists(shop, order, order.total)

    assert open_breaks(found) == []
    shop.check_books()


def test_cash_out_of_the_drawer_is_no_refund_that_a_file_could_list(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})
    ask(shop, order, order.total)
    ask(shop, order, order.total, in_cash=True)

    assert kinds(lists(shop, order, order.total)) == ["unknown_refund"]


def test_a_refund_that_did_not_go_after_all_is_in_our_books_no_longer_until_it_goes_once_more(shop: Shop) -> None:
    order, case = vanished(shop)
    (refund,) = refunds(shop, order)
    undo(shop, case)

    found = lists(shop, order, order.total)

    assert open_breaks(found) == [("unknown_refund", refund.payment, "", None, order.total)]
    shop.simulator.refund(refund.payment, refund.amount, refund.refund_key)
    turn(shop, order, "confirm-refund")
    shop.hears_of(shop.attempt(order), said="refund")
    assert open_breaks(again(shop, found)) == []


def days_later(shop: Shop, days: int) -> None:
    shop.passes(timedelta(days=days))
    shop.gateway_works()


def test_a_refund_of_a_later_day_makes_no_payment_between_missing(shop: Shop) -> None:
    first = paid(shop)
    row, reference = listed(shop, first), shop.attempt(first).reference
    days_later(shop, 3)
    paid(shop, table=1)
    days_later(shop, 3)
    ask(shop, first, 1_000)
    back = payment(reference, -1_000, shop.clock())
    days_later(shop, 1)

    found = takes_in(shop, row, back)

    assert (open_breaks(found), found.view.tally.percent) == ([], 100)
    assert found.view.file.first_day == found.view.file.last_day


def test_by_a_file_of_refunds_alone_nothing_is_missing_though_another_file_speaks_of_its_day(shop: Shop) -> None:
    order, listed_one = paid(shop), paid(shop, table=1)
    paid(shop, table=2)
    ask(shop, order, 1_000)
    back = payment(shop.attempt(order).reference, -1_000, shop.clock())
    rows = [listed(shop, one) for one in (order, listed_one)]
    days_later(shop, 1)

    alone = takes_in(shop, back)

    assert (open_breaks(alone), alone.view.tally.percent, alone.view.file.speaks_of_days) == ([], None, False)
    assert kinds(takes_in(shop, *rows)) == ["missing_there"]
    assert open_breaks(again(shop, alone)) == []


def test_a_second_refund_of_one_sum_in_another_days_file_is_a_break_and_a_second_export_is_none(shop: Shop) -> None:
    order = paid(shop)
    reference = shop.attempt(order).reference
    ask(shop, order, 1_000)
    row = payment(reference, -1_000, shop.clock())
    assert open_breaks(takes_in(shop, listed(shop, order), row)) == []
    assert open_breaks(takes_in(shop, listed(shop, order), row, name="again.csv")) == []

    shop.passes(timedelta(days=2))
    shop.simulator.refund(reference, 1_000, "dashboard")
    found = takes_in(shop, payment(reference, -1_000, shop.clock()), name="later.csv")

    assert open_breaks(found) == [("unknown_refund", reference, "", None, 1_000)]
    answers_again(shop)
    assert open_breaks(again(shop, found)) == []
