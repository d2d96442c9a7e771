"""Writes down what is to be printed, in the transaction of what it tells; whoever prints is told after the commit."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.base.database import Database
from core.printing.models import JobState, Printer, PrintJob, SlipKind

_WRITTEN: Final = "something to print"
_HAS_OR_MAY_COME: Final = (JobState.WAITING, JobState.SENDING, JobState.PRINTED)
_IN_USE = (
    select(Printer)
    .where(Printer.outlet_id == bindparam("outlet_id"), Printer.is_enabled, Printer.removed_at.is_(None))
    .order_by(Printer.id)
)
_WITH_DUTY: Final = {
    duty.key: _IN_USE.where(duty)
    for duty in (Printer.prints_kitchen, Printer.prints_receipts, Printer.prints_after_cash, Printer.opens_drawer)
}


def connect_printing(db: Database, when_due: Callable[[], None]) -> None:
    """Have somebody told after each commit that left something to print."""

    def tell(session: Session) -> None:
        if session.info.pop(_WRITTEN, False):
            when_due()

    db.after_commit.append(tell)


def printers_that(session: Session, outlet_id: int, duty: InstrumentedAttribute[bool]) -> list[Printer]:
    """List an outlet's printers that are switched on and do a duty, the oldest first."""
    return list(session.scalars(_WITH_DUTY[duty.key], {"outlet_id": outlet_id}))


def add_jobs(
    session: Session,
    printers: Iterable[Printer],
    kind: SlipKind,
    *,
    at: datetime,
    by: str,
    order_id: int | None = None,
    copy: int = 0,
) -> None:
    """Write one job for each printer."""
    jobs = [
        PrintJob(printer_id=one.id, kind=kind, order_id=order_id, copy=copy, by=by, created_at=at) for one in printers
    ]
    session.add_all(jobs)
    if jobs:
        session.info[_WRITTEN] = True


def take_back_from_kitchen(session: Session, order_id: int, *, at: datetime, by: str) -> None:
    """Stop the slips of an order that nobody can have seen, and have its end printed wherever one may have come out."""
    slips = (PrintJob.order_id == order_id, PrintJob.kind == SlipKind.KITCHEN)
    unseen = (PrintJob.state == JobState.WAITING, PrintJob.doubts == 0)
    # One statement: a slip that is taken up at this moment is either stopped by it or seen by the next one.
    session.execute(update(PrintJob).where(*slips, *unseen).values(state=JobState.NOT_NEEDED, done_at=at))
    add_jobs(session, printers_that_told(session, order_id), SlipKind.CANCELLATION, at=at, by=by, order_id=order_id)


def printers_that_told(session: Session, order_id: int) -> Sequence[Printer]:
    """List the printers on which the kitchen slip of an order may have come out."""
    perhaps_seen = or_(PrintJob.state.in_((JobState.PRINTED, JobState.SENDING)), PrintJob.doubts > 0)
    slips = (PrintJob.order_id == order_id, PrintJob.kind == SlipKind.KITCHEN)
    where = select(PrintJob.printer_id).where(*slips, perhaps_seen)
    printers = select(Printer).where(Printer.id.in_(where), Printer.is_enabled, Printer.removed_at.is_(None))
    return session.scalars(printers.order_by(Printer.id)).all()


def print_after_cash(session: Session, outlet_id: int, order_id: int, *, at: datetime, by: str) -> None:
    """Open the drawer for cash that is taken, and have the receipt printed where that is wanted."""
    open_drawer(session, outlet_id, at=at, by=by, order_id=order_id)
    add_jobs(
        session,
        printers_that(session, outlet_id, Printer.prints_after_cash),
        SlipKind.RECEIPT,
        at=at,
        by=by,
        order_id=order_id,
    )


def open_drawer(session: Session, outlet_id: int, *, at: datetime, by: str, order_id: int | None = None) -> bool:
    """Have the drawer opened; tell whether any printer does that."""
    printers = printers_that(session, outlet_id, Printer.opens_drawer)
    add_jobs(session, printers, SlipKind.DRAWER, at=at, by=by, order_id=order_id)
    return bool(printers)


def next_copy(session: Session, order_id: int, kind: SlipKind) -> int:
    """Tell which copy of an order's slip comes next; 0 while none can have come out. Lock the order first."""
    found = select(func.max(PrintJob.copy)).where(PrintJob.order_id == order_id, PrintJob.kind == kind)
    came_out = or_(PrintJob.state.in_(_HAS_OR_MAY_COME), PrintJob.doubts > 0)
    last = session.scalar(found.where(came_out))
    return 0 if last is None else last + 1
