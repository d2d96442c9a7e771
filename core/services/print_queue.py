"""Hands out printers that have something to print, one process at a time, and remembers what became of each job."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.base.clock import Clock, business_day
from core.base.database import Database
from core.events.record import SYSTEM, board_topic, tell
from core.orders.models import Order
from core.orders.status import OrderStatus
from core.outlets.models import Outlet
from core.printing.models import JobState, Printer, PrintJob, SlipKind, Trouble
from core.printing.queries import due_printers, locked, open_jobs_for_update

LEASE: Final = timedelta(seconds=45)
"""Longer than the longest job. It begins anew with each one."""
LIVES: Final = {
    # A drawer that springs open after its guest has gone is an invitation.
    SlipKind.DRAWER: timedelta(seconds=20),
    SlipKind.TEST: timedelta(minutes=10),
}
LIFE: Final = timedelta(hours=4)
"""How long anything else is tried."""
_YESTERDAYS: Final = timedelta(minutes=15)
"""So young a job is printed though its business day has just ended: the kitchen cooks on."""
MOST_DOUBTS: Final = 3
"""A printer that prints and never says so would else print one slip until its paper is out."""
_LONGEST_PAUSE: Final = 15.0


class LeaseLost(Exception):
    """Somebody else has the printer in hand by now: what became of the job is theirs to find out."""


@dataclass(frozen=True, slots=True)
class JobInHand:
    """What is to be printed now, and by which printer, as they were when it was taken up."""

    printer: Printer
    job: PrintJob


@dataclass(frozen=True, slots=True)
class PrintQueue:
    """The jobs that wait, in the database. Whoever prints holds a printer, so that its slips come out in their order."""

    db: Database
    clock: Clock

    def lease(self, most: int) -> Sequence[Printer]:
        """Take printers in hand that have something to print."""
        now = self.clock()
        due = due_printers(now)
        with self.db.glance() as session:
            if most <= 0 or session.scalar(select(due.order_by(None).exists())) is not True:
                return ()
        with self.db.write() as session:
            found = session.scalars(locked(due, skip_locked=True).limit(most)).all()
            for printer in found:
                printer.lease, printer.leased_until = secrets.token_hex(8), now + LEASE
            return found

    def next_job(self, held: Printer) -> JobInHand | None:
        """Take up what a printer in hand is to print next; with nothing left it is let go. Raises LeaseLost."""
        with self.db.write() as session:
            printer = _ours(session, held)
            now = self.clock()
            job = self._first_worth_printing(session, printer, now)
            if job is None:
                printer.lease = printer.leased_until = None
                return None
            job.state = JobState.SENDING
            job.tries += 1
            printer.leased_until = now + LEASE
            return JobInHand(printer, job)

    def let_go(self, held: Printer, unsent: PrintJob | None = None) -> None:
        """Give a printer back before its work is done, with a job that was taken up and not sent. Raises LeaseLost."""
        with self.db.write() as session:
            printer = _ours(session, held)
            printer.lease = printer.leased_until = None
            if unsent is not None:
                session.get_one(PrintJob, unsent.id, with_for_update=True).state = JobState.WAITING

    def printed(self, hand: JobInHand) -> None:
        """Note that a job came out. Raises LeaseLost."""
        with self.db.write() as session:
            printer, job = self._again(session, hand)
            now = self.clock()
            _end(job, JobState.PRINTED, now)
            if printer.down_since is not None:
                self._tell(session, printer, "printer.recovered", down_since=printer.down_since.isoformat())
            printer.trouble = printer.down_since = printer.retry_at = None
            printer.failures = 0
            printer.printed_at, printer.leased_until = now, now + LEASE

    def failed(self, hand: JobInHand, trouble: Trouble, *, perhaps: bool) -> None:
        """Note that a job did not come out, or only perhaps; the printer is let go and left alone for a while.

        Raises LeaseLost.
        """
        with self.db.write() as session:
            printer, job = self._again(session, hand)
            now = self.clock()
            job.state = JobState.WAITING
            if perhaps:
                _doubt(job, now)
            if printer.down_since is None:
                printer.down_since = now
                self._tell(session, printer, "printer.failed", trouble=str(trouble))
            printer.trouble = trouble
            printer.failures += 1
            printer.retry_at = now + _pause(printer.failures)
            printer.lease = printer.leased_until = None

    def give_up(self, hand: JobInHand) -> None:
        """Note that a job cannot be printed by any printer. Raises LeaseLost."""
        with self.db.write() as session:
            _, job = self._again(session, hand)
            _end(job, JobState.GIVEN_UP, self.clock())

    def drop_leases(self) -> None:
        """Let go of every printer, at the start of the one server of an SQLite file: whoever held them has died."""
        if not self.db.is_sqlite:
            return
        with self.db.write() as session:
            session.execute(update(Printer).where(Printer.lease.is_not(None)).values(lease=None, leased_until=None))

    def _again(self, session: Session, hand: JobInHand) -> tuple[Printer, PrintJob]:
        printer = _ours(session, hand.printer)
        return printer, session.get_one(PrintJob, hand.job.id, with_for_update=True)

    def _first_worth_printing(self, session: Session, printer: Printer, now: datetime) -> PrintJob | None:
        outlet = session.get_one(Outlet, printer.outlet_id)
        for job in open_jobs_for_update(session, printer.id):
            if job.state is JobState.SENDING:
                # Nobody else holds the printer: whoever sent this has died over it.
                job.state = JobState.WAITING
                _doubt(job, now)
            if not job.is_open:
                continue
            if not printer.is_enabled or printer.removed_at is not None or _is_too_old(job, outlet, now):
                _end(job, JobState.GIVEN_UP, now)
            elif _tells_nothing(session, job):
                _end(job, JobState.NOT_NEEDED, now)
            else:
                return job
        return None

    def _tell(self, session: Session, printer: Printer, kind: str, **data: Any) -> None:
        topics = (board_topic(printer.outlet_id),)
        told = {"printer": printer.uid, "name": printer.name} | data
        tell(session, kind, outlet_id=printer.outlet_id, at=self.clock(), by=SYSTEM, topics=topics, **told)


def _ours(session: Session, held: Printer) -> Printer:
    printer = session.scalar(locked(select(Printer).where(Printer.id == held.id)))
    if printer is None or printer.lease != held.lease:
        raise LeaseLost
    return printer


def _end(job: PrintJob, state: JobState, at: datetime) -> None:
    job.state, job.done_at = state, at


def _doubt(job: PrintJob, at: datetime) -> None:
    """Remember that a job may have come out. A drawer is not opened a second time for it."""
    job.doubts += 1
    if job.kind is SlipKind.DRAWER or job.doubts >= MOST_DOUBTS:
        _end(job, JobState.GIVEN_UP, at)


def _is_too_old(job: PrintJob, outlet: Outlet, now: datetime) -> bool:
    age = now - job.created_at
    days = [business_day(at, outlet.zone, outlet.day_cutoff_hour) for at in (job.created_at, now)]
    return age >= LIVES.get(job.kind, LIFE) or (days[0] < days[1] and age >= _YESTERDAYS)


def _tells_nothing(session: Session, job: PrintJob) -> bool:
    """Tell whether a slip comes too late: its order stands on the table, or nobody read what it would take back."""
    if job.kind is SlipKind.CANCELLATION:
        slips = (PrintJob.kind == SlipKind.KITCHEN, PrintJob.order_id == job.order_id)
        was_seen = or_(PrintJob.state == JobState.PRINTED, PrintJob.doubts > 0)
        seen = select(PrintJob.id).where(*slips, PrintJob.printer_id == job.printer_id, was_seen)
        return session.scalar(seen.limit(1)) is None
    if job.kind is not SlipKind.KITCHEN or job.order_id is None:
        return False
    status = session.get_one(Order, job.order_id).status
    return status is OrderStatus.CANCELLED or (status is OrderStatus.SERVED and job.copy == 0)


def _pause(failures: int) -> timedelta:
    """Say how long a printer is left alone: 1, 2, 4, 8 … 15 s, a little less or more."""
    seconds = min(_LONGEST_PAUSE, 2.0 ** min(failures - 1, 4))
    return timedelta(seconds=seconds * (0.75 + secrets.randbelow(500) / 1000))
