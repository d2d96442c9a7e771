"""The threads that requests are answered on stand before the first of them, and stay; a death among them ends the process."""

import asyncio
import subprocess
import sys
import threading
import time
from functools import partial

import pytest
from anyio.to_thread import run_sync
from fastapi import FastAPI

from core.payments.status import AttemptState
from core.web import life
from core.web.thread_deaths import EXIT_CODE, end_with_a_thread
from core.web.threads import REQUEST_THREADS, stand_up_threads
from tests.shop import Shop
from tests.web.patience import soon


def test_after_the_start_no_request_and_no_worker_needs_a_new_thread(
    house: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: list[threading.Thread] = []
    start = threading.Thread.start

    def start_late(thread: threading.Thread) -> None:
        # The gateway of the tests lives in this process, too.
        if threading.current_thread().name != "simulator":
            late.append(thread)
        start(thread)

    async def run() -> bool:
        async with life.life_of(house.core)(FastAPI()):
            with monkeypatch.context() as patched:
                patched.setattr(threading.Thread, "start", start_late)
                await asyncio.gather(*(run_sync(time.sleep, 0.05) for _ in range(3 * REQUEST_THREADS)))
                await asyncio.gather(*(asyncio.to_thread(time.sleep, 0.05) for _ in range(10)))
                order = await asyncio.to_thread(house.order, "Sate Ayam", charge=False)
                return await asyncio.to_thread(soon, lambda: house.attempt(order).state is AttemptState.LIVE)

    assert asyncio.run(run())
    assert late == []


def test_the_worker_turns_though_guests_who_wait_hold_every_thread_of_the_loop(house: Shop) -> None:
    database_speaks = threading.Event()

    async def run() -> bool:
        async with life.life_of(house.core)(FastAPI()):
            guests = [asyncio.create_task(asyncio.to_thread(database_speaks.wait)) for _ in range(60)]
            try:
                order = await run_sync(partial(house.order, "Sate Ayam", charge=False))
                return await run_sync(soon, lambda: house.attempt(order).state is AttemptState.LIVE)
            finally:
                database_speaks.set()
                await asyncio.gather(*guests)

    assert asyncio.run(run())


def test_threads_of_requests_stay_however_long_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> tuple[set[int], set[int]]:
        await stand_up_threads()
        here = {thread.ident for thread in threading.enumerate() if thread.ident}
        loop = asyncio.get_running_loop()
        hour_later = loop.time() + 3600
        with monkeypatch.context() as patched:
            patched.setattr(loop, "time", lambda: hour_later)
            await run_sync(int)
        await asyncio.sleep(0.05)
        return here, {thread.ident for thread in threading.enumerate() if thread.ident}

    before, after = asyncio.run(run())

    assert before <= after


def test_a_thread_for_requests_that_does_not_come_is_told_and_holds_none_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    came: list[threading.Thread] = []
    start = threading.Thread.start

    def start_or_not(thread: threading.Thread) -> None:
        if len(came) == 3:
            message = "can't start new thread"
            raise RuntimeError(message)
        came.append(thread)
        start(thread)

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start_or_not)
        with pytest.raises(RuntimeError, match="thread"):
            asyncio.run(stand_up_threads())

    assert soon(lambda: not any(thread.is_alive() for thread in came))


def test_a_thread_that_dies_for_want_of_memory_ends_the_process() -> None:
    dies = "import threading; from core.web.thread_deaths import end_with_a_thread as ends\n"
    dies += "def die(): raise MemoryError\n"
    dies += "with ends():\n  thread = threading.Thread(target=die); thread.start(); thread.join()\n"

    ended = subprocess.run([sys.executable, "-c", dies], capture_output=True, timeout=30, check=False)

    assert ended.returncode == EXIT_CODE
    assert b"no memory left" in ended.stderr


def test_a_thread_that_dies_of_something_else_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[bool] = []
    said: list[threading.ExceptHookArgs] = []

    def die() -> None:
        message = "out of luck"
        raise RuntimeError(message)

    monkeypatch.setattr(threading, "excepthook", said.append)
    with end_with_a_thread(lambda: ends.append(True)):
        thread = threading.Thread(target=die)
        thread.start()
        thread.join()

    assert (ends, len(said)) == ([], 1)
    assert threading.excepthook == said.append
