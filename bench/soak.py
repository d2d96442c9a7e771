"""Half a restaurant's load for half an hour: what grows, and what drifts. `python -m bench.soak`, or `make soak`.

Guests order, pay by QRIS and are served at an even pace, menus are read and boards look on. Once a minute it is noted what the
program takes of the machine. Bounded in count and in time; as with the bench, nothing here is a test.
"""

import argparse
import asyncio
import json
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import linear_regression, median

import uvloop

from bench.client import Connection, request_bytes
from bench.criteria import Criterion
from bench.load import Reading, quantile
from bench.processes import ROOT
from bench.restaurant import open_restaurant
from bench.scene import Scene, open_scene, told
from bench.screens import Screen, open_sockets, print_in

PLACE = ROOT / "var" / "bench"
CRITERIA = (
    Criterion("memory_percent_an_hour", "≤", 2, " %"),
    Criterion("files_more", "≤", 8),
    Criterion("log_mb_most", "≤", 64, " MB"),
    Criterion("order_drift_percent", "≤", 20, " %"),
    Criterion("menu_drift_percent", "≤", 20, " %"),
)
_STEPS = ("start", "ready", "serve")
_HANDS = 8
"""Guests, and readers of menus, who are in the house at the same moment."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is done, and for how long."""

    minutes: float = 30.0
    orders: float = 2.0
    """A second, each with its payment and its way to the guest: about half of what two cores can do with these boards."""
    menus: float = 100.0
    """A second."""
    boards: int = 5


@dataclass(frozen=True, slots=True)
class Minute:
    """What one minute was like, and what the program took at its end."""

    order_p99_ms: float
    menu_p99_ms: float
    memory_mb: float
    files: int
    log_mb: float
    """The write-ahead log of the database."""
    cpu: float
    """Share of one core."""
    orders: int


@dataclass(slots=True)
class Soak:
    """One run. Spans are counted from when something was due, so that a queue is seen."""

    scene: Scene
    pace: Pace
    spans: dict[str, list[float]] = field(default_factory=lambda: {"order": [], "menu": []})
    minutes: list[Minute] = field(default_factory=list)
    served: int = 0

    async def run(self, say: Callable[[str], None]) -> None:
        """Keep the house busy, and note each minute."""
        async with _boards(self.scene, self.pace.boards), told(self.scene), asyncio.TaskGroup() as tasks:
            end = time.perf_counter() + self.pace.minutes * 60
            watch = tasks.create_task(self._watch(end, say))
            tasks.create_task(_evenly(self.pace.orders, end, self.scene, self._order))
            tasks.create_task(_evenly(self.pace.menus, end, self.scene, self._menu))
            await watch

    async def _order(self, connection: Connection, simulator: Connection, due: float) -> None:
        scene = self.scene
        placed = await connection.send(scene.order_request())
        self.spans["order"].append(time.perf_counter() - due)
        uid = placed.json()["order_uid"]
        await scene.until_live(uid)
        await scene.pays(simulator, uid, notify=True)
        await scene.until_paid(uid)
        for step in _STEPS:
            await connection.send(self._step(uid, step))
        self.served += 1

    async def _menu(self, connection: Connection, _simulator: Connection, due: float) -> None:
        await connection.send(request_bytes("GET", f"/t/{self.scene.restaurant.table}", connection.port))
        self.spans["menu"].append(time.perf_counter() - due)

    def _step(self, uid: str, step: str) -> bytes:
        session = self.scene.restaurant.sessions[-1]
        form = "application/x-www-form-urlencoded"
        path = f"/cashier/orders/{uid}/{step}"
        return request_bytes("POST", path, self.scene.app.port, b"back=cashier", kind=form, meja_sid=session)

    async def _watch(self, end: float, say: Callable[[str], None]) -> None:
        log = self.scene.restaurant.file.with_name(f"{self.scene.restaurant.file.name}-wal")
        cpu, served, began = self.scene.app.cpu_seconds, 0, time.perf_counter()
        while began < end:
            await asyncio.sleep(min(60.0, max(1.0, end - began)))
            spans, self.spans = self.spans, {"order": [], "menu": []}
            used, now, app = self.scene.app.cpu_seconds, time.perf_counter(), self.scene.app
            share = (used - cpu) / (now - began)
            order, menu = (quantile(spans[name], 0.99) * 1000 for name in ("order", "menu"))
            size = log.stat().st_size / 2**20 if log.exists() else 0.0
            minute = Minute(order, menu, app.memory, app.open_files, size, share, self.served - served)
            self.minutes.append(minute)
            cpu, served, began = used, self.served, now
            say(f"  minute {len(self.minutes)}: {_line(minute)}")


