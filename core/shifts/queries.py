"""Finds shifts, and adds up what went through their drawers."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.events.models import Event
from core.ledger.models import Account, Entry, EntryKind, Posting
from core.shifts.models import Shift

MAIN_DRAWER = "main"
DRAWER_MOVED = "drawer.moved"
"""The event of money carried in or out; its data hold `shift_id`, `amount` (out is negative), `reason`, `name`.

What the drawer should hold, `before` and `after`, stands in it too: whoever will count it may not read that.
"""

DRAWER_OPENED = "drawer.opened"
"""The event of a drawer opened without a sale; its data hold `shift_id`, `reason`, `name`."""


def open_shift(session: Session, outlet_id: int, drawer: str = MAIN_DRAWER) -> Shift | None:
    """Find the shift that is open at a drawer."""
    return session.scalar(_open(outlet_id, drawer))


def open_shift_for_update(session: Session, outlet_id: int, drawer: str = MAIN_DRAWER) -> Shift | None:
    """Find the open shift and lock it, so that no money goes into a drawer that is being counted.

    It comes last in the order of locks: order, attempt, stock, shift.
    """
    return session.scalar(_open(outlet_id, drawer).with_for_update())


def last_closed_shift(session: Session, outlet_id: int, drawer: str = MAIN_DRAWER) -> Shift | None:
    """Find the shift that was counted last."""
    closed = select(Shift).where(Shift.outlet_id == outlet_id, Shift.drawer == drawer, Shift.closed_at.is_not(None))
    return session.scalar(closed.order_by(Shift.id.desc()).limit(1))


def closed_shifts(session: Session, outlet_id: int, limit: int) -> Sequence[Shift]:
    """List the shifts that were counted last, newest first."""
    found = select(Shift).where(Shift.outlet_id == outlet_id, Shift.closed_at.is_not(None))
    return session.scalars(found.order_by(Shift.id.desc()).limit(limit)).all()


def shift_of_outlet(session: Session, outlet_id: int, shift_id: int) -> Shift | None:
    """Find a shift of an outlet by its number."""
    if not 0 < shift_id < 2**63:
        return None
    return session.scalar(select(Shift).where(Shift.id == shift_id, Shift.outlet_id == outlet_id))


def drawer_sums(session: Session, shift_id: int) -> dict[EntryKind, int]:
    """Add up what each kind of entry did to a shift's drawer, in whole rupiah."""
    rows = session.execute(
        select(Entry.kind, func.sum(Posting.amount))
        .join(Posting, Posting.entry_uid == Entry.uid)
        .where(Posting.shift_id == shift_id, Posting.account == Account.DRAWER)
        .group_by(Entry.kind)
    )
    return {kind: int(amount) for kind, amount in rows}


def drawer_moves(session: Session, shift: Shift) -> list[Event]:
    """List what was carried into and out of a shift's drawer by hand, and when it was opened for nothing; oldest first."""
    by_hand = Event.kind.in_((DRAWER_MOVED, DRAWER_OPENED))
    moves = select(Event).where(Event.outlet_id == shift.outlet_id, by_hand, Event.at >= shift.opened_at)
    if shift.closed_at is not None:
        moves = moves.where(Event.at <= shift.closed_at)
    # Put in order here: asked to, SQLite would read all events of the outlet in theirs, instead of the few of these kinds.
    found = sorted(session.scalars(moves), key=lambda event: event.id)
    return [event for event in found if event.data["shift_id"] == shift.id]


def _open(outlet_id: int, drawer: str) -> Select[Shift]:
    return select(Shift).where(Shift.outlet_id == outlet_id, Shift.drawer == drawer, Shift.closed_at.is_(None))
