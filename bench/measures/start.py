"""From the command to the first answer, and what a program that nobody uses yet takes of the memory."""

import asyncio
import time
from collections.abc import Sequence

from bench.client import Connection, request_bytes
from bench.criteria import Criterion
from bench.house import House
from bench.load import Reading
from bench.processes import Child, running
from bench.scene import app_settings

_REST = 1.0


class Start:
    """`meja serve` on a database that is there, until a diner has the menu."""

    title = "Start to first answer; memory at rest"
    main = "start_s"
    criteria = (Criterion("start_s", "≤", 3, " s"), Criterion("memory_mb", "≤", 120, " MB"))

    def __init__(self, house: House) -> None:
        self._house = house
        self._restaurant = house.blank.copy(house.folder / "start")

    @property
    def programs(self) -> Sequence[Child]:
        return ()

    async def figure(self) -> Reading:
        folder = self._restaurant.file.parent
        settings = app_settings(self._restaurant, folder, self._house.counter.simulator.port)
        with running(["core", "serve"], folder, settings=settings) as app:
            return await _first_answer(app, request_bytes("GET", f"/t/{self._restaurant.table}", app.port))

    async def floor(self) -> Reading:
        folder = self._house.folder / f"floor-{time.monotonic_ns()}"
        with running(["bench.floor", "{port}", str(folder)], folder) as least:
            return await _first_answer(least, request_bytes("PUT", "/pages/first", least.port, b"page"))


async def _first_answer(child: Child, request: bytes) -> Reading:
    async with Connection(child.port) as connection:
        await connection.send(request)
        seconds = time.perf_counter() - child.started_at
        await asyncio.sleep(_REST)
        return {"start_s": seconds, "memory_mb": child.memory}
