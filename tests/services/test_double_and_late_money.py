"""Money that nobody was waiting for any more: never swallowed, never counted twice."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.ledger.models import Account
from core.orders.models import Order, Sitting
from core.payments.cases import open_case
from core.payments.models import CaseKind
from core.payments.queries import attempt_for_update
from core.services.order_desk import Stage
from core.staff.errors import NotAllowed
from tests.services.test_refunds import MANAGER
from tests.shop import CASHIER, Shop


def runs_out(shop: Shop) -> None:
    shop.passes(timedelta(minutes=16))
    shop.gateway_works()


def test_the_second_qr_pays_the_order_and_the_first_one_paid_late_stands_on_the_desk(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    first = shop.attempt(order)
    runs_out(shop)
    shop.core.payments.new_qr(order.uid)
    shop.gateway_works()
    shop.wallet.pays(order)
    assert shop.status(order) == ("confirmed", "paid")

    shop.wallet.pays(order, attempt=first, late=True)

    assert shop.status(order) == ("confirmed", "paid")
    assert shop.received(order) == order.total
    assert [(case.kind, case.amount) for case in shop.cases()] == [("double", order.total)]
    assert shop.balance(Account.UNAPPLIED) == -order.total
    assert shop.balance(Account.GATEWAY) == 2 * order.total


def test_the_first_qr_paid_late_pays_the_order_and_the_second_is_closed_at_the_gateway(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    first = shop.attempt(order)
    runs_out(shop)
    shop.core.payments.new_qr(order.uid)
    shop.gateway_works()
    second = shop.attempt(order)

    shop.wallet.pays(order, attempt=first, late=True)

    assert shop.status(order) == ("confirmed", "paid")
    assert shop.simulator.status(second.reference)["transaction_status"] == "cancel"
    assert shop.attempt(order).state == "cancelled"
    assert shop.cases() == []


def test_money_that_comes_after_the_order_was_cancelled_waits_on_the_managers_desk(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    shop.core.payments.cancel(order.uid)
    shop.gateway_works()
    assert shop.status(order)[0] == "cancelled"

    shop.wallet.pays(order, attempt=attempt, late=True)

    assert shop.status(order)[0] == "cancelled"
    assert [case.kind for case in shop.cases()] == ["after_cancel"]


def test_money_that_comes_after_the_order_expired_does_not_bring_it_back(shop: Shop) -> None:
    order = shop.order("Rendang")
    attempt = shop.attempt(order)
    runs_out(shop)
    shop.passes(timedelta(hours=1))
    shop.gateway_works()
    assert shop.status(order) == ("expired", "expired")
    assert shop.portions("Rendang") == 3

    shop.wallet.pays(order, attempt=attempt, late=True)

    assert shop.status(order)[0] == "expired"
    assert [case.kind for case in shop.cases()] == ["late"]


def test_money_lost_from_notifications_is_found_by_looking(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.simulator.pay(shop.attempt(order).reference, notify=False)

    shop.clock.added += timedelta(seconds=15)
    shop.gateway_works()

    assert shop.status(order) == ("confirmed", "paid")


def test_late_money_without_a_notification_is_found_within_the_day(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    runs_out(shop)
    shop.simulator.pay(attempt.reference, late=True, notify=False)

    for _ in range(4):
        shop.clock.added += timedelta(minutes=6)
        shop.gateway_works()

    assert shop.status(order) == ("confirmed", "paid")


def test_paid_while_the_shop_was_down_is_found_before_anything_expires(shop: Shop) -> None:
    order = shop.order("Rendang")
    shop.simulator.pay(shop.attempt(order).reference, notify=False)

    shop.passes(timedelta(hours=3))
    shop.core.worker.look_at_everything_once()

    assert shop.status(order) == ("confirmed", "paid")
    assert shop.portions("Rendang") == 2


def test_a_refund_of_one_of_two_payments_leaves_the_order_paid(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    first = shop.attempt(order)
    runs_out(shop)
    shop.core.payments.new_qr(order.uid)
    shop.gateway_works()
    shop.wallet.pays(order)
    shop.wallet.pays(order, attempt=first, late=True)

    shop.simulator.refund(first.reference, first.amount, "R1")
    shop.hears_of(first, said="refund")

    assert shop.status(order) == ("confirmed", "paid")
    assert shop.cases() == []
    assert shop.balance(Account.UNAPPLIED) == 0


def test_cancelling_a_paid_order_puts_its_money_on_the_desk(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)

    shop.core.kitchen.cancel(order.uid, "Habis", CASHIER, may_void=True)

    assert shop.status(order) == ("cancelled", "paid")
    assert [(case.kind, case.amount) for case in shop.cases()] == [("after_cancel", order.total)]
    # And when the gateway's dashboard gives it back, the case is settled.
    shop.simulator.refund(shop.attempt(order).reference, order.total, "R1")
    shop.hears_of(shop.attempt(order), said="refund")
    assert shop.status(order) == ("cancelled", "refunded")
    assert shop.cases() == []


def test_a_cancellation_that_waits_for_the_gateway_keeps_its_reason_and_who_wanted_it(shop: Shop) -> None:
    order = shop.order("Sate Ayam")

    shop.core.kitchen.cancel(order.uid, "Tamu pergi", CASHIER, may_void=True)
    assert shop.stage(order) is Stage.CLOSING
    shop.gateway_works()

    page = shop.page(order)
    assert (page.stage, page.order.cancel_reason) == (Stage.CANCELLED, "Tamu pergi")
    assert ("order.cancel_wanted", "staff:3") in [(event.kind, event.by) for event in page.history]


def test_who_may_not_void_does_not_void_an_order_that_was_paid_this_moment(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    with pytest.raises(NotAllowed):
        shop.core.kitchen.cancel(order.uid, "Tamu pergi", CASHIER, may_void=False)
    assert shop.status(order) == ("confirmed", "paid")


def test_nothing_expires_after_a_start_before_everything_was_asked_about(shop: Shop) -> None:
    order = shop.order("Rendang")
    attempt = shop.attempt(order)
    runs_out(shop)
    shop.simulator.pay(attempt.reference, late=True, notify=False)
    shop.passes(timedelta(hours=3))

    # As the program does at its start: everything is made due, and the timer of expiry runs beside it.
    shop.core.worker._look_at_everything(drops_leases=True)
    shop.core.worker.expire_orders()
    assert shop.status(order)[0] == "awaiting_payment"

    shop.gateway_works()
    assert shop.status(order) == ("confirmed", "paid")


def test_voiding_an_order_that_was_paid_twice_gives_each_money_its_own_case(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    first = shop.attempt(order)
    runs_out(shop)
    shop.core.payments.new_qr(order.uid)
    shop.gateway_works()
    second = shop.attempt(order)
    shop.simulator.pay(second.reference, notify=False)
    shop.wallet.pays(order, attempt=first, late=True)
    shop.core.worker.look_at_everything_once()
    assert [(case.kind, case.reference) for case in shop.cases()] == [("double", second.reference)]

    shop.core.kitchen.cancel(order.uid, "Habis", CASHIER, may_void=True)
    assert {(case.kind, case.reference) for case in shop.cases()} == {
        ("double", second.reference),
        ("after_cancel", first.reference),
    }

    for attempt in (first, second):
        shop.simulator.refund(attempt.reference, attempt.amount, "R1")
        shop.hears_of(attempt, said="refund")
    assert shop.cases() == []
    assert shop.status(order) == ("cancelled", "refunded")


def test_cancelling_a_partly_refunded_order_puts_the_rest_on_the_desk(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    shop.simulator.refund(shop.attempt(order).reference, 1_000, "R1")
    shop.hears_of(shop.attempt(order), said="partial_refund")

    shop.core.kitchen.cancel(order.uid, "Habis", CASHIER, may_void=True)

    (case,) = shop.cases()
    assert (case.kind, case.amount) == ("after_cancel", order.total - 1_000)
    assert shop.status(order) == ("cancelled", "partially_refunded")
    assert shop.balance(Account.SALES) == shop.balance(Account.REFUNDS) == 0


def test_a_fully_refunded_order_is_cancelled_without_a_case(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    shop.simulator.refund(shop.attempt(order).reference, order.total, "R1")
    shop.hears_of(shop.attempt(order), said="refund")

    shop.core.kitchen.cancel(order.uid, "Habis", CASHIER, may_void=True)

    assert shop.cases() == []
    assert shop.status(order) == ("cancelled", "refunded")


def test_the_same_contradiction_again_opens_no_second_case(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    for said in ("once", "once", "twice"):
        with shop.core.db.write() as session:
            known = attempt_for_update(session, shop.attempt(order).id)
            words: dict[str, Any] = {"order_id": order.id, "difference": said}
            open_case(session, CaseKind.CONFLICTING, outlet_id=1, reference=known.reference, at=shop.clock(), **words)

    (case,) = shop.cases()
    assert case.details["difference"] == "once"
    assert case.details["again"] == [{"difference": "twice"}]


def test_the_page_of_a_paid_order_tells_of_the_qr_that_paid_it_and_not_of_a_younger_one(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    first = shop.attempt(order)
    runs_out(shop)
    shop.core.payments.new_qr(order.uid)
    shop.gateway_works()

    shop.wallet.pays(order, attempt=first, late=True, issuer="dana")

    shown = shop.page(order).attempt
    assert shown is not None
    assert (shown.reference, shown.wallet) == (first.reference, "DANA")


def test_an_order_that_was_paid_from_the_desk_tells_of_the_payment_that_paid_it(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order, issuer="dana")
    shop.core.kitchen.cancel(order.uid, "Habis", MANAGER, may_void=True)
    (case,) = shop.cases()
    following = shop.order("Es Teh")
    shop.core.cases.credit(shop.outlet.id, case.uid, following.uid, MANAGER)
    shop.gateway_works()

    shown = shop.page(following).attempt
    assert shown is not None
    assert (shown.reference, shown.wallet) == (shop.attempt(order).reference, "DANA")


def test_an_order_that_was_given_back_tells_of_the_qr_that_had_paid_it(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    first = shop.attempt(order)
    runs_out(shop)
    shop.core.payments.new_qr(order.uid)
    shop.gateway_works()
    shop.wallet.pays(order, attempt=first, late=True)

    shop.core.refunds.ask(order.uid, order.total, "Sate gosong", MANAGER)
    shop.gateway_works()

    assert shop.status(order)[1] == "refunded"
    shown = shop.page(order).attempt
    assert shown is not None
    assert shown.reference == first.reference


def test_the_desk_names_the_order_and_the_table(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    shop.core.payments.cancel(order.uid)
    shop.gateway_works()
    shop.wallet.pays(order, attempt=attempt, late=True)

    (view,) = shop.core.money.open_cases(shop.outlet.id)

    assert (view.order_label, view.table_label, view.order_uid) == ("A1", "1", order.uid)
    assert shop.stage(order) is Stage.CANCELLED


def test_late_money_of_a_party_that_has_left_cooks_nothing(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    runs_out(shop)
    clear_the_table(shop)

    shop.wallet.pays(order, late=True)

    assert shop.status(order) == ("awaiting_payment", "pending")
    assert [(case.kind, case.amount) for case in shop.cases()] == [("late", order.total)]
    assert shop.balance(Account.UNAPPLIED) == -order.total


def test_money_in_time_is_cooked_though_the_table_was_cleared_meanwhile(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    clear_the_table(shop)

    shop.wallet.pays(order)

    assert shop.status(order) == ("confirmed", "paid")
    assert shop.cases() == []


def clear_the_table(shop: Shop) -> None:
    with shop.core.db.read() as session:
        uid = session.scalars(select(Sitting.uid).where(Sitting.ended_at.is_(None))).one()
    shop.core.floor.end(shop.outlet.id, uid, CASHIER)


def watched_out(shop: Shop) -> Order:
    """An order whose QR was over so long ago that nobody looks at it any more."""
    order = shop.order("Sate Ayam")
    for _ in range(12):
        shop.passes(timedelta(hours=3))
        shop.gateway_works()
    assert shop.attempt(order).due_at is None
    return order


@pytest.mark.parametrize("behind", [timedelta(), timedelta(minutes=2), timedelta(minutes=11)])
def test_a_signed_word_that_is_ahead_of_the_status_is_followed_up(shop: Shop, behind: timedelta) -> None:
    order = watched_out(shop)
    shop.hears_of(shop.attempt(order))
    time_passes(shop, behind)
    assert shop.cases() == []
    shop.simulator.pay(shop.attempt(order).reference, late=True, notify=False)

    time_passes(shop, timedelta(hours=1))

    assert [(case.kind, case.amount) for case in shop.cases()] == [("late", order.total)]


def test_a_signed_word_that_nothing_comes_of_is_not_followed_for_ever(shop: Shop) -> None:
    order = watched_out(shop)
    shop.hears_of(shop.attempt(order))

    for _ in range(25):
        shop.passes(timedelta(hours=1))
        shop.gateway_works()

    assert shop.attempt(order).due_at is None


def time_passes(shop: Shop, span: timedelta) -> None:
    """Let time go by minute by minute, the worker doing what is due."""
    for _ in range(int(span.total_seconds()) // 60):
        shop.passes(timedelta(minutes=1))
        shop.gateway_works()


def test_staff_can_have_every_qr_of_an_order_asked_about_however_old(shop: Shop) -> None:
    order = watched_out(shop)
    shop.simulator.pay(shop.attempt(order).reference, late=True, notify=False)

    shop.core.payments.ask_about_all(order.uid)
    shop.gateway_works()

    assert [(case.kind, case.amount) for case in shop.cases()] == [("late", order.total)]


def test_staff_ask_about_an_earlier_qr_too(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    first = shop.attempt(order)
    runs_out(shop)
    shop.core.payments.new_qr(order.uid)
    shop.gateway_works()
    shop.simulator.pay(first.reference, late=True, notify=False)
    shop.passes(timedelta(seconds=11))

    shop.core.payments.ask_about_all(order.uid)
    shop.gateway_works()

    assert shop.status(order) == ("confirmed", "paid")
