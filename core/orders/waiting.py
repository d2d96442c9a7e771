"""Guesses how long a new order will take, from what the kitchen really did and what it has in hand.

A kitchen cooks some dishes side by side and others one after the other; nobody tells us which. So the
time that recent orders took is stretched or shrunk by how many orders stood before them, and stand now:
`median time x (queue now + 4) / (median queue then + 4)`. As the queue grows, so do the times it is
learned from, and the guess rights itself.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import mean, median
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from core.orders.models import Order
from core.orders.status import OrderStatus

REMEMBERED: Final = timedelta(hours=2)
"""What the kitchen did before that says nothing about now."""
FEWEST: Final = 3
"""Orders that must have become ready; from fewer, no guess is made."""
_MOST: Final = 20
_IN_HAND: Final = 4
"""Orders a kitchen has in work at once without anybody waiting longer."""
_LONGEST: Final = timedelta(hours=3)
_LONGEST_QUEUE: Final = 200
_STEP: Final = timedelta(minutes=5)
_COOKING: Final = (OrderStatus.CONFIRMED, OrderStatus.PREPARING)

_RECENT = (
    select(Order.paid_at, Order.ready_at)
    .where(Order.outlet_id == bindparam("outlet_id"), Order.ready_at.is_not(None))
    .where(Order.ready_at > bindparam("since"), Order.ready_at <= bindparam("at"))
    .order_by(Order.ready_at.desc())
    .limit(_MOST)
)
_QUEUE = select(func.count()).select_from(
    select(Order.id)
    .where(Order.outlet_id == bindparam("outlet_id"), Order.status.in_(_COOKING))
    .limit(_LONGEST_QUEUE)
    .subquery()
)

_Times = Sequence[tuple[datetime, datetime]]


def expected_wait(session: Session, outlet_id: int, at: datetime) -> timedelta | None:
    """Say how long an order paid now will take; nothing when too little was cooked lately to know."""
    times = _recent(session, outlet_id, at)
    if len(times) < FEWEST:
        return None
    took = timedelta(seconds=median((ready - paid).total_seconds() for paid, ready in times))
    stood_before = median(_queue_before(paid, times) for paid, _ in times)
    guess = took * ((_queue_now(session, outlet_id) + _IN_HAND) / (stood_before + _IN_HAND))
    return min(guess, _LONGEST)


def wait_minutes(session: Session, outlet_id: int, at: datetime) -> int | None:
    """Say the same in whole minutes, in steps of five."""
    wait = expected_wait(session, outlet_id, at)
    return None if wait is None else max(1, -(-wait // _STEP)) * 5


def average_minutes(session: Session, outlet_id: int, at: datetime) -> int | None:
    """Say how long the orders of the last two hours took on average, paid to ready; nothing when they were too few."""
    times = _recent(session, outlet_id, at)
    if len(times) < FEWEST:
        return None
    return round(mean((ready - paid).total_seconds() for paid, ready in times) / 60)


def promise(session: Session, outlet_id: int, at: datetime) -> datetime | None:
    """Say when an order paid now should be ready, on a full five minutes; nothing when nobody can know."""
    wait = expected_wait(session, outlet_id, at)
    if wait is None:
        return None
    since = at + wait - datetime(2000, 1, 1, tzinfo=UTC)
    return datetime(2000, 1, 1, tzinfo=UTC) + -(-since // _STEP) * _STEP


def _recent(session: Session, outlet_id: int, at: datetime) -> _Times:
    rows = session.execute(_RECENT, {"outlet_id": outlet_id, "since": at - REMEMBERED, "at": at})
    return [(paid, ready) for paid, ready in rows if paid is not None and ready is not None]


def _queue_before(paid_at: datetime, times: _Times) -> int:
    return sum(paid < paid_at < ready for paid, ready in times)


def _queue_now(session: Session, outlet_id: int) -> int:
    return session.scalar(_QUEUE, {"outlet_id": outlet_id}) or 0
