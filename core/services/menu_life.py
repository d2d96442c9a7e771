"""Knows what of a menu changes by itself: the house's hours, the hours of its parts, the wait, what sells best.

The menu's bytes are made beforehand; the mark of this moment is part of their version, so that
they are made anew in the minute in which something opens, closes or runs out of patience.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy.orm import Session

from core.base.day_time import minute_of_day
from core.menu.queries import categories_of
from core.menu.serving import ServingHours
from core.orders.waiting import wait_minutes
from core.outlets.errors import HouseClosed, HouseClosedUntil, HousePaused, HousePausedFor
from core.outlets.hours import House, HouseStatus, Pause, Span, house_at
from core.outlets.models import Outlet
from core.outlets.queries import opening_spans, outlet_of
from core.services.sales import Sales

WAIT_KNOWN_FOR: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class MenuMoment:
    """How a menu stands at one moment, beside its dishes."""

    house: House = field(default_factory=House)
    not_served: frozenset[int] = frozenset()
    """Categories that cannot be ordered from now."""
    wait: int | None = None
    """Minutes that a new order will take, in steps of five; nothing when nobody can know."""
    best: tuple[int, ...] = ()
    """Dishes sold most, the first most of all; empty while too little was sold to say."""

    @property
    def mark(self) -> str:
        """Name this moment in a few letters: the same as long as the menu looks the same, empty for a plain one."""
        if self == MenuMoment():
            return ""
        told = repr((self.house, sorted(self.not_served), self.wait, self.best))
        return f"-{sha256(told.encode()).hexdigest()[:10]}"


@dataclass(frozen=True, slots=True)
class _Timetable:
    """What is written about an outlet's hours in one version of its menu."""

    version: int
    zone: str
    pause: Pause | None
    spans: list[Span]
    categories: Mapping[int, ServingHours]


@dataclass(frozen=True, slots=True)
class MenuLife:
    """Tells the moment. What is written is read once per version of the menu, the rest worked out from the clock."""

    sales: Sales = field(default_factory=Sales)
    _timetables: dict[int, _Timetable] = field(default_factory=dict)
    _waits: dict[int, tuple[datetime, int | None]] = field(default_factory=dict)

    def moment(self, session: Session, outlet_id: int, menu_version: int, now: datetime) -> MenuMoment:
        """Tell how the menu stands now."""
        table = self._timetable(session, outlet_id, menu_version)
        minute = minute_of_day(now, table.zone)
        house = _house(table, now)
        return MenuMoment(
            house=house,
            not_served=frozenset(key for key, hours in table.categories.items() if not hours.covers(minute)),
            wait=self._wait(session, outlet_id, now) if house.is_open else None,
            best=self.sales.learned(session, outlet_id, now).best,
        )

    def hold_to_open(self, session: Session, outlet: Outlet, now: datetime) -> None:
        """Let an order pass while the house takes some. Raises HouseClosed or HousePaused."""
        house = _house(self._timetable(session, outlet.id, outlet.menu_version), now)
        if house.status is HouseStatus.CLOSED:
            raise HouseClosed if house.opens is None else HouseClosedUntil(when=house.opens)
        if house.status is HouseStatus.PAUSED and house.minutes is None:
            raise HousePaused(reason=house.reason)
        if house.status is HouseStatus.PAUSED:
            raise HousePausedFor(reason=house.reason, minutes=house.minutes)

    def _timetable(self, session: Session, outlet_id: int, menu_version: int) -> _Timetable:
        known = self._timetables.get(outlet_id)
        if known is None or known.version != menu_version:
            categories = {one.id: one.hours for one in categories_of(session, outlet_id) if one.hours is not None}
            outlet = outlet_of(session, outlet_id)
            spans = opening_spans(session, outlet_id)
            # Values and no rows: this outlives the transaction by far.
            known = _Timetable(menu_version, outlet.zone, outlet.pause, spans, categories)
            self._timetables[outlet_id] = known
        return known

    def _wait(self, session: Session, outlet_id: int, now: datetime) -> int | None:
        known = self._waits.get(outlet_id)
        if known is None or abs(now - known[0]) >= WAIT_KNOWN_FOR:
            known = self._waits[outlet_id] = (now, wait_minutes(session, outlet_id, now))
        return known[1]


def _house(table: _Timetable, now: datetime) -> House:
    return house_at(table.spans, table.pause, table.zone, now)
