"""Lines by the thousand that say nothing, half a sentence, or never listen, while guests go on ordering.

python -m tests.chaos.idle_lines --lines 1000 --minutes 2 --behind-proxy
"""

import argparse
import asyncio
import secrets
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests

from core.migrations import upgrade
from tests.chaos.databases import Databases
from tests.chaos.figures import Figures
from tests.chaos.findings import Findings
from tests.chaos.house import House, open_house
from tests.chaos.own_proxy import own_proxy
from tests.servers import NoServer

ANSWERED_WITHIN = 0.5
"""Seconds in which 99 of 100 orders are answered behind the proxy."""
GROWS_LESS_THAN = 0.05
"""By how large a share of itself the program's memory may grow while the lines stand."""
_KINDS = ("silent", "half a head", "never reads")
_SETTLES_SECONDS = 5.0
_SAYS_MORE_EVERY = 5.0
_OPENED_AGAIN_AFTER = 0.2
_OPENED_OVER = 5.0


@dataclass(slots=True)
class Report:
    """What the lines did to whoever ordered, and to the program's memory."""

    behind_proxy: bool
    lines: int
    standing: list[int] = field(default_factory=list)
    """How many lines stood at each order."""
    opened: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    """How long each order took."""
    refused: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    """The program's resident memory at each order once the lines stood, in bytes."""
    found: Findings = field(default_factory=Findings)

    @property
    def p99(self) -> float:
        times = sorted(self.seconds)
        return times[min(len(times) - 1, int(len(times) * 0.99))]

    @property
    def growth(self) -> float:
        """How much larger the memory was in the last third than in the first, as a share."""
        third = max(1, len(self.memory) // 3)
        return statistics.median(self.memory[-third:]) / statistics.median(self.memory[:third]) - 1

    @property
    def faults(self) -> list[str]:
        late = [f"an order in a hundred took {self.p99 * 1000:.0f} ms"] if self.p99 > ANSWERED_WITHIN else []
        fat = [f"the memory grew by {self.growth:.1%}"] if self.growth > GROWS_LESS_THAN else []
        return [*self.found.faults, *self.refused, *(late if self.behind_proxy else []), *fat]

    def figures(self, database: str) -> Figures:
        counts = {
            "lines": self.lines,
            "lines_fewest": min(self.standing, default=0),
            "lines_opened": self.opened.total(),
            "orders": len(self.seconds),
            "order_p50_ms": 1000 * statistics.median(self.seconds),
            "order_p99_ms": 1000 * self.p99,
            "memory_mb": self.memory[-1] / 1e6,
            "memory_growth_percent": 100 * self.growth,
        }
        return Figures(f"idle lines{' behind nginx' if self.behind_proxy else ''}", database, counts, self.faults)


class IdleLines(threading.Thread):
    """Keeps so many lines open to an address, each of a kind; one that is closed is opened again."""

    def __init__(self, address: str, page: str, lines: int, report: Report) -> None:
        super().__init__(daemon=True)
        self._host, self._port = urlsplit(address).hostname or "", urlsplit(address).port or 80
        self._page, self._lines, self._report = page, lines, report
        self._loop = asyncio.new_event_loop()
        self._is_over = asyncio.Event()
        self.standing = 0

    def run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._keep_all())

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._is_over.set)
        self.join(20)

    async def _keep_all(self) -> None:
        keepers = []
        for number in range(self._lines):
            keepers.append(asyncio.create_task(self._keep(_KINDS[number % len(_KINDS)])))
            # Not all at once: they would be closed, and come again, all at once as well.
            await asyncio.sleep(_OPENED_OVER / self._lines)
        await self._is_over.wait()
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)

    async def _keep(self, kind: str) -> None:
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._one(kind)
            await asyncio.sleep(_OPENED_AGAIN_AFTER)

    async def _one(self, kind: str) -> None:
        loop = asyncio.get_running_loop()
        line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            line.setblocking(False)
            # Small: what is never read soon stands in the other's memory.
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            await loop.sock_connect(line, (self._host, self._port))
            self.standing += 1
            self._report.opened[kind] += 1
            try:
                await self._behave(kind, line)
            finally:
                self.standing -= 1
        finally:
            line.close()

    async def _behave(self, kind: str, line: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        if kind == "never reads":
            await loop.sock_sendall(line, f"GET {self._page} HTTP/1.1\r\nHost: meja\r\n\r\n".encode())
            while True:
                # Only a write tells whether it was closed: reading would be listening.
                await asyncio.sleep(_SAYS_MORE_EVERY)
                await loop.sock_sendall(line, b"GET /healthz HTTP/1.1\r\nHost: meja\r\n\r\n")
        if kind == "half a head":
            await loop.sock_sendall(line, b"POST /api/v1/orders HTTP/1.1\r\nHost: meja\r\n")
            while not await _hears(line, _SAYS_MORE_EVERY):
                await loop.sock_sendall(line, b"X-More: and more\r\n")
        await _hears(line, None)


async def _hears(line: socket.socket, seconds: float | None) -> bool:
    """Wait for a word or the end of a line; tell whether one came in time."""
    try:
        await asyncio.wait_for(asyncio.get_running_loop().sock_recv(line, 64), seconds)
    except TimeoutError:
        return False
    return True


def hold(database_url: str, folder: Path, *, lines: int, seconds: float, behind_proxy: bool) -> Report:
    """Keep the lines open so long, order once a second meanwhile, and look. Raises NoServer without the proxy."""
    report = Report(behind_proxy, lines)
    with ExitStack() as stack:
        house = stack.enter_context(open_house(database_url, folder))
        house.copy.start()
        address = house.copy.address
        if behind_proxy:
            address = stack.enter_context(own_proxy(address, folder))
        idle = IdleLines(address, f"/t/{house.scene.tables[0].token}", lines, report)
        idle.start()
        try:
            _wait_until_they_stand(idle, lines)
            _order_each_second(house, address, idle, report, seconds)
        finally:
            idle.end()
        report.found = house.close_and_look()
    return report


def _wait_until_they_stand(idle: IdleLines, lines: int) -> None:
    deadline = time.monotonic() + 30
    while idle.standing < lines and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(_SETTLES_SECONDS)


def _order_each_second(house: House, address: str, idle: IdleLines, report: Report, seconds: float) -> None:
    assert house.copy.process is not None
    memory = Path(f"/proc/{house.copy.process.pid}/statm")
    began = beat = time.monotonic()
    while beat - began < seconds:
        time.sleep(max(0.0, beat - time.monotonic()))
        report.standing.append(idle.standing)
        told = _order(house, address)
        if told != 201:
            report.refused.append(f"an order was answered {told}")
        report.seconds.append(time.monotonic() - beat)
        report.memory.append(int(memory.read_text().split()[1]) * 4096)
        beat += 1


def _order(house: House, address: str) -> int:
    body = {
        "table_token": house.scene.tables[0].token,
        "lines": [{"dish_id": house.scene.dish.id, "quantity": 1, "option_ids": []}],
        "payment_method": "cash",
    }
    # A line of its own, as from a phone that has just come in.
    key = {"Idempotency-Key": secrets.token_hex(8)}
    try:
        return requests.post(f"{address}/api/v1/orders", json=body, headers=key, timeout=20).status_code
    except requests.RequestException:
        return 0


def run(minutes: float, databases: Databases) -> list[Figures]:
    """Hold a thousand lines on each kind of database, before the proxy and without one."""
    rows = []
    for kind in databases.kinds:
        for behind_proxy in (True, False):
            place = databases.folder / f"idle-{kind}-{behind_proxy}"
            place.mkdir()
            share = minutes * 60 / len(databases.kinds) / 2
            try:
                report = hold(databases.fresh(kind), place, lines=1_000, seconds=share, behind_proxy=behind_proxy)
            except NoServer as missing:
                databases.say(f"left out: {missing}")
                continue
            rows.append(report.figures(kind))
            databases.say(f"{rows[-1].part}: orders p99 {report.p99 * 1000:.0f} ms, memory {report.growth:+.1%}")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--behind-proxy", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/meja.db"
        upgrade(url)
        report = hold(
            url, Path(folder), lines=wanted.lines, seconds=wanted.minutes * 60, behind_proxy=wanted.behind_proxy
        )
    print(report.figures("sqlite"))  # noqa: T201 - what the command is for
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main()
