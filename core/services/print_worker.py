"""Prints what waits: a thread for each printer, so that a dead one holds up nobody, least of all an order."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import structlog

from core.base.errors import Busy
from core.base.memory import stand_up
from core.base.traces import note, traced
from core.gateways.network_printer import NetworkPrinter, NothingPrinted, PerhapsPrinted
from core.printing.models import Printer
from core.services.print_queue import JobInHand, LeaseLost, PrintQueue
from core.services.slip_press import SlipPress

_log = structlog.get_logger()
MOST_PRINTERS: Final = 16
"""Printers at work at once. An outlet has no more: none of them ever waits for another one's thread."""
_TICK: Final = 1.0
_TRIES: Final = 3


@dataclass(slots=True)
class _Pulse:
    kicked: asyncio.Event | None = None
    loop: asyncio.AbstractEventLoop | None = None
    at_work: int = 0
    is_closing: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class PrintWorker:
    """The only one that talks to printers. It is told of jobs by their rows alone."""

    queue: PrintQueue
    press: SlipPress
    line: NetworkPrinter = field(default_factory=NetworkPrinter)
    _pulse: _Pulse = field(default_factory=_Pulse)
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(MOST_PRINTERS, thread_name_prefix="printer")
    )

    def stand_up(self) -> None:
        """Start all threads that printers are served on. Raises RuntimeError."""
        stand_up(self._pool, MOST_PRINTERS)

    def kick(self) -> None:
        """Say that something is to be printed. Safe from any thread, after a commit; forgetting it costs a second."""
        pulse = self._pulse
        if pulse.loop is not None and pulse.kicked is not None and not pulse.loop.is_closed():
            pulse.loop.call_soon_threadsafe(pulse.kicked.set)

    async def run(self, stop: asyncio.Event) -> None:
        """Start printers that have something to print, until told to stop."""
        pulse = self._pulse
        pulse.loop, pulse.kicked = asyncio.get_running_loop(), asyncio.Event()
        is_started = False
        while not stop.is_set():
            pulse.kicked.clear()
            try:
                if not is_started:
                    await asyncio.to_thread(self.queue.drop_leases)
                    is_started = True
                await asyncio.to_thread(self._start_due)
            except Busy:
                _log.warning("printing.database_busy")
            await _first_of(pulse.kicked, stop)
        pulse.kicked = None

    def sweep_once(self) -> None:
        """Print everything that can be printed now, and wait for it."""
        while futures := self._start_due():
            for future in futures:
                future.result()

    def close(self) -> None:
        """Take up no further job, and wait for those under way."""
        self._pulse.is_closing = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _start_due(self) -> "list[Future[None]]":
        leased = self.queue.lease(MOST_PRINTERS - self._pulse.at_work)
        with self._pulse.lock:
            self._pulse.at_work += len(leased)
        return [self._pool.submit(self._serve, printer) for printer in leased]

    def _serve(self, printer: Printer) -> None:
        """Print one printer's jobs until there are none, or it fails."""
        try:
            while (hand := self.queue.next_job(printer)) is not None:
                if self._pulse.is_closing:
                    self.queue.let_go(printer, hand.job)
                    break
                if not self._print(hand):
                    break
        except LeaseLost:
            _log.warning("printing.lease_lost", printer=printer.uid)
        except Busy:
            # The lease runs out, and somebody goes on.
            _log.warning("printing.database_busy", printer=printer.uid)
        except Exception:  # noqa: BLE001 - see above; a fault of ours must not end the thread's count
            _log.exception("printing.failed", printer=printer.uid)
        finally:
            with self._pulse.lock:
                self._pulse.at_work -= 1
            self.kick()

    @traced("printing")
    def _print(self, hand: JobInHand) -> bool:
        """Print one job; tell whether the printer goes on."""
        note(printer=hand.printer.uid, kind=str(hand.job.kind), tries=hand.job.tries)
        data = self._bytes_of(hand)
        if data is None:
            self.queue.give_up(hand)
            return True
        try:
            self.line.deliver(hand.printer.host, hand.printer.port, data)
        except (NothingPrinted, PerhapsPrinted) as failure:
            perhaps = isinstance(failure, PerhapsPrinted)
            told = {"printer": hand.printer.uid, "job": hand.job.id, "trouble": str(failure.trouble)}
            _log.info("printing.did_not_come_out", perhaps=perhaps, **told)
            note(outcome=str(failure.trouble))
            _insist(partial(self.queue.failed, hand, failure.trouble, perhaps=perhaps))
            return False
        _insist(partial(self.queue.printed, hand))
        return True

    def _bytes_of(self, hand: JobInHand) -> bytes | None:
        """Make what is sent; nothing when it cannot be made, so that it does not stop what waits behind it."""
        try:
            return self.press.bytes_of(hand)
        except Busy:
            self.queue.let_go(hand.printer, hand.job)
            raise
        except Exception:  # noqa: BLE001 - see above
            _log.exception("printing.no_slip", printer=hand.printer.uid, job=hand.job.id)
            return None


def _insist(write: Callable[[], None]) -> None:
    """Write down what became of a job, though the database be busy: unwritten it would be printed once more."""
    for _ in range(_TRIES - 1):
        with suppress(Busy):
            return write()
    return write()


async def _first_of(kicked: asyncio.Event, stop: asyncio.Event) -> None:
    waits = {asyncio.ensure_future(kicked.wait()), asyncio.ensure_future(stop.wait())}
    _, left = await asyncio.wait(waits, timeout=_TICK, return_when=asyncio.FIRST_COMPLETED)
    for wait in left:
        wait.cancel()
