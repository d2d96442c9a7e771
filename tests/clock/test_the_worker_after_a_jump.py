"""After somebody has set the clock, the worker looks as soon as before and puts nobody out at once."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from core.base.clock import monotonic
from core.orders.models import Order
from core.payments.queries import messages_without_outcome
from core.services.clock_jumps import FURTHEST_LOOK, TIME_TO_PAY, JumpWatch, Plans
from core.services.closing import CASH_LIFE
from core.services.order_desk import Stage
from tests.clock.test_jumps import DAY, HOUR, is_set, jumps_back, jumps_on
from tests.shop import CASHIER, Shop, notification


@dataclass
class Rounds:
    """What the running worker does every few seconds, before anything may expire."""

    shop: Shop
    plans: Plans

    def __call__(self) -> None:
        self.plans.keep()
        self.shop.core.worker.expire_orders()


@pytest.fixture
def makes_rounds(shop: Shop) -> Rounds:
    return Rounds(shop, Plans(shop.core.db, shop.clock, CASH_LIFE))


def expires_at(shop: Shop, order: Order) -> timedelta:
    """How much longer an order may wait, by the shop's clock."""
    moment = shop.page(order).order.expires_at
    assert moment is not None
    return moment - shop.clock()


@jumps_back
def test_a_payment_without_a_notification_is_found_though_the_clock_was_set_back(
    shop: Shop, makes_rounds: Rounds, jump: timedelta
) -> None:
    order = shop.order("Sate Ayam")
    is_set(shop, jump)
    shop.simulator.pay(shop.attempt(order).reference, notify=False)

    makes_rounds()
    shop.gateway_works()

    assert shop.status(order) == ("confirmed", "paid")


@jumps_back
def test_i_have_paid_is_heard_though_the_clock_was_set_back(shop: Shop, makes_rounds: Rounds, jump: timedelta) -> None:
    order = shop.order("Sate Ayam")
    makes_rounds()
    shop.gateway_works()
    is_set(shop, jump)
    makes_rounds()
    shop.gateway_works()
    shop.simulator.pay(shop.attempt(order).reference, notify=False)

    shop.passes(timedelta(seconds=11))
    assert shop.core.payments.ask_again(order.uid)
    shop.gateway_works()

    assert shop.status(order) == ("confirmed", "paid")


@jumps_back
def test_a_lease_of_before_the_jump_ends_soon_and_not_too_soon(
    shop: Shop, makes_rounds: Rounds, jump: timedelta
) -> None:
    order = shop.order("Sate Ayam")
    shop.simulator.pay(shop.attempt(order).reference, notify=False)
    shop.clock.added += FURTHEST_LOOK
    assert len(shop.core.worker.queue.lease(1)) == 1
    is_set(shop, jump)

    makes_rounds()
    assert shop.gateway_works() == 0
    shop.clock.added += FURTHEST_LOOK
    shop.gateway_works()

    assert shop.status(order) == ("confirmed", "paid")


def test_an_order_does_not_hold_its_portions_a_day_longer(shop: Shop, makes_rounds: Rounds) -> None:
    order = shop.order("Rendang", pay_by="cash")
    makes_rounds()
    is_set(shop, -DAY)

    makes_rounds()

    assert expires_at(shop, order) <= timedelta(hours=2)
    shop.passes(timedelta(hours=2, minutes=1))
    shop.gateway_works()
    assert shop.stage(order) is Stage.ORDER_EXPIRED
    assert shop.portions("Rendang") == 3


@jumps_on
def test_nobody_who_waits_at_the_counter_is_put_out_at_once(shop: Shop, makes_rounds: Rounds, jump: timedelta) -> None:
    waiting = [shop.order("Es Teh", pay_by="cash", table=table) for table in (0, 1, 2)]
    makes_rounds()
    is_set(shop, jump)

    makes_rounds()

    assert {shop.stage(order) for order in waiting} == {Stage.AWAITING_CASH}
    assert all(expires_at(shop, order) > timedelta(minutes=14) for order in waiting)
    shop.core.cash.take(waiting[0].uid, 10_000, CASHIER)
    assert shop.status(waiting[0]) == ("confirmed", "paid")


def test_who_was_over_before_the_jump_stays_over(shop: Shop, makes_rounds: Rounds) -> None:
    order = shop.order("Es Teh", pay_by="cash")
    makes_rounds()
    shop.clock.added += timedelta(hours=2, minutes=1)
    # As though those two hours had really passed.
    makes_rounds.plans.watch.wall = shop.clock()
    is_set(shop, DAY)

    makes_rounds()

    assert shop.stage(order) is Stage.ORDER_EXPIRED


def test_an_order_gets_time_once_and_then_it_is_over(shop: Shop, makes_rounds: Rounds) -> None:
    order = shop.order("Es Teh", pay_by="cash")
    makes_rounds()
    is_set(shop, DAY)
    makes_rounds()
    makes_rounds()

    assert timedelta() < expires_at(shop, order) <= TIME_TO_PAY
    shop.clock.added += TIME_TO_PAY + timedelta(minutes=1)
    shop.gateway_works()
    assert shop.stage(order) is Stage.ORDER_EXPIRED


def test_a_clock_that_runs_as_it_should_has_made_no_jump(shop: Shop) -> None:
    watch = JumpWatch()
    now = shop.clock()
    assert watch.set_on_by(now) == timedelta()

    watch.steady = monotonic() - 300
    assert watch.set_on_by(now + timedelta(minutes=5)) == timedelta()
    assert watch.set_on_by(now - HOUR) == timedelta()
    assert abs(watch.set_on_by(now) - HOUR) < timedelta(seconds=5)


def test_a_message_from_before_the_clock_was_set_back_is_answered_by_the_next_look(
    shop: Shop, makes_rounds: Rounds
) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    makes_rounds()
    shop.simulator.pay(attempt.reference, notify=False)
    shop.core.inbox.receive(notification(attempt.reference, attempt.amount, "settlement"))

    is_set(shop, -DAY)
    makes_rounds()
    shop.gateway_works()

    assert shop.status(order) == ("confirmed", "paid")
    with shop.core.db.read() as session:
        assert messages_without_outcome(session, attempt.reference) == []
