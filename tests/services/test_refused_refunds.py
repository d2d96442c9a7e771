"""A refund that came to nothing stands on the money desk until its money has gone back, and no longer."""

from datetime import timedelta

import pytest

from core.orders.models import Order
from core.payments.models import MoneyCase
from tests.services.test_refunds import MANAGER, ask, given_back, paid, refunds, states
from tests.services.test_refunds_without_an_end import days_pass, differences, given_up
from tests.services.test_ways_out import ending, late
from tests.shop import CASHIER, Shop

DENIED = {"call": "refund", "kind": "refund_denied", "count": 1}
REFUSED = [("conflicting", 0, "refund_refused")]


def refused(shop: Shop, amount: int | None = None) -> Order:
    """Make a paid order whose refund, of the whole or a part, its bank said no to."""
    order = paid(shop)
    refuse(shop, order, amount or order.total)
    return order


def refuse(shop: Shop, order: Order, amount: int, **how: object) -> None:
    shop.simulator.misbehave(DENIED)
    ask(shop, order, amount, **how)
    assert states(shop, order)[-1][0] == "refused"


def reopened(shop: Shop, case: MoneyCase) -> MoneyCase:
    return shop.core.money.file(shop.outlet.id, case.uid).view.case


def test_a_refund_that_the_bank_refuses_stands_on_the_desk_though_its_order_is_long_served(shop: Shop) -> None:
    order = paid(shop)
    for step in ("start", "ready", "serve"):
        getattr(shop.core.kitchen, step)(order.uid, CASHIER)

    refuse(shop, order, 5_000)

    (case,) = shop.cases()
    (refund,) = refunds(shop, order)
    assert differences([case]) == REFUSED
    assert (case.order_id, case.details["said"], case.details["gateway_amount"]) == (
        order.id,
        refund.refund_key,
        5_000,
    )


def test_a_refund_of_which_nobody_knows_stands_on_the_desk(shop: Shop) -> None:
    given_up(shop)

    assert differences(shop.cases()) == [("conflicting", 0, "refund_unknown")]


def test_a_refund_that_is_listed_after_all_leaves_the_desk_by_itself(shop: Shop) -> None:
    order = given_up(shop)
    (refund,) = refunds(shop, order)
    shop.simulator.refund(refund.payment, refund.amount, refund.refund_key)

    shop.hears_of(shop.attempt(order), said="refund")

    assert shop.cases() == []
    assert ending(shop) == [("conflicting", "cleared")]


@pytest.mark.parametrize("in_cash", [True, False])
def test_money_that_went_another_way_leaves_the_desk_by_itself(shop: Shop, in_cash: bool) -> None:
    order = refused(shop)

    ask(shop, order, order.total, in_cash=in_cash)

    assert shop.cases() == []
    assert ending(shop) == [("conflicting", "cleared")]


def test_a_part_that_went_another_way_leaves_the_rest_on_the_desk(shop: Shop) -> None:
    order = refused(shop, 5_000)

    ask(shop, order, 3_000)
    assert differences(shop.cases()) == REFUSED
    ask(shop, order, 2_000)

    assert shop.cases() == []


def test_two_refused_parts_stand_on_the_desk_until_both_have_gone_back(shop: Shop) -> None:
    order = refused(shop, 5_000)
    refuse(shop, order, 5_000)

    ask(shop, order, 5_000)
    assert differences(shop.cases()) == REFUSED
    ask(shop, order, 5_000, in_cash=True)

    assert shop.cases() == []


def test_a_refund_that_is_refused_again_stands_on_the_desk_again(shop: Shop) -> None:
    order = refused(shop)
    (case,) = shop.cases()
    shop.core.cases.close(shop.outlet.id, case.uid, "ditransfer", MANAGER)

    refuse(shop, order, 1_000)

    assert [again.uid for again in shop.cases()] == [case.uid]
    assert reopened(shop, case).details["again"][-1]["gateway_amount"] == 1_000


def test_money_that_a_case_holds_already_is_not_put_on_the_desk_twice(shop: Shop) -> None:
    order, case = late(shop)

    refuse(shop, order, order.total, payment=case.reference, from_case=True)

    assert [(str(one.kind), one.amount) for one in shop.cases()] == [("late", order.total)]


def test_a_withdrawn_refund_needs_nobody(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "status", "kind": "http_503"})
    refund = ask(shop, order, order.total)
    shop.core.refunds.withdraw(shop.outlet.id, refund.refund_key, MANAGER)
    shop.simulator.behave()

    assert shop.cases() == []


def test_what_the_dashboard_gave_back_whole_meanwhile_needs_nobody(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.refund(shop.attempt(order).reference, order.total, "DASHBOARD")

    ask(shop, order, order.total)

    assert states(shop, order) == [("refused", order.total), ("accepted", order.total)]
    assert shop.cases() == []


def test_what_the_dashboard_gave_back_of_it_meanwhile_leaves_the_rest_on_the_desk(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.refund(shop.attempt(order).reference, 30_000, "DASHBOARD")

    ask(shop, order, order.total)

    assert differences(shop.cases()) == REFUSED


def test_a_payment_that_its_bank_has_taken_back_whole_is_owed_to_nobody(shop: Shop) -> None:
    order = refused(shop)
    shop.simulator.call("POST", f"/simulator/transactions/{shop.attempt(order).reference}/chargeback")

    shop.hears_of(shop.attempt(order))

    assert [str(case.kind) for case in shop.cases()] == ["chargeback"]


def test_two_unconfirmed_parts_leave_the_desk_when_both_are_confirmed(shop: Shop) -> None:
    order = paid(shop)
    parts = [ask(shop, order, 5_000), ask(shop, order, 6_000)]
    days_pass(shop, 15)
    assert len(shop.cases()) == 1
    confirm = f"/simulator/transactions/{shop.attempt(order).reference}/confirm-refund"

    for refund, open_cases in zip(parts, (1, 0), strict=True):
        shop.simulator.call("POST", confirm, {"refund_key": refund.refund_key})
        shop.hears_of(shop.attempt(order), said="refund")
        shop.clock.added += timedelta(seconds=1)
        assert len(shop.cases()) == open_cases
    assert given_back(shop, order) == 11_000
