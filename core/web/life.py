"""Starts what must run beside the requests, and stops it again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final

import structlog
from fastapi import FastAPI

from core.events.record import kinds_written
from core.services import Core
from core.services.event_poll import EventPoll
from core.services.self_test import self_test
from core.web.figures import count_events, note_process
from core.web.health import stand_up_looks
from core.web.one_server import lock_database
from core.web.thread_deaths import end_with_a_thread
from core.web.threads import stand_up_threads
from core.web.watchdog import watch

_log = structlog.get_logger()
_WORKER_REST_SECONDS: Final = 2.0
_LAST_TURN_SECONDS: Final = 5.0
_FIGURES_EVERY_SECONDS: Final = 1.0

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def life_of(core: Core) -> Lifespan:
    """Make the lifespan of an application around its services."""

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        with _hand_on_the_database(core):
            self_test(core.db, core.settings, core.clock())
            await stand_up_threads()
            core.worker.stand_up()
            core.printing.stand_up()
            stand_up_looks()
            core.bus.bind(asyncio.get_running_loop())
            core.db.after_commit.append(lambda session: count_events(kinds_written(session)))
            stop = asyncio.Event()
            tasks = {asyncio.create_task(_keep_working(run, stop)) for run in (core.worker.run, core.printing.run)}
            tasks.add(asyncio.create_task(_tell_figures(core, stop)))
            if core.relay is not None:
                tasks.add(asyncio.create_task(core.relay.listen(core.bus, stop)))
                tasks.add(asyncio.create_task(EventPoll(core.db, core.bus).run(stop)))
            try:
                with end_with_a_thread(), watch(lambda: core.worker.last_turn):
                    yield
            finally:
                stop.set()
                await asyncio.wait(tasks, timeout=_LAST_TURN_SECONDS)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                core.close()

    return life


async def _tell_figures(core: Core, stop: asyncio.Event) -> None:
    """Note each second how this process is, where the one that is asked for figures finds it."""
    while not stop.is_set():
        note_process(core.worker.last_turn, *core.db.lines)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _FIGURES_EVERY_SECONDS)


@contextlib.contextmanager
def _hand_on_the_database(core: Core) -> Iterator[None]:
    path = core.db.url.database if core.db.is_sqlite else None
    hand = lock_database(Path(path)) if path and path != ":memory:" else None
    with hand or contextlib.nullcontext():
        yield


async def _keep_working(run: Callable[[asyncio.Event], Awaitable[None]], stop: asyncio.Event) -> None:
    """Run a worker; should it ever fall over, say so and set it up again."""
    while not stop.is_set():
        try:
            await run(stop)
        except Exception:  # noqa: BLE001 - money must go on being looked after, whatever it fell over
            _log.exception("worker.failed")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _WORKER_REST_SECONDS)
