"""After a start everything is asked about at once, whenever its next look was planned."""

from datetime import timedelta

import pytest

from core.orders.models import Order
from core.payments.models import Attempt
from core.services import Core, open_services
from tests.shop import Shop


def test_what_was_paid_a_moment_ago_is_found_by_the_first_look_around(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    assert attempt.due_at is not None
    assert attempt.due_at > shop.clock()
    shop.simulator.pay(attempt.reference, notify=False)

    assert shop.core.worker.look_at_everything_once() == (1, 0)

    assert shop.status(order) == ("confirmed", "paid")


def test_late_money_of_the_last_hours_is_found_by_the_first_look_around(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    late = shop.attempt(order)
    shop.core.payments.cancel(order.uid)
    shop.gateway_works()
    shop.clock.added += timedelta(minutes=30)
    shop.gateway_works()
    shop.simulator.pay(late.reference, late=True, notify=False)

    shop.core.worker.look_at_everything_once()

    assert [case.kind for case in shop.cases()] == ["after_cancel"]


def over_before_the_start(shop: Shop) -> tuple[Order, Attempt]:
    """An order whose QR had ended before three hours in which nobody looked; the order's own time is over too."""
    order = shop.order("Rendang")
    attempt = shop.attempt(order)
    shop.passes(timedelta(minutes=16))
    shop.gateway_works()
    assert shop.attempt(order).state == "expired"
    shop.passes(timedelta(hours=3))
    return order, attempt


def starts(shop: Shop) -> None:
    """Do what the program does at its start, before it asks about anything."""
    shop.core.worker._look_at_everything(drops_leases=True)


def another_process(shop: Shop) -> Core:
    return open_services(shop.core.settings, clock=shop.clock)


def test_an_order_paid_while_we_were_down_does_not_expire_because_the_gateway_is_silent(shop: Shop) -> None:
    order, attempt = over_before_the_start(shop)
    shop.simulator.pay(attempt.reference, late=True, notify=False)
    shop.simulator.misbehave({"call": "status", "kind": "http_503"})

    starts(shop)
    shop.gateway_works()
    shop.core.worker.expire_orders()
    assert shop.status(order)[0] == "awaiting_payment"

    shop.simulator.behave()
    shop.passes(timedelta(minutes=2))
    shop.gateway_works()
    assert shop.status(order) == ("confirmed", "paid")
    assert shop.cases() == []


def test_what_another_process_is_asking_about_does_not_count_as_answered(shop: Shop) -> None:
    order, _ = over_before_the_start(shop)
    starts(shop)
    (job,) = shop.core.worker.queue.lease(1)

    other = another_process(shop)
    try:
        other.worker._look_at_everything(drops_leases=False)
        other.worker.expire_orders()
        assert shop.status(order)[0] == "awaiting_payment"

        job.work()
        other.worker.expire_orders()
        assert shop.status(order)[0] == "expired"
    finally:
        other.close()


def test_an_order_about_whose_qr_the_gateway_has_answered_after_the_start_expires(shop: Shop) -> None:
    order, _ = over_before_the_start(shop)

    starts(shop)
    shop.gateway_works()

    assert shop.status(order) == ("expired", "expired")
    assert shop.portions("Rendang") == 3


def test_an_order_whose_qr_the_gateway_has_forgotten_does_not_wait_for_ever(shop: Shop) -> None:
    order, _ = over_before_the_start(shop)
    shop.simulator.misbehave({"call": "status", "kind": "body_404"})

    starts(shop)
    shop.gateway_works()

    assert shop.status(order)[0] == "expired"


def test_an_order_whose_qr_nobody_asks_about_any_more_expires_after_a_start(shop: Shop) -> None:
    order, _ = over_before_the_start(shop)
    shop.simulator.misbehave({"call": "status", "kind": "http_503"})
    shop.passes(timedelta(days=3))
    with shop.core.db.write() as session:
        session.get_one(Attempt, shop.attempt(order).id).due_at = None

    starts(shop)
    shop.gateway_works()

    assert shop.status(order)[0] == "expired"


@pytest.mark.parametrize("pay_by", ["cash", "qris"])
def test_an_order_without_a_qr_at_the_gateway_expires_at_once_after_a_start(shop: Shop, pay_by: str) -> None:
    order = shop.order("Es Teh", pay_by=pay_by, charge=False)
    if pay_by == "qris":
        shop.core.payments.to_cash(order.uid)
        shop.gateway_works()
    shop.passes(timedelta(hours=3))
    shop.simulator.misbehave({"call": "status", "kind": "http_503"})

    starts(shop)
    shop.core.worker.expire_orders()

    assert shop.status(order)[0] == "expired"


def test_a_clock_that_is_set_back_after_the_start_holds_an_order_no_longer_than_any(shop: Shop) -> None:
    order, _ = over_before_the_start(shop)
    starts(shop)
    shop.clock.added -= timedelta(days=2)

    shop.core.worker._make_rounds()
    shop.gateway_works()
    shop.clock.added += timedelta(hours=2, minutes=1)
    shop.core.worker.expire_orders()

    assert shop.status(order)[0] == "expired"
