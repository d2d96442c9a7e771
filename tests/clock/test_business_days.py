"""Which day a moment belongs to, in Jakarta, Makassar and Jayapura, and that the days together are the whole."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from core.base.clock import business_day
from core.ledger.models import Account, Entry, EntryKind, Posting
from core.orders.models import Order
from core.outlets.models import Outlet
from tests.shop import CASHIER, Shop

HOURS: Final = {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}
"""What each zone adds to UTC. Indonesia has no summer time; the zone database is not asked."""
WIB, WITA, WIT = HOURS
zones = pytest.mark.parametrize("zone", HOURS)
cutoffs = pytest.mark.parametrize("cutoff", [0, 1, 4, 23])

moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - see timezones
places = st.tuples(st.sampled_from(list(HOURS)), st.integers(0, 23))
days = st.dates(date(2020, 1, 2), date(2099, 12, 30)) | st.builds(
    lambda year, day: date(year, *day),
    st.integers(2020, 2099),
    st.sampled_from([(1, 1), (2, 28), (3, 1), (4, 30), (12, 31)]),
)


def opens(day: date, zone: str, cutoff: int) -> datetime:
    """The first moment of a business day."""
    return datetime.combine(day, time(cutoff), timezone(timedelta(hours=HOURS[zone]))).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "cutoff", "day"),
    [
        (WIB, 0, date(2026, 12, 31)),  # 23:30
        (WITA, 0, date(2027, 1, 1)),  # 00:30
        (WIT, 0, date(2027, 1, 1)),  # 01:30
        (WITA, 1, date(2026, 12, 31)),
        (WIT, 1, date(2027, 1, 1)),
        (WIT, 2, date(2026, 12, 31)),
        (WIB, 23, date(2026, 12, 31)),
        (WITA, 23, date(2026, 12, 31)),
    ],
)
def test_the_same_moment_lies_on_another_day_in_each_zone(zone: str, cutoff: int, day: date) -> None:
    assert business_day(datetime(2026, 12, 31, 16, 30, tzinfo=UTC), zone, cutoff) == day


@zones
@pytest.mark.parametrize(("cutoff", "is_yesterdays"), [(0, False), (1, False), (2, True), (4, True)])
def test_a_sale_after_midnight_stands_with_the_evening_it_belongs_to(
    zone: str, cutoff: int, is_yesterdays: bool
) -> None:
    half_past_one = opens(date(2026, 5, 2), zone, 0) + timedelta(hours=1, minutes=30)
    assert business_day(half_past_one, zone, cutoff) == date(2026, 5, 1 if is_yesterdays else 2)


@zones
@cutoffs
@pytest.mark.parametrize(
    ("last", "first"),
    [
        (date(2026, 4, 30), date(2026, 5, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2027, 2, 28), date(2027, 3, 1)),
        (date(2028, 2, 28), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 3, 1)),
        (date(2100, 2, 28), date(2100, 3, 1)),
    ],
    ids=str,
)
def test_months_and_years_end_where_their_last_evening_ends(zone: str, cutoff: int, last: date, first: date) -> None:
    boundary = opens(first, zone, cutoff)
    assert business_day(boundary - timedelta(microseconds=1), zone, cutoff) == last
    assert business_day(boundary, zone, cutoff) == first


@given(days, places)
def test_a_day_begins_when_the_day_before_ends_and_has_all_its_hours(day: date, place: tuple[str, int]) -> None:
    start, end = opens(day, *place), opens(day + timedelta(days=1), *place)
    assert end - start == timedelta(hours=24)
    assert business_day(start, *place) == business_day(end - timedelta(microseconds=1), *place) == day
    assert business_day(end, *place) == day + timedelta(days=1)


@given(moments, places)
def test_each_moment_lies_in_one_day_and_no_other(moment: datetime, place: tuple[str, int]) -> None:
    day = business_day(moment, *place)
    holding = [
        near
        for near in (day + timedelta(days=offset) for offset in (-1, 0, 1))
        if opens(near, *place) <= moment < opens(near + timedelta(days=1), *place)
    ]
    assert holding == [day]


@given(moments, moments, places)
def test_who_comes_later_is_never_counted_on_an_earlier_day(
    one: datetime, another: datetime, place: tuple[str, int]
) -> None:
    first, second = sorted((one, another))
    assert business_day(first, *place) <= business_day(second, *place)


def moves_to(shop: Shop, zone: str, cutoff: int) -> None:
    with shop.core.db.write() as session:
        session.execute(update(Outlet).values(zone=zone, day_cutoff_hour=cutoff))


def waits_until(shop: Shop, moment: datetime) -> None:
    shop.passes(moment - shop.clock())


def takings_by_day(shop: Shop) -> dict[date, int]:
    """What the ledger says came in on each day."""
    received: Counter[date] = Counter()
    found = (
        select(Entry.business_day, Posting.amount)
        .join(Posting, Posting.entry_uid == Entry.uid)
        .where(
            Entry.kind.in_((EntryKind.SETTLE, EntryKind.CASH)),
            Posting.account.in_((Account.GATEWAY, Account.DRAWER, Account.ROUNDING)),
        )
    )
    with shop.core.db.read() as session:
        for day, amount in session.execute(found):
            received[day] += amount
    return dict(received)


def next_boundary(shop: Shop, zone: str, cutoff: int) -> tuple[date, datetime]:
    """The next day that begins an hour from now at the earliest, and the moment it begins."""
    day = business_day(shop.clock() + timedelta(hours=1), zone, cutoff) + timedelta(days=1)
    return day, opens(day, zone, cutoff)


@zones
@pytest.mark.parametrize("cutoff", [0, 4])
def test_the_takings_of_the_days_are_the_takings_of_the_whole(shop: Shop, zone: str, cutoff: int) -> None:
    moves_to(shop, zone, cutoff)
    day, boundary = next_boundary(shop, zone, cutoff)
    expected: Counter[date] = Counter()
    for offset, names in (
        (timedelta(seconds=-40), ("Es Teh",)),
        (timedelta(), ("Sate Ayam",)),
        (timedelta(hours=12), ("Sate Ayam", "Es Teh")),
        (timedelta(hours=24, seconds=-40), ("Es Teh", "Es Teh")),
        (timedelta(hours=24), ("Rendang",)),
    ):
        waits_until(shop, boundary + offset)
        by_cash, by_qr = shop.order(*names, pay_by="cash"), shop.order(*names)
        shop.core.cash.take(by_cash.uid, 100_000, CASHIER)
        shop.wallet.pays(by_qr)
        expected[day + offset // timedelta(days=1) * timedelta(days=1)] += by_cash.total + by_qr.total

    assert takings_by_day(shop) == expected
    assert sum(expected.values()) == -sum(
        shop.balance(account) for account in (Account.SALES, Account.SERVICE, Account.TAX)
    )
    assert len(expected) == 3


@zones
def test_numbers_begin_anew_when_the_business_day_does_and_not_at_midnight(shop: Shop, zone: str) -> None:
    moves_to(shop, zone, 4)
    day, boundary = next_boundary(shop, zone, 4)

    numbers = []
    for offset in (timedelta(hours=-6), timedelta(hours=-2, minutes=-30), timedelta(seconds=-40), timedelta()):
        waits_until(shop, boundary + offset)
        order = shop.order("Es Teh", pay_by="cash")
        numbers.append((order.business_day, order.number))

    yesterday = day - timedelta(days=1)
    assert numbers == [(yesterday, 1), (yesterday, 2), (yesterday, 3), (day, 1)]


def test_an_order_of_one_day_that_is_paid_on_the_next_is_takings_of_the_next(shop: Shop) -> None:
    moves_to(shop, WITA, 0)
    day, midnight = next_boundary(shop, WITA, 0)
    waits_until(shop, midnight - timedelta(seconds=40))
    order = shop.order("Sate Ayam")

    waits_until(shop, midnight + timedelta(minutes=1))
    shop.wallet.pays(order)

    with shop.core.db.read() as session:
        assert session.get_one(Order, order.id).business_day == day - timedelta(days=1)
    assert takings_by_day(shop) == {day: order.total}
