"""One process on SQLite beside several on PostgreSQL and Redis, on the same machine: `python -m bench.pair --workers 2`.

The same measures as the bench takes, without floors, in turns: what slows the machine down slows both. PostgreSQL keeps what it
commits as surely as SQLite does. An answer of 4xx or 5xx ends the run.
"""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import uvloop

from bench.course import middle
from bench.criteria import Measure
from bench.house import House
from bench.load import Reading
from bench.measures.boards import Boards
from bench.measures.menu import Menu
from bench.measures.notifications import Notifications
from bench.measures.orders import Orders
from bench.measures.payments import Payments
from bench.plan import Plan
from bench.processes import ROOT, running
from bench.restaurant import Restaurant, furnish, open_restaurant
from bench.scene import open_scene
from tests.postgres import Postgres
from tests.servers import server_address

PLACE = ROOT / "var" / "bench"
_SHOWN = {"per_second": "/s", "p50_ms": " ms p50", "p99_ms": " ms p99"}


@dataclass(slots=True)
class Side:
    """One way to run Meja, its measures, and what each round said."""

    name: str
    measures: list[Measure]
    readings: list[list[Reading]] = field(default_factory=list)

    def measure(self, number: int) -> None:
        """Take one more reading of one measure."""
        reading = uvloop.run(self.measures[number].figure())
        self.readings[number].append(reading)


def compare(plan: Plan, workers: list[int], folder: Path, say: Callable[[str], None]) -> list[Side]:
    """Measure SQLite, and PostgreSQL with each of these numbers of processes, in turns."""
    with ExitStack() as stack:
        sides = [_side("SQLite, 1 process", stack.enter_context(_on_sqlite(plan, folder / "sqlite")))]
        for count in workers:
            house = stack.enter_context(_on_postgres(plan, folder / f"postgres-{count}", count))
            sides.append(_side(f"PostgreSQL, {count} processes", house))
        for turn in range(plan.rounds):
            say(f"round {turn + 1} of {plan.rounds}")
            for number, measure in enumerate(sides[0].measures):
                for side in sides:
                    side.measure(number)
                    last = side.readings[number][-1]
                    say(f"  {measure.title}, {side.name}: {last[measure.main]:.4g} {measure.main}")
        return sides


def as_lines(sides: list[Side]) -> Iterator[str]:
    """Write, for each measure, what every side did, and how it compares with the first."""
    for number, measure in enumerate(sides[0].measures):
        yield measure.title
        least = middle(sides[0].readings[number])[measure.main]
        for side in sides:
            figure = middle(side.readings[number])
            share = figure[measure.main] / least if measure.main == "per_second" else least / figure[measure.main]
            shown = "  ".join(f"{figure[name]:8.4g}{unit}" for name, unit in _SHOWN.items() if name in figure)
            yield f"  {side.name:24} {shown}   {share:.2f} × as fast"


def _side(name: str, house: House) -> Side:
    measures: list[Measure] = [Menu(house), Orders(house), Notifications(house), Payments(house), Boards(house)]
    return Side(name, measures, [[] for _ in measures])


@contextmanager
def _on_sqlite(plan: Plan, folder: Path) -> Iterator[House]:
    restaurant = open_restaurant(folder / "house")
    with _house(plan, folder, restaurant, {}) as house:
        yield house


@contextmanager
def _on_postgres(plan: Plan, folder: Path, workers: int) -> Iterator[House]:
    address = server_address("durable-postgres")
    restaurant = furnish(Postgres(address).create_database())
    settings = {"MEJA_WORKERS": str(workers), "MEJA_REDIS_URL": server_address("redis", share=f"bench-{workers}")}
    with _house(plan, folder, restaurant, settings) as house:
        yield house


@contextmanager
def _house(plan: Plan, folder: Path, restaurant: Restaurant, settings: dict[str, str]) -> Iterator[House]:
    """Open one restaurant for everything: there is no floor to stand beside it."""
    with (
        open_scene(restaurant, folder, settings=settings) as scene,
        running(["bench.relay", "{port}"], folder) as nobody,
    ):
        yield House(plan, folder, restaurant, scene, scene, {}, nobody, nobody)


def main(arguments: list[str] | None = None) -> None:
    """Read the options, measure, show and save."""
    parser = argparse.ArgumentParser(prog="bench.pair", description="Compare one SQLite process with PostgreSQL.")
    parser.add_argument("--workers", type=int, action="append", help="processes on PostgreSQL; may be said again (2)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one measure of throughput")
    options = parser.parse_args(arguments)
    plan = replace(Plan.usual(min(options.rounds, 20), min(options.seconds, 60.0)), diners=100)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pair-", dir=PLACE) as folder:
        sides = compare(plan, options.workers or [2], Path(folder), lambda text: print(text, flush=True))
    print("\n".join(["", *as_lines(sides)]))
    document = [
        {"title": measure.title, "main": measure.main} | {side.name: middle(side.readings[number]) for side in sides}
        for number, measure in enumerate(sides[0].measures)
    ]
    (PLACE / "pair.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
