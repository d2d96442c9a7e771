"""The history of payments: one line for each, newest first, and together they are the ledger."""

from datetime import timedelta
from typing import Any

import pytest

from core.base.paging import BadCursor, BadPeriod, Period
from core.ledger.models import Account
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.services.payment_history import Payment, PaymentFate
from tests.services.test_money_taken_back import bank_takes_back, gateway_reverses
from tests.services.test_refunds import ask, paid
from tests.services.test_ways_out import late
from tests.shop import CASHIER, Shop


def history(shop: Shop, period: Period | None = None, **how: Any) -> list[Payment]:
    return list(shop.core.past_payments.page(shop.outlet.id, period or Period(), **how).payments)


def cash(shop: Shop, *dishes: str) -> Order:
    order = shop.order(*(dishes or ("Es Teh",)), pay_by="cash")
    shop.core.cash.take(order.uid, 200_000, CASHIER)
    return order


def fates(shop: Shop) -> dict[str, tuple[PaymentFate, int]]:
    return {payment.order.uid: (payment.fate, payment.returned) for payment in history(shop) if payment.order}


def test_a_payment_by_qris_tells_who_paid_and_for_what(shop: Shop) -> None:
    order = paid(shop, issuer="gopay")
    attempt = shop.attempt(order)

    (payment,) = history(shop)

    assert (payment.method, payment.amount, payment.returned) == (PaymentMethod.QRIS, order.total, 0)
    assert (payment.reference, payment.fate) == (attempt.reference, PaymentFate.SETTLED)
    assert payment.order is not None
    assert (payment.order.uid, payment.taken_by) == (order.uid, "")
    assert payment.attempt is not None
    assert payment.attempt.issuer == "gopay"


def test_a_payment_in_cash_tells_who_took_it_and_what_it_came_to_in_coins(shop: Shop) -> None:
    order = cash(shop)

    (payment,) = history(shop)

    assert (payment.method, payment.amount, payment.reference) == (PaymentMethod.CASH, order.cash_total, order.uid)
    assert payment.taken_by == "Kasir"
    assert payment.attempt is None


def test_what_was_never_paid_is_no_payment(shop: Shop) -> None:
    shop.order("Es Teh")
    shop.order("Es Teh", pay_by="cash")

    assert history(shop) == []


def test_late_money_is_there_with_the_order_it_was_meant_for(shop: Shop) -> None:
    order, _ = late(shop)

    (payment,) = history(shop)

    assert (payment.order.uid if payment.order else None) == order.uid
    assert payment.fate is PaymentFate.SETTLED


def test_each_payment_says_what_became_of_it(shop: Shop) -> None:
    kept, part, whole, charged, undone = (paid(shop) for _ in range(5))
    ask(shop, part, 1_000)
    ask(shop, whole, whole.total)
    bank_takes_back(shop, charged)
    gateway_reverses(shop, undone)

    assert fates(shop) == {
        kept.uid: (PaymentFate.SETTLED, 0),
        part.uid: (PaymentFate.PARTIALLY_REFUNDED, 1_000),
        whole.uid: (PaymentFate.REFUNDED, whole.total),
        charged.uid: (PaymentFate.CHARGED_BACK, charged.total),
        undone.uid: (PaymentFate.REVERSED, undone.total),
    }


def test_all_payments_less_what_went_again_are_what_the_ledger_holds(shop: Shop) -> None:
    for order in (paid(shop), paid(shop)):
        ask(shop, order, 2_000)
    cash(shop)

    held = dict.fromkeys(PaymentMethod, 0)
    for payment in history(shop):
        held[payment.method] += payment.amount - payment.returned

    assert held[PaymentMethod.QRIS] == shop.balance(Account.GATEWAY)
    assert held[PaymentMethod.CASH] == shop.balance(Account.DRAWER) - 200_000


def test_pages_follow_each_other_without_a_gap_whatever_comes_meanwhile(shop: Shop) -> None:
    orders = []
    for day in range(3):
        orders += [cash(shop), cash(shop, "Sate Ayam")]
        shop.clock.added += timedelta(days=day % 2)
    seen: list[str] = []
    cursor = ""

    while True:
        page = shop.core.past_payments.page(shop.outlet.id, Period(), cursor=cursor, size=2)
        seen += [payment.reference for payment in page.payments]
        cash(shop)
        if not (cursor := page.cursor):
            break

    assert seen == [order.uid for order in reversed(orders)]


def test_a_period_is_of_the_outlets_days_or_of_moments(shop: Shop) -> None:
    before = cash(shop)
    shop.clock.added += timedelta(days=1)
    now = shop.clock()
    after = cash(shop)
    first, second = (payment.business_day for payment in reversed(history(shop)))

    def within(**period: Any) -> list[str]:
        return [payment.reference for payment in history(shop, Period(**period))]

    assert within(last=first) == within(before=now) == [before.uid]
    assert within(first=second) == within(since=now) == [after.uid]
    assert within(first=first, last=second) == [after.uid, before.uid]
    assert within(first=second + timedelta(days=1)) == []


def test_one_method_can_be_asked_for(shop: Shop) -> None:
    by_qris, in_cash = paid(shop), cash(shop)

    assert [one.order.uid for one in history(shop, method=PaymentMethod.QRIS) if one.order] == [by_qris.uid]
    assert [one.order.uid for one in history(shop, method=PaymentMethod.CASH) if one.order] == [in_cash.uid]


@pytest.mark.parametrize("cursor", ["x", "20261350.1", "20261129.", "20261129.1 ", "20261129.-1", "٢٠٢٦١١٢٩.1"])
def test_a_place_that_is_none_is_refused(shop: Shop, cursor: str) -> None:
    with pytest.raises(BadCursor):
        history(shop, cursor=cursor)


def test_a_period_that_ends_before_it_begins_is_refused(shop: Shop) -> None:
    now = shop.clock()
    with pytest.raises(BadPeriod):
        Period(first=now.date(), last=now.date() - timedelta(days=1))
    with pytest.raises(BadPeriod):
        Period(since=now, before=now - timedelta(seconds=1))
