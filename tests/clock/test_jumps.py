"""The wall clock is set forward or back by an hour or a day while the shop is open."""

from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import select, update

from core.base.clock import monotonic
from core.events.record import events_of_order, last_event_number
from core.ledger.models import Entry
from core.outlets.models import Outlet
from core.services.breaker import Breaker
from core.staff.models import StaffMember
from tests.cheap_secrets import cheap_hash
from tests.shop import CASHIER, Shop

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
any_jump = pytest.mark.parametrize("jump", [HOUR, -HOUR, DAY, -DAY], ids=["hour-on", "hour-back", "day-on", "day-back"])
jumps_on = pytest.mark.parametrize("jump", [HOUR, DAY], ids=["hour-on", "day-on"])
jumps_back = pytest.mark.parametrize("jump", [-HOUR, -DAY], ids=["hour-back", "day-back"])
MOMENT: Final = timedelta(seconds=15)


def is_set(shop: Shop, jump: timedelta) -> None:
    """Set the shop's clock, and the shop's only: the gateway goes by its own."""
    shop.passes(jump, at_the_gateway=False)


@any_jump
def test_a_qr_that_is_paid_after_the_jump_is_paid_once_like_any_other(shop: Shop, jump: timedelta) -> None:
    order = shop.order("Sate Ayam")

    is_set(shop, jump)
    shop.wallet.pays(order)
    shop.hears_of(shop.attempt(order))

    assert shop.status(order) == ("confirmed", "paid")
    assert shop.received(order) == order.total
    assert shop.cases() == []


@jumps_on
def test_an_order_of_after_the_jump_goes_its_whole_way(shop: Shop, jump: timedelta) -> None:
    shop.order("Es Teh")
    is_set(shop, jump)

    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)

    assert shop.status(order) == ("confirmed", "paid")


@any_jump
def test_the_counter_takes_cash_after_the_jump(shop: Shop, jump: timedelta) -> None:
    is_set(shop, jump)
    order = shop.order("Es Teh", pay_by="cash")

    shop.core.cash.take(order.uid, 10_000, CASHIER)

    assert shop.status(order) == ("confirmed", "paid")


@jumps_back
def test_a_notification_is_looked_after_at_once_though_the_clock_was_set_back(shop: Shop, jump: timedelta) -> None:
    order = shop.order("Sate Ayam")
    is_set(shop, jump)

    shop.wallet.pays(order)

    assert shop.status(order) == ("confirmed", "paid")


@any_jump
def test_what_happened_is_read_in_its_order_and_not_by_the_clock(shop: Shop, jump: timedelta) -> None:
    order = shop.order("Sate Ayam")
    before = last_number(shop)
    is_set(shop, jump)
    shop.wallet.pays(order)

    with shop.core.db.read() as session:
        kinds = [event.kind for event in events_of_order(session, order.id)]
    assert kinds == [
        "order.placed",
        "attempt.started",
        "attempt.live",
        "order.confirmed",
        "order.paid",
        "attempt.settled",
    ]
    assert last_number(shop) > before
    assert [event.kind for event in shop.page(order).history] == kinds


def last_number(shop: Shop) -> int:
    with shop.core.db.read() as session:
        return last_event_number(session, shop.outlet.id)


@any_jump
def test_each_payment_stands_in_the_day_that_its_own_moment_belongs_to(shop: Shop, jump: timedelta) -> None:
    before, after = shop.order("Es Teh", pay_by="cash"), shop.order("Es Teh", pay_by="cash")
    shop.core.cash.take(before.uid, 10_000, CASHIER)
    is_set(shop, jump)
    shop.core.cash.take(after.uid, 10_000, CASHIER)

    with shop.core.db.read() as session:
        outlet = session.get_one(Outlet, shop.outlet.id)
        assert (outlet.zone, outlet.day_cutoff_hour) == (shop.outlet.zone, shop.outlet.day_cutoff_hour)
        entries = session.scalars(select(Entry).where(Entry.source_id.in_([before.uid, after.uid])).order_by(Entry.id))
        one, another = entries.all()
    gap = another.at - one.at
    assert abs(gap - jump) < timedelta(seconds=30)
    assert abs((another.business_day - one.business_day) - jump) <= DAY


@pytest.mark.parametrize("jump", [-DAY, -HOUR, HOUR], ids=["day-back", "hour-back", "hour-on"])
def test_somebody_signed_in_stays_so_and_not_for_ever(shop: Shop, jump: timedelta) -> None:
    token = signs_in(shop)
    is_set(shop, jump)
    assert shop.core.door.member_of(token) is not None

    is_set(shop, -jump if jump < timedelta() else timedelta())
    is_set(shop, timedelta(hours=13))
    assert shop.core.door.member_of(token) is None


def signs_in(shop: Shop) -> str:
    with shop.core.db.write() as session:
        session.execute(update(StaffMember).values(password_hash=cheap_hash("sandi-untuk-uji")))
    token, _ = shop.core.door.sign_in("kasir", "sandi-untuk-uji", "127.0.0.1")
    return token


def test_a_breaker_measures_its_pause_on_a_clock_that_nobody_sets(shop: Shop) -> None:
    breaker = Breaker()
    for _ in range(10):
        breaker.was_silent()
    is_set(shop, DAY)

    assert not breaker.lets_through()
    assert breaker._closed_until - monotonic() < 60
