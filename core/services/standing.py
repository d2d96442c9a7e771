"""What stands open in the whole house, and how the gateway's notifications fare: cheap to ask, however much is closed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.base.clock import Clock
from core.base.database import Database
from core.events.models import Event
from core.orders.models import Order
from core.orders.status import IN_THE_KITCHEN, OrderStatus
from core.payments.models import Attempt, GatewayMessage, MessageOutcome, MoneyCase, Outcome
from core.payments.status import OPEN_STATES

_WAITED_FOR: Final = timedelta(days=1)
"""Older ones are about money of somebody else's: nobody will ever say what became of them."""
_LOOKED_AT: Final = 5_000
"""Of the messages, so many of the newest are asked for one that waits: nothing here may grow with history."""
_LATEST: Final = 50
_LATEST_WITHIN: Final = timedelta(hours=1)
_ORDERS_OPEN: Final = (OrderStatus.AWAITING_PAYMENT, *sorted(IN_THE_KITCHEN))


@dataclass(frozen=True, slots=True)
class Notifications:
    """How the gateway's notifications fare."""

    last_at: datetime | None
    """When the newest one came."""
    waiting_since: datetime | None
    """When the oldest one came that nobody has asked the gateway about yet; nothing when none waits."""
    lags: Sequence[float]
    """Seconds from each of the newest notifications of the last hour to the end of its look, smallest first."""
    unmatched: int
    """Of those, how many were about no order of ours."""

    def lag(self, share: float) -> float | None:
        """Give the lag that so large a share of them did not exceed; nothing when none came."""
        return self.lags[min(int(len(self.lags) * share), len(self.lags) - 1)] if self.lags else None


@dataclass(frozen=True, slots=True)
class Standing:
    """How many of each there are now."""

    orders: Mapping[str, int]
    attempts: Mapping[str, int]
    cases: int
    urgent_cases: int
    notifications: Notifications


@dataclass(frozen=True, slots=True)
class NotificationWatch:
    """Tells people how the gateway's notifications fare."""

    db: Database
    clock: Clock

    def look(self) -> Notifications:
        """Look at the newest notifications. Raises Busy."""
        with self.db.read() as session:
            return notifications(session, self.clock())

    def paid_at(self, outlet_id: int) -> datetime | None:
        """Tell when the newest payment was found, told of or not; nothing before the first. Raises Busy."""
        newest = select(Event.at).where(Event.outlet_id == outlet_id, Event.kind == "attempt.settled")
        with self.db.read() as session:
            return session.scalar(newest.order_by(Event.at.desc()).limit(1))


def standing(db: Database, now: datetime) -> Standing:
    """Count what is open. Raises Busy."""
    cases = select(func.count()).where(MoneyCase.settled_at.is_(None))
    with db.read() as session:
        return Standing(
            _open_by(session, Order.status, _ORDERS_OPEN),
            _open_by(session, Attempt.state, sorted(OPEN_STATES)),
            session.scalar(cases) or 0,
            session.scalar(cases.where(MoneyCase.amount > 0, MoneyCase.deadline_at <= now + timedelta(days=1))) or 0,
            notifications(session, now),
        )


def _open_by(session: Session, step: InstrumentedAttribute[Any], steps: Iterable[str]) -> Mapping[str, int]:
    """Count rows by where they stand. What there is none of is told too: a line that comes and goes is hard to read."""
    found = {
        str(name): count
        for name, count in session.execute(select(step, func.count()).where(step.in_(steps)).group_by(step))
    }
    return {str(name): found.get(str(name), 0) for name in steps}


def notifications(session: Session, now: datetime) -> Notifications:
    """Look at the newest notifications."""
    latest = (
        select(GatewayMessage.received_at, MessageOutcome.at, MessageOutcome.outcome)
        .join(GatewayMessage, GatewayMessage.id == MessageOutcome.message_id)
        .order_by(MessageOutcome.id.desc())
        .limit(_LATEST)
    )
    newest = select(GatewayMessage.received_at).order_by(GatewayMessage.id.desc()).limit(1)
    rows = [row for row in session.execute(latest) if row.received_at > now - _LATEST_WITHIN]
    return Notifications(
        session.scalar(newest),
        waiting_since(session, now),
        # Of a test payment nothing is asked after its notification.
        sorted(_seconds(row.received_at, row.at) for row in rows if row.outcome != Outcome.REHEARSED),
        sum(row.outcome == Outcome.UNMATCHED for row in rows),
    )


def _seconds(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds())


def waiting_since(session: Session, now: datetime) -> datetime | None:
    """Tell when the oldest notification came that still waits for its look; nothing when none waits."""
    newest = select(func.max(GatewayMessage.id)).scalar_subquery()
    return session.scalar(
        select(func.min(GatewayMessage.received_at))
        .outerjoin(MessageOutcome, MessageOutcome.message_id == GatewayMessage.id)
        .where(
            GatewayMessage.id > newest - _LOOKED_AT,
            MessageOutcome.id.is_(None),
            GatewayMessage.received_at > now - _WAITED_FOR,
        )
    )
