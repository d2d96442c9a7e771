"""What runs beside the requests starts with them, gets up again when it falls, and stops with them."""

import asyncio
import gc
from collections.abc import Awaitable, Callable

import pytest
from fastapi import FastAPI

from core.services.gateway_worker import GatewayWorker
from core.web import life
from core.web.server import _settled
from tests.shop import Shop
from tests.web.patience import soon

Work = Callable[[GatewayWorker, asyncio.Event], Awaitable[None]]


def _live(house: Shop, long_enough: Callable[[], bool]) -> None:
    async def run() -> None:
        async with life.life_of(house.core)(FastAPI()):
            assert await asyncio.to_thread(soon, long_enough, 30)

    asyncio.run(run())


def test_a_worker_that_falls_over_is_set_up_again(house: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    starts = 0

    async def fall(_worker: GatewayWorker, _stop: asyncio.Event) -> None:
        nonlocal starts
        starts += 1
        message = "out of luck"
        raise RuntimeError(message)

    monkeypatch.setattr(GatewayWorker, "run", fall)
    monkeypatch.setattr(life, "_WORKER_REST_SECONDS", 0.01)

    _live(house, lambda: starts >= 2)

    assert starts >= 2


def test_a_worker_that_does_not_stop_is_stopped(house: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    started, stopped = [], []

    async def sleep_on(_worker: GatewayWorker, _stop: asyncio.Event) -> None:
        started.append(True)
        try:
            await asyncio.sleep(1000)
        finally:
            stopped.append(True)

    monkeypatch.setattr(GatewayWorker, "run", sleep_on)
    monkeypatch.setattr(life, "_LAST_TURN_SECONDS", 0.05)

    _live(house, lambda: bool(started))

    assert stopped == [True]


def test_what_has_been_loaded_is_set_aside_before_anybody_is_told_that_all_is_ready() -> None:
    set_aside: list[int] = []
    try:
        _settled(lambda: set_aside.append(gc.get_freeze_count()))()
    finally:
        gc.unfreeze()

    assert set_aside[0] > 10_000
