"""Finds printers and their jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from core.base.ids import is_uid
from core.printing.errors import UnknownPrinter
from core.printing.models import JobState, Printer, PrintJob, SlipKind, Trouble

SILENT_FOR: Final = timedelta(seconds=30)
"""A printer that is switched on again meanwhile was worth no word."""
_NEVER_SO_LONG: Final = timedelta(minutes=5)
"""No lease and no pause lasts this long: who reads such a one reads it on a clock that was set back."""


def _has_open_jobs() -> ColumnElement[bool]:
    return select(PrintJob.id).where(PrintJob.printer_id == Printer.id, PrintJob.done_at.is_(None)).exists()


_DOWN: Final = (
    select(Printer)
    .where(Printer.outlet_id == bindparam("outlet_id"), Printer.is_enabled, Printer.removed_at.is_(None))
    .where(Printer.down_since <= bindparam("before"), _has_open_jobs())
    .order_by(Printer.id)
)


def printers_of(session: Session, outlet_id: int) -> Sequence[Printer]:
    """List an outlet's printers, oldest first."""
    found = select(Printer).where(Printer.outlet_id == outlet_id, Printer.removed_at.is_(None))
    return session.scalars(found.order_by(Printer.id)).all()


def printer_by_uid_for_update(session: Session, outlet_id: int, uid: str) -> Printer:
    """Find and lock a printer of an outlet. Raises UnknownPrinter."""
    found = select(Printer).where(Printer.outlet_id == outlet_id, Printer.removed_at.is_(None), Printer.uid == uid)
    printer = session.scalar(locked(found)) if is_uid(uid) else None
    if printer is None:
        raise UnknownPrinter
    return printer


def locked(printers: Select[Printer], *, skip_locked: bool = False) -> Select[Printer]:
    """Lock printers against everybody who would change them, but not against an order that asks for a slip.

    A job names its printer, and PostgreSQL holds on to what a new row names: only with the weaker
    lock does no payment wait for it.
    """
    return printers.with_for_update(key_share=True, skip_locked=skip_locked).execution_options(populate_existing=True)


def due_printers(now: datetime) -> Select[Printer]:
    """Find the printers that have something to print, are in nobody's hand, and not being left alone."""
    is_free, is_worth_a_try = (
        or_(until.is_(None), until <= now, until > now + _NEVER_SO_LONG)
        for until in (Printer.leased_until, Printer.retry_at)
    )
    return select(Printer).where(is_free, is_worth_a_try, _has_open_jobs()).order_by(Printer.id)


def open_jobs_for_update(session: Session, printer_id: int) -> Sequence[PrintJob]:
    """Lock what a printer still has to print, in the order in which it comes: the drawer is not made to wait."""
    found = select(PrintJob).where(PrintJob.printer_id == printer_id, PrintJob.done_at.is_(None))
    drawer_first = (PrintJob.kind != SlipKind.DRAWER, PrintJob.id)
    return session.scalars(found.order_by(*drawer_first).with_for_update()).all()


def waiting_by_printer(session: Session, printer_ids: Sequence[int]) -> Mapping[int, int]:
    """Count what each of some printers still has to print."""
    is_open = PrintJob.done_at.is_(None)
    found = select(PrintJob.printer_id, func.count()).where(PrintJob.printer_id.in_(printer_ids), is_open)
    return dict(session.execute(found.group_by(PrintJob.printer_id)).all())


def given_up_since(session: Session, outlet_id: int, since: datetime) -> Sequence[PrintJob]:
    """List the jobs that came to nothing, with their printers, the newest first."""
    found = (
        select(PrintJob)
        .join(PrintJob.printer)
        .where(Printer.outlet_id == outlet_id, PrintJob.state == JobState.GIVEN_UP, PrintJob.created_at >= since)
    )
    return session.scalars(found.options(joinedload(PrintJob.printer)).order_by(PrintJob.id.desc())).all()


@dataclass(frozen=True, slots=True)
class SilentPrinter:
    """A printer that somebody must look after: it has printed nothing for a while, and something waits for it."""

    id: int
    name: str
    trouble: Trouble
    waiting: int


def silent_printers(session: Session, outlet_id: int, now: datetime) -> Sequence[SilentPrinter]:
    """List the printers that have printed nothing for so long, with something waiting, that somebody must look."""
    down = _printers_down(session, outlet_id, now)
    waiting = waiting_by_printer(session, [printer.id for printer in down]) if down else {}
    return [
        SilentPrinter(printer.id, printer.name, printer.trouble or Trouble.UNREACHABLE, waiting.get(printer.id, 0))
        for printer in down
    ]


def _printers_down(session: Session, outlet_id: int, now: datetime) -> Sequence[Printer]:
    return session.scalars(_DOWN, {"outlet_id": outlet_id, "before": now - SILENT_FOR}).all()
