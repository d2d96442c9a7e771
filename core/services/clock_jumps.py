"""Keeps waiting orders and planned looks sane when somebody sets the machine's clock.

A plan is a moment on the wall clock. When the clock is set back, that moment lies hours too far
ahead; when it is set on, it is past before anybody had the time that was promised.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.base.clock import Clock, monotonic
from core.base.database import Database
from core.orders.models import Order
from core.orders.queries import is_on_the_board
from core.orders.status import OrderStatus
from core.payments.models import Attempt, Refund
from core.payments.queries import is_open
from core.payments.schedule import LATER, LEASE, LEAST_GAP

FURTHEST_LOOK: Final = timedelta(minutes=2)
"""Nothing plans a look at an open attempt further ahead: neither the schedule, nor a silence, nor a lease."""
TIME_TO_PAY: Final = timedelta(minutes=15)
"""What an unpaid order gets whose time ran out in the jump itself."""
_LEAST_JUMP: Final = timedelta(minutes=1)
_DISTRUST_SECONDS: Final = 20 * 60.0
"""The life of a QR with room to spare: by then each deadline was made by the clock as it is now."""


@dataclass(slots=True)
class JumpWatch:
    """Compares the wall clock with one that nobody sets."""

    wall: datetime | None = None
    steady: float = 0.0
    distrusted_until: float = 0.0
    """On the clock that nobody sets: until then no deadline of before the jump is believed."""

    def set_on_by(self, now: datetime) -> timedelta:
        """Tell by how much the clock was set on since the last time; zero when it was not, or was set back.

        A machine that slept looks the same, and that is right: nobody could pay meanwhile.
        """
        before, self.wall = self.wall, now
        steady, self.steady = self.steady, monotonic()
        if before is None:
            return timedelta()
        jump = (now - before) - timedelta(seconds=self.steady - steady)
        if jump < _LEAST_JUMP:
            return timedelta()
        self.distrusted_until = self.steady + _DISTRUST_SECONDS
        return jump

    def may_have_jumped(self, now: datetime) -> bool:
        """Tell whether the clock was set, on or back, since `set_on_by` was last asked."""
        if self.wall is None:
            return False
        jump = (now - self.wall) - timedelta(seconds=monotonic() - self.steady)
        return abs(jump) >= _LEAST_JUMP


@dataclass(frozen=True, slots=True)
class Plans:
    """What is planned by the wall clock. To be kept every few seconds, before anything may expire."""

    db: Database
    clock: Clock
    longest_life: timedelta
    """The longest that any unpaid order may wait."""
    watch: JumpWatch = field(default_factory=JumpWatch)

    def keep_if_set(self) -> None:
        """Keep the plans at once when the clock was set. Costs nothing when it was not."""
        if self.watch.may_have_jumped(self.clock()):
            self.keep()

    @property
    def trusts_deadlines(self) -> bool:
        """Whether a QR that our clock calls over is over: not soon after the clock was set on."""
        return monotonic() >= self.watch.distrusted_until

    def keep(self) -> None:
        """Bring back what lies too far ahead, and give time to what a jump has made overdue. Safe to repeat."""
        now = self.clock()
        set_on_by = self.watch.set_on_by(now)
        with self.db.write() as session:
            _bring_looks_back(session, now)
            waiting = update(Order).where(is_on_the_board(), Order.status == OrderStatus.AWAITING_PAYMENT)
            latest = now + self.longest_life
            session.execute(waiting.where(Order.expires_at > latest).values(expires_at=latest))
            if set_on_by > timedelta():
                overdue = waiting.where(Order.expires_at <= now, Order.expires_at > now - set_on_by)
                session.execute(overdue.values(expires_at=now + TIME_TO_PAY))


def _bring_looks_back(session: Session, now: datetime) -> None:
    for rows in (Attempt, Refund):
        # Whoever holds a lease gets the time it would have had: its call may be under way.
        leased = update(rows).where(rows.due_at.is_not(None), rows.lease.is_not(None))
        leased = leased.where(rows.leased_until > now + FURTHEST_LOOK)
        session.execute(leased.values(due_at=now + LEASE, leased_until=now + LEASE))
        session.execute(update(rows).where(rows.lease.is_(None), rows.due_at > now + LATER[-1]).values(due_at=now))
    late = update(Attempt).where(Attempt.lease.is_(None), is_open(), Attempt.due_at > now + FURTHEST_LOOK)
    session.execute(late.values(due_at=now))
    # "Ask again" counts its ten seconds from the last answer, which was not in the future.
    answered = update(Attempt).where(is_open(), Attempt.looked_at > now + LEAST_GAP)
    session.execute(answered.values(looked_at=now - LEAST_GAP))
