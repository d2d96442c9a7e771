"""Who sits together at a table: the party's beginning, its phones, its end."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from sqlalchemy import and_, bindparam, delete, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from core.base.ids import is_uid
from core.orders.errors import TableCodeNeeded, TooManyTableCodes, UnknownSitting, WrongTableCode
from core.orders.models import BasketLine, Order, Sitting, Visit
from core.orders.status import CLOSED, IN_THE_KITCHEN, OrderStatus
from core.outlets.models import Table

QUIET_FOR: Final = timedelta(hours=2)
"""A party at whose table nothing has happened for so long has left."""
FORGOTTEN_AFTER: Final = timedelta(hours=12)
"""An order that stood still for so long keeps nobody at the table: somebody forgot to say that it was served."""
MOST_WRONG_CODES: Final = 5
"""Of ten thousand, by all phones of a table together, before nobody is listened to."""
LOCKED_FOR: Final = timedelta(minutes=5)
MOST_UNPAID_AT_TABLE: Final = 30
"""Orders that all phones of one party may leave unpaid together."""
_OPEN: Final = (OrderStatus.AWAITING_PAYMENT, *IN_THE_KITCHEN)
_AT_TABLE = select(Sitting).where(Sitting.table_id == bindparam("table_id"), Sitting.ended_at.is_(None))
_AT_TABLE_LOCKED = _AT_TABLE.with_for_update().execution_options(populate_existing=True)


def sitting_at(session: Session, table: Table, at: datetime) -> Sitting | None:
    """Find the party that sits at a table at a moment; nothing where the last one has left, and where there are no seats."""
    if not table.has_seats:
        return None
    sitting = session.scalar(_AT_TABLE, {"table_id": table.id})
    return None if sitting is None or has_left(session, sitting, at) else sitting


def sitting_for_update(session: Session, table: Table) -> Sitting | None:
    """Lock the party whose end nobody has written down yet, also one that has left by now; nothing where there are no seats.

    Before any basket is locked. Whoever has it sees the party's phones as they are, and nobody clears its table.
    """
    if not table.has_seats:
        return None
    return session.scalar(_AT_TABLE_LOCKED, {"table_id": table.id})


def sat_down(session: Session, table: Table, at: datetime) -> Sitting | None:
    """Find and lock the party at a table, or let one sit down. Nobody sits at a kiosk or the counter.

    A party that nobody saw leave makes room for the next.
    """
    sitting = sitting_for_update(session, table)
    if sitting is not None and not has_left(session, sitting, at):
        return sitting
    if sitting is not None:
        end_sitting(session, sitting, at, by="system")
    return _sit_down(session, table, at) if table.has_seats else None


def has_left(session: Session, sitting: Sitting, at: datetime) -> bool:
    """Tell whether nothing has happened at a party's table for long: nobody picked, ordered, cooked, paid or called."""
    since = at - QUIET_FOR
    moments = (sitting.opened_at, sitting.seen_at, sitting.called_at, sitting.answered_at)
    if any(moment is not None and moment > since for moment in moments):
        return False
    is_open = and_(Order.status.in_(_OPEN), Order.moved_at > at - FORGOTTEN_AFTER)
    is_alive = or_(Order.moved_at > since, is_open)
    return session.scalar(select(Order.id).where(Order.sitting_id == sitting.id, is_alive).limit(1)) is None


def end_sitting(session: Session, sitting: Sitting, at: datetime, *, by: str) -> None:
    """Let a party go: its baskets are emptied, its orders go on, its code is worth nothing."""
    phones = select(Visit.id).where(Visit.sitting_id == sitting.id)
    session.execute(delete(BasketLine).where(BasketLine.visit_id.in_(phones)))
    sitting.ended_at, sitting.ended_by = at, by
    sitting.called_at = sitting.called_for = None
    session.flush()


def join(visit: Visit, sitting: Sitting) -> None:
    """Count a phone as one of a party's, which is locked. What it was allowed in an earlier party ends."""
    if visit.sitting_id == sitting.id:
        return
    sitting.phones += 1
    visit.sitting_id, visit.number = sitting.id, sitting.phones
    visit.is_let_in = visit.shares = False


def sitting_by_uid(session: Session, outlet_id: int, uid: str) -> Sitting:
    """Find and lock a party that is still there. Raises UnknownSitting."""
    found = select(Sitting).where(Sitting.uid == uid, Sitting.outlet_id == outlet_id, Sitting.ended_at.is_(None))
    sitting = session.scalar(found.with_for_update()) if is_uid(uid) else None
    if sitting is None:
        raise UnknownSitting
    return sitting


def unpaid_at(session: Session, sitting: Sitting) -> int:
    """Count a party's orders that wait for their money."""
    unpaid = select(func.count()).where(Order.sitting_id == sitting.id, Order.status == OrderStatus.AWAITING_PAYMENT)
    return session.scalar(unpaid) or 0


def orders_at(session: Session, sitting: Sitting) -> Sequence[Order]:
    """List what a party has ordered, without what was given up; oldest first, with lines."""
    found = select(Order).where(Order.sitting_id == sitting.id, Order.status.not_in(CLOSED))
    return session.scalars(found.options(selectinload(Order.lines)).order_by(Order.id)).all()


def hold_to_code(sitting: Sitting, code: str, at: datetime) -> None:
    """Let pass who names a party's code. Raises TableCodeNeeded, WrongTableCode, TooManyTableCodes; counts nothing."""
    if not code:
        raise TableCodeNeeded
    if sitting.locked_until is not None and at < sitting.locked_until:
        raise TooManyTableCodes(minutes=ceil((sitting.locked_until - at) / timedelta(minutes=1)))
    if not secrets.compare_digest(code.encode(), sitting.code.encode()):
        raise WrongTableCode


def count_wrong_code(session: Session, table: Table, at: datetime) -> None:
    """Remember that a code was wrong; after a few in a row nobody is listened to for a while.

    Where nobody sat, a party does from now on: a code that is drawn anew for each guess could be guessed for ever.
    """
    sitting = sat_down(session, table, at)
    if sitting is None:
        return
    sitting.wrong_codes += 1
    if sitting.wrong_codes >= MOST_WRONG_CODES:
        sitting.wrong_codes, sitting.locked_until = 0, at + LOCKED_FOR


def new_code() -> str:
    """Make four digits to be said across a table."""
    return f"{secrets.randbelow(10_000):04}"


def _sit_down(session: Session, table: Table, at: datetime) -> Sitting:
    sitting = Sitting(outlet_id=table.outlet_id, table_id=table.id, opened_at=at, code=new_code())
    try:
        with session.begin_nested():
            session.add(sitting)
    except IntegrityError:
        # Two phones at once on PostgreSQL: the other one was first.
        return session.scalars(_AT_TABLE_LOCKED, {"table_id": table.id}).one()
    return sitting
