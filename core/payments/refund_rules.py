"""What the gateway will give back, how long, and when: known before anybody asks it.

Source: Midtrans, refund transaction and direct refund transaction. Where its pages disagree, the
narrower rule is planned with.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from core.base.clock import GATEWAY_ZONE
from core.payments.models import Attempt

_ON_US: Final = timedelta(days=45)
"""GoPay took the money for a GoPay wallet."""
_OFF_US: Final = timedelta(days=7)
_SHOPEE: Final = "airpay shopee"
_WHOLE_ONLY: Final = frozenset({"ovo"})
"""Issuers that give back everything or nothing."""
_ASLEEP_FROM, _ASLEEP_UNTIL = time(23, 55), time(6, 0)
"""ShopeePay's nights, Jakarta time."""
SAME_KEY_FOR: Final = timedelta(days=6)
"""The gateway remembers a refund's key for seven days. We stop asking a day earlier."""


@dataclass(frozen=True, slots=True)
class RefundTerms:
    """What may be asked of the gateway about one settled attempt."""

    until: datetime
    """The end of the window."""
    takes_parts: bool
    """Whether less than the whole can go back."""
    asleep_until: datetime | None
    """When refunds are taken again; nothing while they are."""


def terms_of(attempt: Attempt, now: datetime) -> RefundTerms:
    """Tell what the gateway will do about giving an attempt's money back."""
    acquirer, issuer = (attempt.acquirer or "").lower(), (attempt.issuer or "").lower()
    paid_at = attempt.gateway_paid_at or attempt.final_at or attempt.created_at
    is_on_us = acquirer == issuer == "gopay"
    return RefundTerms(
        until=paid_at + (_ON_US if is_on_us else _OFF_US),
        takes_parts=acquirer != _SHOPEE and issuer not in _WHOLE_ONLY,
        asleep_until=_wakes_at(now) if acquirer == _SHOPEE else None,
    )


def _wakes_at(now: datetime) -> datetime | None:
    there = now.astimezone(GATEWAY_ZONE)
    if _ASLEEP_UNTIL <= there.time() < _ASLEEP_FROM:
        return None
    morning = there.date() + timedelta(days=1 if there.time() >= _ASLEEP_FROM else 0)
    return datetime.combine(morning, _ASLEEP_UNTIL, GATEWAY_ZONE)
