"""The only place that asks the machine what time it is."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Something that tells the present moment, in UTC."""

GATEWAY_ZONE = ZoneInfo("Asia/Jakarta")
"""Midtrans writes times without an offset; they are Jakarta's, wherever the shop stands."""


def system_clock() -> datetime:
    """Tell the present moment in UTC, as the machine has it."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Tell the seconds of a clock that never goes back, for measuring spans only."""
    return time.monotonic()


def wall_seconds() -> float:
    """Tell the seconds since 1970, for spans between processes only: clocks are set, and those of machines differ."""
    return time.time()


_FIRST_DAY: Final = date(2000, 1, 1)
_LAST_DAY: Final = date(9000, 1, 1)
"""A calendar field takes any year, and a time zone takes none at the ends of time."""


def business_day(at: datetime, zone: str, cutoff_hour: int) -> date:
    """Tell which business day a moment belongs to: the outlet's own day, which ends at its cut-off hour."""
    return (at.astimezone(ZoneInfo(zone)) - timedelta(hours=cutoff_hour)).date()


def day_begins(day: date, zone: str, cutoff_hour: int) -> datetime:
    """Tell when a business day begins; one at the ends of time begins where the world's calendars still reach."""
    at = min(max(day, _FIRST_DAY), _LAST_DAY)
    return datetime(at.year, at.month, at.day, cutoff_hour, tzinfo=ZoneInfo(zone))


def day_ends(day: date, zone: str, cutoff_hour: int) -> datetime:
    """Tell when a business day ends, which is when the next one begins."""
    return day_begins(min(day, _LAST_DAY) + timedelta(days=1), zone, cutoff_hour)
