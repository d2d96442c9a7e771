"""Hands out what is due, one row to one thread of one process at a time."""

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Final

import structlog
from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy.exc import DBAPIError

from core.base.clock import Clock
from core.base.database import Database
from core.base.errors import Busy
from core.base.sql import write_back
from core.payments.leases import LeasedRow, TakeInHand, due_rows, lease_attempt, lease_refund, let_go
from core.payments.models import Attempt, Refund
from core.services.gateway_jobs import GatewayJobs
from core.services.refund_jobs import RefundJobs

_log = structlog.get_logger()
THREADS: Final = 8
"""Gateway calls that may be under way at once."""

# Asked with each turn of the worker. Each wants to be told `now`.
_DUE_ATTEMPTS, _DUE_REFUNDS = due_rows(Attempt), due_rows(Refund)
_IS_DUE = select(_DUE_ATTEMPTS.order_by(None).exists(), _DUE_REFUNDS.order_by(None).exists())
_WAITED_FOR = _DUE_ATTEMPTS.where(Attempt.wanted_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Job:
    """A row leased to this process, and what is to be done about it."""

    row: Attempt | Refund
    work: Callable[[], None]

    @property
    def reference(self) -> str:
        return self.row.reference if isinstance(self.row, Attempt) else self.row.payment

    @property
    def kind(self) -> str:
        return "attempt" if isinstance(self.row, Attempt) else "refund"


@dataclass(slots=True)
class JobQueue:
    """The rows that are due, in the database; what is in hand, by name."""

    db: Database
    clock: Clock
    attempts: GatewayJobs
    refunds: RefundJobs
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    """This process's, in front of each of its leases."""
    _unfinished: list[Attempt | Refund] = field(default_factory=list)
    _is_refunds_turn: bool = False

    def lease(self, most: int) -> Sequence[Job]:
        """Take what is due in hand: attempts that people wait for, then refunds, then attempts by the timetable."""
        now = self.clock()
        with self.db.glance() as session:
            is_attempt_due, is_refund_due = session.execute(_IS_DUE, {"now": now}).one()
        jobs: list[Job] = []
        if is_refund_due:
            # After a start a whole day of attempts is due: somebody waits for money that is to go back, too.
            # In a full house somebody always waits for a QR: a place is kept for money that is to go back. Where there
            # is only one place, they take turns.
            kept = 1 if most > 1 or self._is_refunds_turn else 0
            self._is_refunds_turn = not self._is_refunds_turn
            jobs += self._attempts(_WAITED_FOR, now, most - kept)
            jobs += self._refunds(_DUE_REFUNDS, now, most - len(jobs))
        if is_attempt_due:
            jobs += self._attempts(_DUE_ATTEMPTS, now, most - len(jobs))
        return jobs

    def put_aside(self, job: Job) -> None:
        """Remember a job whose news the database could not take, to give its row back."""
        self._unfinished.append(job.row)

    def give_up_unfinished(self) -> None:
        """Let go of what could not be written down, as soon as the database takes that: nobody waits for the lease.

        Raises Busy while it does not.
        """
        while self._unfinished:
            row = self._unfinished.pop()
            try:
                with self.db.write() as session:
                    let_go(session, row, self.clock())
            except Busy:
                self._unfinished.append(row)
                raise

    def _attempts(self, due: Select[Attempt], now: datetime, most: int) -> list[Job]:
        taken = self._lease_due(due, now, most, lease_attempt)
        return [Job(one, partial(self.attempts.carry_out, one, is_uncharged=is_new)) for one, is_new in taken]

    def _refunds(self, due: Select[Refund], now: datetime, most: int) -> list[Job]:
        taken = self._lease_due(due, now, most, lease_refund)
        return [Job(one, partial(self.refunds.carry_out, one, is_unsent=is_new)) for one, is_new in taken]

    def _lease_due(
        self, due: Select[LeasedRow], now: datetime, most: int, lease: TakeInHand[LeasedRow]
    ) -> Sequence[tuple[LeasedRow, bool]]:
        if most <= 0:
            return ()
        (rows,) = (found["entity"] for found in due.column_descriptions)
        try:
            return self._take(_few(due), now, lease, most=most)
        except DBAPIError:
            # One row that the database will not let anybody touch may not stop the others.
            _log.exception("worker.cannot_lease", rows=rows.__tablename__)
        taken: list[tuple[LeasedRow, bool]] = []
        with self.db.glance() as session:
            ids = session.scalars(due.with_only_columns(rows.id), {"now": now}).all()
        for row_id in ids:
            if len(taken) < most:
                with suppress(DBAPIError):
                    taken += self._take(_free(due).where(rows.id == row_id), now, lease)
        return taken

    def _take(
        self, due: Select[LeasedRow], now: datetime, lease: TakeInHand[LeasedRow], **told: int
    ) -> list[tuple[LeasedRow, bool]]:
        with self.db.write() as session:
            # One name for each lease: of two jobs about one row, even here, only the later may write.
            taken = [
                (row, lease(row, f"{self.name}.{secrets.token_hex(4)}", now))
                for row in session.scalars(due, {"now": now, **told}).all()
            ]
            write_back(session, *(row for row, _ in taken))
        return taken


def _free(due: Select[LeasedRow]) -> Select[LeasedRow]:
    return due.with_for_update(skip_locked=True)


@cache
def _few(due: Select[LeasedRow]) -> Select[LeasedRow]:
    """At most so many as `most` says; made once of each."""
    return _free(due).limit(bindparam("most", type_=Integer()))
