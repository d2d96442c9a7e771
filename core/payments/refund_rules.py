"""What the gateway will give back, how long, and when: known before anybody asks it.

Source: Midtrans, refund transaction and direct refund transaction. Where its pages disagree, the
narrower rule is planned with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from core.base.clock import GATEWAY_ZONE
from core.payments.models import Attempt, Refund, RefundState

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
WITHDRAWN: Final = "withdrawn"
"""Why nothing went back of a refund that a manager took back before it was sent."""
VANISHED: Final = "vanished"
"""Why nothing went back of a refund that the gateway listed, lists no longer, and did not make, as a manager saw."""
NEVER_CONFIRMED: Final = "never_confirmed"
"""The same of one that the gateway goes on listing though the bank never made it: only its confirmation is news."""
RESTORED: Final = "restored"
"""Why one was given up that was still to be made in the copy which is the database now."""
_UNCERTAIN: Final = frozenset({"no_answer", "unknown", RESTORED})
_WENT_BACK: Final = frozenset({RefundState.ACCEPTED, RefundState.CONFIRMED})


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


def can_be_withdrawn(refund: Refund) -> bool:
    """Tell whether a refund was certainly never sent, and nobody is about to send it."""
    return refund.state is RefundState.ASKED and refund.first_sent_at is None and refund.lease is None


def is_withdrawn(refund: Refund) -> bool:
    """Tell whether a manager took a refund back before it was sent."""
    return refund.state is RefundState.REFUSED and refund.refused_for == WITHDRAWN


def is_undone(refund: Refund) -> bool:
    """Tell whether a manager found that a refund which the gateway had taken did not go back."""
    return refund.state is RefundState.REFUSED and refund.refused_for in {VANISHED, NEVER_CONFIRMED}


def is_disbelieved(refund: Refund) -> bool:
    """Tell whether the gateway may go on listing a refund that is known not to have gone back."""
    return refund.state is RefundState.REFUSED and refund.refused_for == NEVER_CONFIRMED


def is_uncertain(refund: Refund) -> bool:
    """Tell whether a refund was given up without anybody knowing what the gateway did about it."""
    return refund.state is RefundState.REFUSED and refund.refused_for in _UNCERTAIN


def still_refused(refunds: Sequence[Refund]) -> int:
    """Add up what the gateway refused of one payment and nobody has given back since, in whole rupiah.

    `refunds` are the payment's, oldest first.
    """
    left = 0
    for refund in refunds:
        if refund.state in _WENT_BACK:
            left = max(0, left - refund.amount)
        elif refund.state is RefundState.REFUSED and refund.refused_for != WITHDRAWN:
            left += refund.amount
    return left


def is_in_doubt(refunds: Sequence[Refund]) -> bool:
    """Tell whether something may have gone back of one payment that its refunds, oldest first, do not show."""
    return still_refused([one for one in refunds if one.state is not RefundState.REFUSED or is_uncertain(one)]) > 0
