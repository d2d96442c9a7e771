"""Says whether a house takes orders at a moment: its opening hours, and the pause that staff may call."""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.base.day_time import DAY, ClockTime, NextTime

_WEEK: Final = 7 * DAY
_STEP: Final = 5
"""A pause is told in steps of so many minutes: nobody believes 23."""


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of opening on a weekday (Monday is 0), in minutes of that day; it may end after midnight."""

    weekday: int
    opens: int
    closes: int
    """Above 1440 when it ends on the next day."""


@dataclass(frozen=True, slots=True)
class Pause:
    """No new orders for now."""

    reason: str
    until: datetime | None
    """When it ends by itself; nothing means that somebody has to end it."""


class HouseStatus(enum.StrEnum):
    """Whether orders are taken."""

    OPEN = "open"
    CLOSED = "closed"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class House:
    """What a guest is told about the house at one moment."""

    status: HouseStatus = HouseStatus.OPEN
    closes: ClockTime | None = None
    """When an open house closes today, or after midnight."""
    is_round_the_clock: bool = False
    opens: NextTime | None = None
    """When a closed house opens again; nothing when nobody knows."""
    reason: str = ""
    """Of the pause, in the words of the house."""
    minutes: int | None = None
    """How long the pause still takes, in steps of five."""

    @property
    def is_open(self) -> bool:
        return self.status is HouseStatus.OPEN


def house_at(spans: Sequence[Span], pause: Pause | None, zone: str, at: datetime) -> House:
    """Work out what the house is at a moment, by the clock on its own wall.

    Without any span it is always open. A pause that somebody has to end outlives the closing
    hour; one that ends by itself means nothing while the house is closed anyway.
    """
    if pause is not None and pause.until is None:
        return House(HouseStatus.PAUSED, reason=pause.reason)
    hours = _by_hours(spans, at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)) if spans else House()
    if not hours.is_open or pause is None or pause.until is None or pause.until <= at:
        return hours
    left = -(-(pause.until - at) // timedelta(minutes=_STEP)) * _STEP
    return House(HouseStatus.PAUSED, reason=pause.reason, minutes=left)


def _by_hours(spans: Sequence[Span], now: datetime) -> House:
    minute = now.hour * 60 + now.minute
    stretches = list(_stretches(spans, now.weekday()))
    here = next((end for start, end in stretches if start <= minute < end), None)
    if here is not None:
        all_week = here - minute >= _WEEK
        return House(closes=None if all_week else ClockTime(here % DAY or DAY), is_round_the_clock=all_week)
    start = next((start for start, _ in stretches if start > minute), None)
    if start is None:
        return House(HouseStatus.CLOSED)
    days = start // DAY
    opens = NextTime(start % DAY, days, (now.weekday() + days) % 7)
    return House(HouseStatus.CLOSED, opens=opens)


def _stretches(spans: Sequence[Span], today: int) -> Iterator[tuple[int, int]]:
    """List when it is open from yesterday to a week ahead, in minutes from today's midnight; what touches is one."""
    found = sorted(
        (day * DAY + span.opens, day * DAY + span.closes)
        for day in range(-1, 9)
        for span in spans
        if span.weekday == (today + day) % 7
    )
    begun, ends = found[0]
    for start, end in found[1:]:
        if start > ends:
            yield begun, ends
            begun, ends = start, end
        ends = max(ends, end)
    yield begun, ends
