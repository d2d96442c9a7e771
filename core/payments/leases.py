"""Who has a row in hand: a lease that ran out may belong to another process by now."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from core.base.database import UtcDateTime
from core.base.heartbeat import Heartbeat
from core.payments.models import Attempt, Refund, RefundState
from core.payments.schedule import LEASE
from core.payments.status import OPEN_STATES, AttemptState

WATCHED: Final = timedelta(hours=24)
"""How long an attempt is watched after its end: money may come late."""
SILENT_FOR: Final = timedelta(seconds=15)
"""A process that has not said for so long that it lives counts as dead: it says so every five seconds."""
LeasedRow = TypeVar("LeasedRow", Attempt, Refund)
TakeInHand = Callable[[LeasedRow, str, datetime], bool]


class LeaseLost(Exception):
    """Somebody else has the row in hand: what was found out about it is theirs to write."""


class Leased(Protocol):
    """A row that one worker at a time may work on."""

    lease: str | None


def must_be_ours(row: Leased, lease: str | None) -> None:
    """Compare a locked row's lease with the one its job was handed out with. Raises LeaseLost."""
    if row.lease != lease:
        raise LeaseLost


def due_rows(rows: type[LeasedRow]) -> Select[LeasedRow]:
    """Find what is due at a moment `now` and in nobody's hand: what somebody waits for, then what is due the longest.

    After a start every attempt of a day is due at once. Who orders then must not stand behind them all.
    Of those that are waited for, one whose money is in goes last: a guest stands before the others.
    """
    now = bindparam("now", type_=UtcDateTime())
    free = or_(rows.leased_until.is_(None), rows.leased_until <= now)
    due = select(rows).where(rows.due_at <= now, free)
    if rows is Attempt:
        is_paid = Attempt.state == AttemptState.SETTLED
        due = due.order_by(Attempt.wanted_at.is_(None), is_paid, Attempt.wanted_at)
    return due.order_by(rows.due_at, rows.id)


def worth_a_look(now: datetime, watched: timedelta) -> ColumnElement[bool]:
    """Name the attempts that money could still come to: open ones, and those over for no longer than `watched`."""
    is_watched = and_(Attempt.final_at >= now - watched, Attempt.charges_sent > 0)
    return or_(Attempt.state.in_(OPEN_STATES), is_watched)


def is_on_its_way() -> ColumnElement[bool]:
    """Name the refunds whose end is not known, but for those that wait for the morning."""
    return and_(Refund.state.in_([RefundState.ASKED, RefundState.ACCEPTED]), Refund.first_sent_at.is_not(None))


def lease_attempt(attempt: Attempt, name: str, now: datetime) -> bool:
    """Take an attempt in hand; tell whether no charge was ever sent for it, which is noted before one is."""
    _hold(attempt, name, now)
    attempt.wanted_at = None
    is_uncharged = attempt.state is AttemptState.CHARGING and attempt.charges_sent == 0 and attempt.close_for is None
    if is_uncharged:
        attempt.charges_sent = 1
    return is_uncharged


def lease_refund(refund: Refund, name: str, now: datetime) -> bool:
    """Take a refund in hand; tell whether the gateway was never asked for it, which is noted before it is."""
    _hold(refund, name, now)
    is_unsent = refund.state is RefundState.ASKED and refund.first_sent_at is None
    if is_unsent:
        refund.first_sent_at = now
    return is_unsent


def _hold(row: Attempt | Refund, name: str, now: datetime) -> None:
    row.lease = name
    row.leased_until = now + LEASE
    # A leased row is due when its lease ends, so that a wish for an earlier look shows.
    row.due_at = now + LEASE


def let_go(session: Session, row: Attempt | Refund, now: datetime) -> None:
    """Give a row back that is still ours; it is due at once."""
    rows = type(row)
    mine = update(rows).where(rows.id == row.id, rows.lease == row.lease)
    session.execute(mine.values(lease=None, leased_until=None, due_at=now))


def let_go_of_all(session: Session, now: datetime) -> None:
    """Give back everything that anybody held. Only where it is certain that no process works any more."""
    for rows in (Attempt, Refund):
        held = update(rows).where(rows.lease.is_not(None))
        session.execute(held.values(lease=None, leased_until=None, due_at=now))


def let_go_of_the_dead(session: Session, now: datetime) -> None:
    """Give back what a process held that has stopped saying that it lives."""
    for name in session.scalars(select(Heartbeat.name).where(Heartbeat.beat_at < now - SILENT_FOR)).all():
        for rows in (Attempt, Refund):
            theirs = update(rows).where(rows.lease.startswith(f"{name}.", autoescape=True))
            session.execute(theirs.values(lease=None, leased_until=None, due_at=now))
        # Looked for once: finding its leases reads every row.
        session.execute(delete(Heartbeat).where(Heartbeat.name == name))
