"""When the gateway is asked about an attempt again."""

import secrets
from datetime import datetime, timedelta

from core.payments.models import Attempt, Refund, RefundState
from core.payments.status import AttemptState

YOUNG = timedelta(minutes=5)
EVERY_WHILE_YOUNG = timedelta(seconds=12)
EVERY = timedelta(seconds=60)
AFTER_DEADLINE = timedelta(minutes=15)
LATER = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
AFTER_A_WORD = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""When a payment is asked about again of which money was told that the gateway's own answer does not speak of."""
LEASE = timedelta(seconds=40)
"""Longer than the longest job: four calls of six seconds."""
REFUND_LOOKS = (
    timedelta(seconds=20),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
REFUND_WATCHED = timedelta(days=14)
"""How long the bank's confirmation is asked for, day by day after the first looks."""
LEAST_GAP = timedelta(seconds=10)
"""Midtrans asks not to be polled faster than this."""


def next_look(attempt: Attempt, now: datetime) -> datetime | None:
    """Tell when to ask again about an attempt that has just been looked at; nothing when its story is over.

    While a QR can be paid: every few seconds at first, then every minute, and exactly at its
    deadline. When it is over it is watched for a day longer, ever more seldom: money may come late.
    """
    if attempt.is_open:
        return _while_open(attempt, now)
    if attempt.final_at is None or (attempt.state is AttemptState.FAILED and attempt.charges_sent == 0):
        return None
    if attempt.state is not AttemptState.SETTLED and now < (attempt.expires_at or attempt.final_at) + AFTER_DEADLINE:
        return now + EVERY
    return next((attempt.final_at + span for span in LATER if attempt.final_at + span > now), None)


def next_look_after_a_word(told_at: datetime, now: datetime) -> datetime | None:
    """Tell when to ask again about money that a signed word told of: the gateway's answer may be a while behind it."""
    return next((told_at + span for span in AFTER_A_WORD if told_at + span > now), None)


def earliest(*moments: datetime | None) -> datetime | None:
    """Tell which moment comes first; nothing when none is planned."""
    return min((moment for moment in moments if moment is not None), default=None)


def _while_open(attempt: Attempt, now: datetime) -> datetime:
    usual = now + (EVERY_WHILE_YOUNG if now - attempt.created_at < YOUNG else EVERY)
    if attempt.close_for is not None:
        return now + LEAST_GAP
    if attempt.expires_at is None:
        return usual
    if now >= attempt.expires_at:
        return now + LEAST_GAP
    return min(usual, attempt.expires_at)


def taken_at(row: Attempt | Refund) -> datetime | None:
    """Tell when a row was taken in hand: what came later is not known to the job that has it."""
    return row.leased_until - LEASE if row.leased_until is not None else None


def want(attempt: Attempt, now: datetime, *, due_at: datetime | None = None) -> None:
    """Have an attempt looked at now, or when it is due, before everything that only the timetable asks for."""
    attempt.due_at = due_at or now
    attempt.wanted_at = attempt.wanted_at or now


def soonest_look(attempt: Attempt, now: datetime) -> datetime:
    """Tell when the gateway may be asked about an attempt again: now, or when ten seconds have passed since its answer."""
    return now if attempt.looked_at is None else max(now, attempt.looked_at + LEAST_GAP)


def after_silence(tries: int, now: datetime) -> datetime:
    """Tell when to try again after the gateway gave no answer: 1, 2, 4 … 60 s, with a random shift."""
    seconds = min(60.0, 2.0 ** min(tries - 1, 6))
    return now + timedelta(seconds=seconds * (0.75 + secrets.randbelow(500) / 1000))


def put_back(attempt: Attempt, due_at: datetime | None, *, lease: str | None = None) -> None:
    """Give up the lease and name the next look, unless somebody asked for an earlier one meanwhile.

    A leased attempt is due when its lease ends; whoever wants a look sets an earlier time.
    `lease` is the one a job was handed out with. When another process has the attempt in hand by
    now, the next look is for that one to name; when nobody has, whoever wanted one waits for it.
    """
    if lease is not None and attempt.lease != lease:
        if attempt.lease is None and due_at is not None:
            attempt.due_at = min(attempt.due_at or due_at, due_at)
        return
    hinted = attempt.lease is not None and attempt.due_at is not None and attempt.leased_until is not None
    if not (hinted and attempt.due_at < attempt.leased_until):  # type: ignore[operator] # both are set here
        attempt.due_at = due_at
    attempt.lease = None
    attempt.leased_until = None


def next_look_at_refund(refund: Refund, now: datetime) -> datetime | None:
    """Tell when to ask whether the bank has confirmed a refund; nothing once it has, or after two weeks.

    One that the gateway lists for the first time later than that is looked at all the same.
    """
    is_over = now >= refund.seen_at + REFUND_WATCHED and refund.tries > 0
    if refund.state is not RefundState.ACCEPTED or is_over:
        return None
    spans = (*REFUND_LOOKS, timedelta(days=1))
    return now + spans[min(refund.tries, len(spans) - 1)]