def reading_of(minutes: Sequence[Minute]) -> Reading:
    """Say what grew and what drifted. The first sixth, but five minutes at most, is for warming up."""
    warm = minutes[min(5, len(minutes) // 6) :]
    third = max(1, len(warm) // 3)
    memory = [minute.memory_mb for minute in warm]
    slope = linear_regression(range(len(memory)), memory).slope if len(memory) > 1 else 0.0
    files = [minute.files for minute in warm]

    def drift(figure: Callable[[Minute], float]) -> float:
        before, after = (median(map(figure, some)) for some in (warm[:third], warm[-third:]))
        return (after / before - 1) * 100 if before else 0.0

    return {
        "memory_percent_an_hour": slope * 60 / median(memory) * 100,
        "files_more": float(max(files) - files[0]),
        "log_mb_most": max(minute.log_mb for minute in minutes),
        "order_drift_percent": drift(lambda minute: minute.order_p99_ms),
        "menu_drift_percent": drift(lambda minute: minute.menu_p99_ms),
        "cpu": median(minute.cpu for minute in warm),
        "orders": float(sum(minute.orders for minute in minutes)),
    }


def _line(minute: Minute) -> str:
    return (
        f"{minute.orders} orders, p99 {minute.order_p99_ms:.0f} ms, menus p99 {minute.menu_p99_ms:.0f} ms, "
        f"{minute.memory_mb:.1f} MB, {minute.files} files, log {minute.log_mb:.1f} MB, {minute.cpu:.0%} of a core"
    )


async def _evenly(
    rate: float, end: float, scene: Scene, job: Callable[[Connection, Connection, float], Awaitable[None]]
) -> None:
    """Do a job so many times a second, by several hands: whoever is late is not waited for."""
    began, numbers = time.perf_counter(), iter(range(int(rate * (end - time.perf_counter()))))

    async def hand() -> None:
        async with Connection(scene.app.port) as connection, Connection(scene.simulator.port) as simulator:
            for number in numbers:
                due = began + number / rate
                await asyncio.sleep(due - time.perf_counter())
                await job(connection, simulator, due)

    async with asyncio.TaskGroup() as hands:
        for _ in range(_HANDS):
            hands.create_task(hand())


@dataclass(slots=True)
class _Board:
    """A board as a browser keeps it: it asks for what has changed since the print that it has."""

    connection: Connection
    session: str
    there: str = ""

    async def look(self) -> None:
        port = self.connection.port
        asking = request_bytes("GET", "/cashier/board", port, meja_sid=self.session, Meja_Print=self.there)
        self.there = print_in(await self.connection.send(asking))


@asynccontextmanager
async def _boards(scene: Scene, count: int) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        wishes = []
        for session in scene.restaurant.sessions[:count]:
            connection = await stack.enter_async_context(Connection(scene.app.port))
            wishes.append((f"{scene.live}/cashier/live", Screen(_Board(connection, session).look), session))
        await stack.enter_async_context(open_sockets(wishes, scene.base))
        yield


def read_pace(arguments: list[str] | None = None) -> Pace:
    """Read the options, within bounds."""
    usual = Pace()
    parser = argparse.ArgumentParser(prog="bench.soak", description="Keep a restaurant busy and watch what grows.")
    parser.add_argument("--minutes", type=float, default=usual.minutes)
    parser.add_argument("--orders", type=float, default=usual.orders, help="placed, paid and served, a second")
    options = parser.parse_args(arguments)
    return Pace(minutes=min(options.minutes, 24 * 60.0), orders=min(options.orders, 100.0))


def main(arguments: list[str] | None = None) -> None:
    """Read the options, run, show and save."""
    pace = read_pace(arguments)
    # As an exit it lets every program be stopped and the folder be removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    PLACE.mkdir(parents=True, exist_ok=True)
    # On the disk that a restaurant would use.
    with tempfile.TemporaryDirectory(prefix="soak-", dir=PLACE) as folder:
        restaurant = open_restaurant(Path(folder) / "house")
        with open_scene(restaurant, Path(folder)) as scene:
            soak = Soak(scene, pace)
            uvloop.run(soak.run(lambda text: print(text, flush=True)))
    reading = reading_of(soak.minutes)
    for criterion in CRITERIA:
        value = reading[criterion.figure]
        print(f"  {'hit ' if criterion.is_met(value) else 'MISS'}   {criterion}   ({value:.3g})")
    print(f"{reading['orders']:.0f} orders, {reading['cpu']:.0%} of a core")
    document = {"pace": asdict(pace), "reading": reading, "minutes": [asdict(minute) for minute in soak.minutes]}
    (PLACE / "soak.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
