"""A worker that stands still ends the process, so that its supervisor starts it anew; a slow world does not."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from core.base.database import Database
from core.base.errors import Busy
from core.web.watchdog import EXIT_CODE, STILL_LOOKS, watch
from tests.ports import free_port
from tests.running.frozen_worker import LOOKS
from tests.running_simulator import Simulator
from tests.shop import Shop

STILL_SECONDS = LOOKS * 0.25
HERE = Path(__file__).resolve().parents[2]


@contextmanager
def program(shop: Shop, stands_still: str) -> Iterator[subprocess.Popen[str]]:
    """Run the program with something in it standing still."""
    settings = shop.core.settings
    environment = os.environ | {
        "MEJA_DATABASE_URL": settings.database_url,
        "MEJA_MIDTRANS_CORE_URL": settings.core_url,
        "MEJA_MIDTRANS_SNAP_URL": settings.snap_url,
        "MEJA_LOG_FORMAT": "json",
        "MEJA_SECRET_KEY": "a secret that only tests know of 0123456789",
    }
    command = [sys.executable, "-m", "tests.running.frozen_worker", str(free_port()), stands_still]
    with subprocess.Popen(command, cwd=HERE, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()
            assert process.stdout is not None
            process.stdout.close()


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    while (line := process.stdout.readline()) and line.strip() != "ready":
        pass
    assert line, "the program did not start"


@pytest.mark.parametrize("stands_still", ["worker", "task", "loop", "job"])
def test_a_worker_that_stands_still_ends_the_process(shop: Shop, stands_still: str) -> None:
    shop.order("Sate Ayam", charge=False)
    with program(shop, stands_still) as process:
        said, _ = process.communicate(timeout=30)

    assert process.returncode == EXIT_CODE
    assert "worker.stands_still" in said


def test_a_gateway_that_says_nothing_ends_nothing(shop: Shop, simulator: Simulator) -> None:
    simulator.misbehave({"call": "*", "kind": "latency", "seconds": 20})
    shop.order("Sate Ayam", charge=False)
    with program(shop, "nothing") as process:
        wait_until_ready(process)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(STILL_SECONDS * 2)
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        process.communicate(timeout=20)

    assert time.monotonic() - began < 10
    assert process.returncode in {0, -signal.SIGTERM}


def test_a_process_that_was_held_for_a_while_is_not_blamed(shop: Shop) -> None:
    if not shop.core.db.is_sqlite:
        return  # It is the process that is held; what its database is makes no difference.
    with program(shop, "nothing") as process:
        wait_until_ready(process)
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(STILL_SECONDS * 2)
        process.send_signal(signal.SIGCONT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(STILL_SECONDS)


def test_a_turn_that_waits_for_the_database_is_over_long_before_the_watchdogs_patience(shop: Shop) -> None:
    holder = Database(shop.core.settings.database_url)
    began = time.monotonic()
    with holder.write() as held:
        held.execute(text("UPDATE outlets SET name = name" if holder.is_sqlite else "LOCK TABLE heartbeats"))
        with pytest.raises(Busy):
            shop.core.worker._make_rounds()
    holder.close()

    assert time.monotonic() - began < STILL_LOOKS / 3


def test_a_loop_that_turns_is_left_alone_and_one_that_does_not_is_ended() -> None:
    ended = threading.Event()
    turns = iter(range(1_000_000))
    with watch(lambda: float(next(turns)), looks=3, every=0.01, end=ended.set):
        assert not ended.wait(0.2)
    with watch(lambda: 7.0, looks=3, every=0.01, end=ended.set):
        assert ended.wait(5)
