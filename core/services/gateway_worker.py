"""Carries out what rows ask of the gateway: kicked after a commit, swept by a timer, one mechanism for everything.

Charging, looking, closing, expiring and catching up after a crash all start from a row that is due.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

import structlog
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update

from core.base.clock import Clock, monotonic
from core.base.database import Database
from core.base.errors import Busy
from core.base.heartbeat import beat
from core.base.memory import stand_up
from core.base.traces import span
from core.events.record import SYSTEM
from core.orders.models import Order
from core.orders.queries import is_on_the_board, order_by_id_for_update
from core.orders.status import OrderStatus
from core.payments.leases import (
    WATCHED,
    LeaseLost,
    is_on_its_way,
    let_go_of_all,
    let_go_of_the_dead,
    worth_a_look,
)
from core.payments.models import Attempt, Refund
from core.payments.status import OPEN_STATES
from core.services.breaker import Breaker
from core.services.clock_jumps import Plans
from core.services.closing import give_up
from core.services.job_queue import THREADS, Job, JobQueue

_log = structlog.get_logger()
_TICK = 1.0
_ROUNDS_EVERY = 5.0
_LONGEST_JOB = 120.0
"""Seconds. Each call out of the house has a deadline, each wait for the database an end: together far less than this."""


@dataclass(slots=True)
class _Pulse:
    kicked: asyncio.Event | None = None
    loop: asyncio.AbstractEventLoop | None = None
    beat_at: float = 0.0
    under_way: dict[int, float] = field(default_factory=dict)
    """When each job that is in a thread's hands was given to it, by its number, in monotonic seconds.

    Threads add, take away and list without a lock: each is one step of a dictionary.
    """
    numbers: Iterator[int] = field(default_factory=count)
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GatewayWorker:
    """The only caller of the gateway."""

    db: Database
    clock: Clock
    queue: JobQueue
    breaker: Breaker
    plans: Plans
    _pulse: _Pulse = field(default_factory=_Pulse)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, thread_name_prefix="gateway"))
    _turns: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="turns"))
    """The loop's own thread: behind guests who wait for a database that says nothing, it would seem to stand still."""

    @property
    def name(self) -> str:
        """Under which this process says that it lives."""
        return self.queue.name

    @property
    def age(self) -> float:
        """Seconds since the loop last turned, for health pages. It turns about once a second."""
        return monotonic() - self._pulse.beat_at

    @property
    def last_turn(self) -> float:
        """When the loop last turned, on the clock that only goes forward; 0 before its first turn."""
        return self._pulse.beat_at

    def stand_up(self) -> None:
        """Start the thread that turns, and all that gateway calls are made on. Raises RuntimeError."""
        stand_up(self._turns, 1)
        stand_up(self._pool, THREADS)

    def kick(self) -> None:
        """Say that something is due now. Safe from any thread, after a commit; forgetting it costs a second."""
        pulse = self._pulse
        if pulse.loop is not None and pulse.kicked is not None and not pulse.loop.is_closed():
            pulse.loop.call_soon_threadsafe(pulse.kicked.set)

    async def run(self, stop: asyncio.Event) -> None:
        """Turn until told to stop: start what is due, expire what is over."""
        pulse = self._pulse
        pulse.loop, pulse.kicked = asyncio.get_running_loop(), asyncio.Event()
        is_started, last_rounds = False, 0.0
        while not stop.is_set():
            if not self._has_lost_a_thread():
                pulse.beat_at = monotonic()
            pulse.kicked.clear()
            if is_started:
                await self._turn(self._start_due)
            else:
                # Until everything is marked for a look, nothing may be done: a busy database is asked again.
                is_started = await self._turn(self._look_at_everything_anew)
            if monotonic() - last_rounds >= _ROUNDS_EVERY:
                await self._turn(self._make_rounds)
                last_rounds = monotonic()
            await _first_of(pulse.kicked, stop, _TICK)
        pulse.kicked = None

    def _has_lost_a_thread(self) -> bool:
        """Tell whether a job is in hand for longer than its waits could make it: nobody is at it any more."""
        began = min(list(self._pulse.under_way.values()), default=None)
        return began is not None and monotonic() - began > _LONGEST_JOB

    async def _turn(self, work: Callable[[], None]) -> bool:
        """Do a piece of work on the loop's own thread; tells whether the database let it be done."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._turns, work)
        except Busy:
            _log.warning("worker.database_busy")
            return False
        return True

    def _look_at_everything_anew(self) -> None:
        self._look_at_everything(drops_leases=True)
        self.kick()

    def _make_rounds(self) -> None:
        with self.db.write() as session:
            now = self.clock()
            beat(session, self.name, now, self.breaker.met(now))
            let_go_of_the_dead(session, now)
        self.plans.keep()
        self.expire_orders()

    def sweep_once(self) -> int:
        """Carry out everything that is due now and wait for it; tell how many looks were made."""
        looks = 0
        self.plans.keep_if_set()
        while jobs := self.queue.lease(THREADS):
            futures = [self._start(job) for job in jobs]
            for future in futures:
                future.result()
            looks += len(jobs)
        self.expire_orders()
        return looks

    def look_at_everything_once(self, watched: timedelta = WATCHED) -> tuple[int, int]:
        """Ask about every attempt that is open, or has not been over for longer than `watched`, whenever it was due.

        Tells how many there are, and about how many no answer came. Safe beside a running server:
        what that one has in hand is left to it.
        """
        began = self.clock()
        self._look_at_everything(watched, drops_leases=False)
        self.sweep_once()
        count = select(func.count()).select_from(Attempt).where(worth_a_look(began, watched))
        with self.db.read() as session:
            return session.scalar(count) or 0, session.scalar(count.where(_is_unanswered(began))) or 0

    def close(self) -> None:
        """Wait for the turn and the calls under way, and stop."""
        self._turns.shutdown(wait=True, cancel_futures=True)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def expire_orders(self) -> None:
        """Give up unpaid orders whose time is over and no QR of which can be paid; their portions go back.

        Not before the gateway has answered about each of their QRs since the start: while nobody looked,
        money may have come. Silence is no answer.
        """
        now = self.clock()
        with self.db.glance() as session:
            # In the order of the index of open orders: in that of ids alone SQLite would read every order.
            order_ids = session.scalars(self._orders_over(now).order_by(Order.outlet_id, Order.id).limit(100)).all()
        for order_id in order_ids:
            self._expire_order(order_id, now)

    def _expire_order(self, order_id: int, now: datetime) -> None:
        with self.db.write() as session:
            order = order_by_id_for_update(session, order_id)
            # Asked once more under the order's lock, which everything takes that could keep it.
            if session.scalar(self._orders_over(now).where(Order.id == order_id)) is not None:
                give_up(session, order, OrderStatus.EXPIRED, at=now, by=SYSTEM)

    def _orders_over(self, now: datetime) -> Select[int]:
        attempt = select(Attempt.id).where(Attempt.order_id == Order.id)
        over = select(Order.id).where(
            is_on_the_board(),
            Order.status == OrderStatus.AWAITING_PAYMENT,
            Order.expires_at <= now,
            ~attempt.where(Attempt.state.in_(OPEN_STATES)).exists(),
        )
        if self._pulse.started_at is None:
            return over
        # On a clock that was set back, answers that come now would seem to be from before the start.
        since = self._pulse.started_at = min(self._pulse.started_at, now)
        is_asked_about = and_(Attempt.charges_sent > 0, Attempt.due_at.is_not(None))
        return over.where(~attempt.where(is_asked_about, _is_unanswered(since)).exists())

    def _look_at_everything(self, watched: timedelta = WATCHED, *, drops_leases: bool) -> None:
        """Make every attempt due that money could still come to, and every refund that is not over.

        The one server of an SQLite file may drop all leases at its start: whoever held them has died.
        """
        now = self.clock()
        self._pulse.started_at = now
        with self.db.write() as session:
            session.execute(
                update(Attempt).where(worth_a_look(now, watched), Attempt.lease.is_(None)).values(due_at=now)
            )
            session.execute(update(Refund).where(is_on_its_way(), Refund.lease.is_(None)).values(due_at=now))
            if drops_leases and self.db.is_sqlite:
                let_go_of_all(session, now)

    def _start_due(self) -> None:
        """Lease what is due, as much as there are threads for, and hand it to them."""
        self.plans.keep_if_set()
        self.queue.give_up_unfinished()
        free = THREADS - len(self._pulse.under_way)
        if free > 0:
            for job in self.queue.lease(free):
                self._start(job)

    def _start(self, job: Job) -> "Future[None]":
        number = next(self._pulse.numbers)
        self._pulse.under_way[number] = monotonic()
        return self._pool.submit(self._carry_out, job, number)

    def _carry_out(self, job: Job, number: int) -> None:
        try:
            with span(f"worker.{job.kind}", follows=job.reference, reference=job.reference, tries=job.row.tries + 1):
                job.work()
        except Busy:
            _log.warning("worker.database_busy", reference=job.reference)
            self.queue.put_aside(job)
        except LeaseLost:
            _log.warning("worker.lease_lost", reference=job.reference)
        except Exception:  # noqa: BLE001 - see below
            # The lease runs out and somebody tries again; a fault of ours must not end the loop.
            _log.exception("worker.failed", reference=job.reference)
        finally:
            del self._pulse.under_way[number]
            self.kick()


def _is_unanswered(since: datetime) -> ColumnElement[bool]:
    """Name the attempts about which the gateway has said nothing since a moment."""
    return or_(Attempt.looked_at.is_(None), Attempt.looked_at < since)


async def _first_of(kicked: asyncio.Event, stop: asyncio.Event, seconds: float) -> None:
    waits = {asyncio.ensure_future(kicked.wait()), asyncio.ensure_future(stop.wait())}
    _, left = await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in left:
        wait.cancel()
