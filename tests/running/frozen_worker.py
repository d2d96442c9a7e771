"""A program that only tests start: the real one, in which one thing has come to a standstill.

Serves on the port of its only argument; the second says what stands still: `worker`, `loop`, `task`, `job` or `nothing`.
"""

import asyncio
import sys
import threading
from functools import partial

from core.base.settings import Settings
from core.services import gateway_worker
from core.services.gateway_worker import GatewayWorker
from core.web import life, watchdog
from core.web.server import run_application
from main import create_app

LOOKS = 8
"""Looks of a quarter of a second: the same rule as the program's, in a fifteenth of the time."""


def _hang(self: GatewayWorker) -> None:
    threading.Event().wait()


async def _die_silently(self: GatewayWorker, stop: asyncio.Event) -> None:
    await asyncio.Event().wait()


async def _block_the_loop(self: GatewayWorker, stop: asyncio.Event) -> None:
    self._pulse.beat_at = 1.0
    threading.Event().wait()


def _lose_the_thread(self: GatewayWorker, job: object, number: int) -> None:
    """Leave a job where it is, as a thread does that dies."""


def _tell_ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def main(port: int, stands_still: str) -> None:
    life.watch = partial(watchdog.watch, looks=LOOKS, every=0.25)  # type: ignore[attr-defined] # only here may it be quicker
    if stands_still == "worker":
        GatewayWorker._start_due = _hang  # type: ignore[method-assign] # the fault
    elif stands_still == "task":
        GatewayWorker.run = _die_silently  # type: ignore[method-assign] # the fault
    elif stands_still == "loop":
        GatewayWorker.run = _block_the_loop  # type: ignore[method-assign] # the fault
    elif stands_still == "job":
        gateway_worker._LONGEST_JOB = 0.5
        GatewayWorker._carry_out = _lose_the_thread  # type: ignore[method-assign] # the fault
    settings = Settings(port=port)
    run_application(create_app(settings), settings, _tell_ready)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
