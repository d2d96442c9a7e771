"""Money that fits nothing finds its way out: cooked after all, credited, given back, or closed with a reason."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core.base.errors import MejaError
from core.ledger.models import Account
from core.menu.errors import SoldOut
from core.orders.errors import QrIsClosing, QrStillLive, ReasonNeeded, UnknownOrder
from core.orders.models import Order
from core.outlets.models import Outlet
from core.payments.errors import (
    CaseClosed,
    LossTooLarge,
    MoneyTooLittle,
    NothingToRefund,
    NoWayOut,
    RefundUnderWay,
    UnknownCase,
)
from core.payments.models import MoneyCase
from tests.services.test_refunds import MANAGER, ask
from tests.shop import CASHIER, Shop


def late(shop: Shop, *dishes: str) -> tuple[Order, MoneyCase]:
    """An order that ran out of time, and whose money came afterwards."""
    order = shop.order(*(dishes or ("Sate Ayam",)))
    shop.passes(timedelta(minutes=16))
    shop.gateway_works()
    shop.passes(timedelta(minutes=31))
    shop.gateway_works()
    assert shop.status(order)[0] == "expired"
    shop.wallet.pays(order, late=True)
    (case,) = shop.cases()
    return order, case


def honour(shop: Shop, case: MoneyCase) -> None:
    shop.core.cases.honour(shop.outlet.id, case.uid, CASHIER)


def credit(shop: Shop, case: MoneyCase, order: Order) -> None:
    shop.core.cases.credit(shop.outlet.id, case.uid, order.uid, CASHIER)


def close(shop: Shop, case: MoneyCase, reason: str = "tamu tidak kembali", **how: Any) -> None:
    shop.core.cases.close(shop.outlet.id, case.uid, reason, MANAGER, **how)


def ending(shop: Shop) -> list[tuple[str, str | None]]:
    return [(str(view.case.kind), view.case.resolution) for view in shop.core.money.settled_cases(shop.outlet.id)]


def test_an_expired_order_is_cooked_after_all(shop: Shop) -> None:
    order, case = late(shop)

    honour(shop, case)

    assert shop.status(order) == ("confirmed", "paid")
    assert shop.balance(Account.UNAPPLIED) == 0
    assert ending(shop) == [("late", "honoured")]


def test_the_portions_of_a_late_order_are_taken_once_more(shop: Shop) -> None:
    _, case = late(shop, "Rendang")
    assert shop.portions("Rendang") == 3

    honour(shop, case)

    assert shop.portions("Rendang") == 2


def test_a_late_order_whose_portions_are_gone_is_not_cooked_and_its_money_stays_on_the_desk(shop: Shop) -> None:
    order, case = late(shop, "Rendang")
    for _ in range(3):
        shop.order("Rendang", pay_by="cash", charge=False)

    with pytest.raises(SoldOut, match="Rendang"):
        honour(shop, case)

    assert shop.status(order)[0] == "expired"
    assert [open_case.amount for open_case in shop.cases()] == [order.total]


def test_a_cancelled_order_never_comes_back(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    shop.core.payments.cancel(order.uid)
    shop.gateway_works()
    shop.wallet.pays(order, attempt=attempt, late=True)
    (case,) = shop.cases()

    with pytest.raises(NoWayOut):
        honour(shop, case)
    with pytest.raises(NoWayOut):
        credit(shop, case, order)

    assert shop.status(order)[0] == "cancelled"


def test_the_same_guests_next_order_is_paid_with_it_and_its_qr_is_closed(shop: Shop) -> None:
    _, case = late(shop)
    following = shop.order("Sate Ayam")

    credit(shop, case, following)
    shop.gateway_works()

    assert shop.status(following) == ("confirmed", "paid")
    assert str(shop.attempt(following).state) == "cancelled"
    assert ending(shop) == [("late", "credited")]


def test_what_the_next_order_does_not_cost_stays_in_the_case_and_goes_back(shop: Shop) -> None:
    order, case = late(shop)
    following = shop.order("Es Teh", pay_by="cash")

    credit(shop, case, following)

    (left,) = shop.cases()
    assert left.amount == order.total - following.total
    ask(shop, order, left.amount)
    assert shop.cases() == []
    assert shop.status(following) == ("confirmed", "paid")


def test_money_that_is_too_little_pays_nothing(shop: Shop) -> None:
    _, case = late(shop, "Es Teh")
    following = shop.order("Sate Ayam")

    with pytest.raises(MoneyTooLittle):
        credit(shop, case, following)

    assert shop.status(following)[0] == "awaiting_payment"


def test_another_tables_order_is_not_paid_with_it(shop: Shop) -> None:
    _, case = late(shop)
    elsewhere = shop.order("Sate Ayam", table=1)

    with pytest.raises(NoWayOut):
        credit(shop, case, elsewhere)
    with pytest.raises(UnknownOrder):
        shop.core.cases.credit(shop.outlet.id, case.uid, "nobody", CASHIER)


def test_an_order_that_another_amount_came_for_is_paid_with_it_by_a_person(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order, amount=order.total + 5_000)
    (case,) = shop.cases()
    assert case.kind == "wrong_amount"

    credit(shop, case, order)

    assert shop.status(order) == ("confirmed", "paid")
    assert [left.amount for left in shop.cases()] == [5_000]


def test_the_money_of_a_cancelled_cash_bill_pays_the_next_one(shop: Shop) -> None:
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(order.uid, 50_000, CASHIER)
    shop.core.kitchen.cancel(order.uid, "salah pesan", MANAGER, may_void=True)
    (case,) = shop.cases()
    following = shop.order("Es Teh", pay_by="cash")

    credit(shop, case, following)

    assert shop.status(following) == ("confirmed", "paid")
    assert [left.amount for left in shop.cases()] == [order.cash_total - following.cash_total]
    assert shop.balance(Account.DRAWER) == 200_000 + order.cash_total
    ask(shop, order, order.cash_total - following.cash_total)
    assert shop.balance(Account.DRAWER) == 200_000 + following.cash_total
    assert shop.status(following) == ("confirmed", "paid")


def test_credited_money_that_the_dashboard_gives_back_leaves_the_order_it_paid(shop: Shop) -> None:
    order, case = late(shop)
    following = shop.order("Sate Ayam")
    credit(shop, case, following)

    shop.simulator.refund(shop.attempt(order).reference, order.total, "R1")
    shop.hears_of(shop.attempt(order), said="refund")

    assert shop.status(following) == ("confirmed", "refunded")


def test_a_credited_order_is_refunded_to_the_wallet_that_paid(shop: Shop) -> None:
    order, case = late(shop)
    following = shop.order("Sate Ayam")
    credit(shop, case, following)

    refund = ask(shop, following, 1_000)

    assert refund.payment == shop.attempt(order).reference
    assert shop.status(following) == ("confirmed", "partially_refunded")


def test_a_credited_order_that_is_cancelled_puts_the_money_on_the_desk_again(shop: Shop) -> None:
    order, case = late(shop)
    following = shop.order("Sate Ayam")
    credit(shop, case, following)

    shop.core.kitchen.cancel(following.uid, "habis", MANAGER, may_void=True)

    (again,) = shop.cases()
    assert (again.kind, again.amount) == ("after_cancel", order.total)
    third = shop.order("Sate Ayam")
    credit(shop, again, third)
    assert shop.status(third) == ("confirmed", "paid")
    assert shop.status(following) == ("cancelled", "refunded")


def test_a_credited_cash_order_that_is_cancelled_too_stands_in_a_case_of_its_own_payment(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    shop.core.kitchen.cancel(order.uid, "salah", MANAGER, may_void=True)
    (case,) = shop.cases()
    following = shop.order("Es Teh", pay_by="cash")
    credit(shop, case, following)

    shop.core.kitchen.cancel(following.uid, "salah lagi", MANAGER, may_void=True)

    (again,) = shop.cases()
    assert (again.uid, again.amount, again.order_id) == (case.uid, order.total, following.id)


def test_money_that_nobody_claims_is_written_off_with_a_reason(shop: Shop) -> None:
    order, case = late(shop)
    with pytest.raises(ReasonNeeded):
        close(shop, case, " ")

    close(shop, case)

    assert ending(shop) == [("late", "written_off")]
    assert shop.balance(Account.WRITTEN_OFF) == -order.total
    with pytest.raises(CaseClosed):
        close(shop, case)


def test_written_off_money_that_goes_back_after_all_is_taken_from_what_was_written_off(shop: Shop) -> None:
    order, case = late(shop)
    close(shop, case)

    ask(shop, order, order.total, payment=case.reference)

    assert shop.balance(Account.WRITTEN_OFF) == 0


def test_nothing_is_done_with_money_that_is_on_its_way_back(shop: Shop) -> None:
    order, case = late(shop)
    following = shop.order("Sate Ayam")
    shop.core.refunds.ask(order.uid, order.total, "tamu minta kembali", MANAGER)

    with pytest.raises(RefundUnderWay):
        honour(shop, case)
    with pytest.raises(RefundUnderWay):
        credit(shop, case, following)
    with pytest.raises(RefundUnderWay):
        close(shop, case)
    shop.gateway_works()

    assert ending(shop) == [("late", "refunded")]


def test_another_outlets_case_is_unknown(shop: Shop) -> None:
    _, case = late(shop)

    with pytest.raises(UnknownCase):
        shop.core.money.file(shop.outlet.id + 1, case.uid)
    with pytest.raises(UnknownCase):
        shop.core.cases.take_up(shop.outlet.id + 1, case.uid, CASHIER)
    with pytest.raises(UnknownCase):
        shop.core.cases.honour(shop.outlet.id, "nothing", CASHIER)


def test_another_outlets_order_is_as_unknown_to_a_case_as_one_that_is_not_there(shop: Shop) -> None:
    _, case = late(shop)
    theirs = shop.order("Es Teh", pay_by="cash", charge=False)
    with shop.core.db.write() as session:
        session.add(branch := Outlet(name="Cabang", merchant_name="CABANG"))
        session.flush()
        session.execute(update(Order).where(Order.id == theirs.id).values(outlet_id=branch.id))

    with pytest.raises(UnknownOrder):
        credit(shop, case, theirs)


def test_the_file_of_a_case_tells_the_ways_that_are_open(shop: Shop) -> None:
    order, case = late(shop)
    following = shop.order("Es Teh")
    shop.order("Es Teh", table=1)

    shop.core.cases.take_up(shop.outlet.id, case.uid, CASHIER)
    file = shop.core.money.file(shop.outlet.id, case.uid)

    assert file.view.owner == "Kasir"
    assert file.can_honour
    assert file.can_be_closed
    assert [one.uid for one in file.creditable] == [following.uid]
    assert file.offer is not None
    assert file.offer.left == order.total
    assert file.view.minutes_left is not None
    assert 0 < file.view.minutes_left <= 45 * 24 * 60


def test_the_money_whose_window_closes_first_comes_first(shop: Shop) -> None:
    _, gopay = late(shop)
    order = shop.order("Es Teh", table=1)
    attempt = shop.attempt(order)
    shop.core.payments.cancel(order.uid)
    shop.gateway_works()
    shop.wallet.pays(order, attempt=attempt, late=True, issuer="dana")

    first, second = shop.cases()

    assert second.uid == gopay.uid
    assert first.deadline_at is not None


def test_two_people_with_one_case_do_it_once(shop: Shop) -> None:
    order, case = late(shop)
    following = shop.order("Sate Ayam")

    def one(turn: int) -> str:
        try:
            credit(shop, case, following) if turn % 2 else honour(shop, case)
        except MejaError as refusal:
            return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(8) as people:
        said = list(people.map(one, range(16)))

    assert said.count("done") == 1
    assert [shop.status(order)[0], shop.status(following)[0]].count("confirmed") == 1


def test_what_a_partial_chargeback_took_is_entered_by_a_person(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    reference = shop.attempt(order).reference
    shop.simulator.call("POST", f"/simulator/transactions/{reference}/chargeback", {"amount": 9_000})
    shop.hears_of(shop.attempt(order))
    (case,) = shop.cases()
    assert case.kind == "chargeback"
    with pytest.raises(LossTooLarge):
        close(shop, case, lost=order.total + 1)

    close(shop, case, lost=9_000)

    assert shop.status(order) == ("confirmed", "partially_refunded")
    assert shop.balance(Account.LOSSES) == 9_000
    assert shop.core.refunds.offer(order.uid).left == order.total - 9_000


def test_a_loss_is_entered_for_a_chargeback_only(shop: Shop) -> None:
    _, case = late(shop)

    with pytest.raises(NoWayOut):
        close(shop, case, lost=1_000)


def test_cash_is_taken_on_a_managers_word_while_the_gateway_is_silent_and_the_double_is_found(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    with pytest.raises(QrStillLive):
        shop.core.cash.take(order.uid, 50_000, CASHIER, vouched_by=MANAGER)
    shop.simulator.misbehave({"call": "*", "kind": "http_503"})
    shop.core.payments.to_cash(order.uid)
    shop.gateway_works()
    with pytest.raises(QrIsClosing):
        shop.core.cash.take(order.uid, 50_000, CASHIER)

    shop.core.cash.take(order.uid, 50_000, CASHIER, vouched_by=MANAGER)

    assert shop.status(order) == ("confirmed", "paid")
    assert [case.kind for case in shop.cases()] == ["possible_double"]
    shop.simulator.behave()
    shop.wallet.pays(order)
    assert [case.kind for case in shop.cases()] == ["double"]
    assert ("possible_double", "cleared") in ending(shop)
    ask(shop, order, order.total, payment=shop.attempt(order).reference)
    assert shop.status(order) == ("confirmed", "paid")


def test_the_doubt_ends_by_itself_when_the_qr_was_never_paid(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.simulator.misbehave({"call": "*", "kind": "http_503"})
    shop.core.payments.to_cash(order.uid)
    shop.gateway_works()
    shop.core.cash.take(order.uid, 50_000, CASHIER, vouched_by=MANAGER)

    shop.simulator.behave()
    shop.clock.added += timedelta(seconds=5)
    shop.gateway_works()

    assert shop.cases() == []
    assert ending(shop) == [("possible_double", "cleared")]
    assert str(shop.attempt(order).state) == "cancelled"


def test_late_money_finds_its_unpaid_order_by_itself(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.passes(timedelta(minutes=16))
    shop.gateway_works()
    assert str(shop.attempt(order).state) == "expired"

    shop.wallet.pays(order, late=True)

    assert shop.status(order) == ("confirmed", "paid")
    assert shop.cases() == []


def test_what_is_left_over_of_a_payment_that_paid_its_order_goes_back_from_the_case_and_from_nowhere_else(
    shop: Shop,
) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order, amount=order.total + 5_000)
    (case,) = shop.cases()
    credit(shop, case, order)
    offer = shop.core.refunds.offer(order.uid)
    assert (offer.left, offer.from_case) == (5_000, True)

    shop.core.refunds.ask(order.uid, 5_000, "Lebih bayar", MANAGER, payment=offer.payment, from_case=offer.from_case)
    shop.gateway_works()

    assert shop.status(order) == ("confirmed", "paid")
    assert shop.cases() == []
    assert shop.received(order) == order.total
    with pytest.raises(NothingToRefund):
        shop.core.refunds.ask(order.uid, 1, "Lagi", MANAGER, payment=offer.payment, from_case=True)
