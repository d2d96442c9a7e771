"""The only place that asks the machine what time it is."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
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


def business_day(at: datetime, zone: str, cutoff_hour: int) -> date:
    """Tell which business day a moment belongs to: the outlet's own day, which ends at its cut-off hour."""
    return (at.astimezone(ZoneInfo(zone)) - timedelta(hours=cutoff_hour)).date()
