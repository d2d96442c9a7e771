"""Two copies of the program on one PostgreSQL and one Redis, restarted in turns while people order through both.

python -m tests.chaos.rolling --minutes 10
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.databases import Databases
from tests.chaos.figures import Figures
from tests.chaos.findings import Findings
from tests.chaos.guests import Told
from tests.chaos.house import WEBHOOK, House, open_house
from tests.chaos.own_servers import own_cluster, own_redis
from tests.chaos.serving import GRACE_SECONDS, Copy

_DINERS, _PACE = 8, 10.0
_BOTH_SERVE_SECONDS = 2.0


@dataclass(slots=True)
class Report:
    """What rolling restarts did and found."""

    told: Told = field(default_factory=Told)
    found: Findings = field(default_factory=Findings)
    seconds: float = 0.0
    restarts: int = 0
    stop_seconds: list[float] = field(default_factory=list)
    start_seconds: list[float] = field(default_factory=list)
    down: list[tuple[float, float]] = field(default_factory=list)
    """When a copy was not there, in monotonic seconds."""

    @property
    def out_of_turn(self) -> list[str]:
        """Answers from 500 on while both copies served."""
        return [
            f"{status} to {what} while both copies served"
            for at, status, what in self.told.failures
            if not any(began <= at <= ended for began, ended in self.down)
        ]

    @property
    def faults(self) -> list[str]:
        late = [f"a copy took {seconds:.1f} s to end" for seconds in self.stop_seconds if seconds > GRACE_SECONDS]
        bugs = [f"answered 500: {what}" for what in self.told.bugs]
        return [*self.found.faults, *bugs, *self.out_of_turn, *late]

    def figures(self) -> Figures:
        told, found = self.told, self.found
        counts = {
            "restarts": self.restarts,
            "orders": len(told.orders),
            "orders_per_s": len(told.orders) / max(self.seconds, 1e-9),
            "settled": found.settled,
            "paid_in_cash": found.cash,
            "tickets": found.tickets,
            "kitchen_steps": len(told.steps),
            "refunds": found.refunds_at_the_gateway,
            "broken_off": told.broken_off,
            "answers_5xx": len(told.failures),
            "answers_5xx_while_both_served": len(self.out_of_turn),
            "stop_worst_s": max(self.stop_seconds, default=0.0),
            "start_worst_s": max(self.start_seconds, default=0.0),
        }
        return Figures("rolling", "postgresql", counts, self.faults, found.catch_up_seconds)


def roll(folder: Path, *, seconds: float, restarts: int = 2, seed: int = 1) -> Report:
    """Restart the one copy, then the other, for so many seconds under load, and so often at least. Raises NoServer."""
    report = Report()
    with _two_copies(folder) as house:
        report.told = house.told
        house.let_guests_in(diners=_DINERS, pace=_PACE, seed=seed)
        began, turn = time.monotonic(), 0
        while time.monotonic() - began < seconds or turn < restarts:
            # Both serve for a while: that is the state in which nothing may fail.
            time.sleep(_BOTH_SERVE_SECONDS)
            _restart(house.copies[turn % 2], report)
            turn += 1
            # Notifications go to the copy that came back, and meet its next restart in their turn.
            house.simulator.notify(f"{house.copies[(turn + 1) % 2].address}{WEBHOOK}")
        report.seconds = time.monotonic() - began
        report.found = house.close_and_look()
    return report


def _restart(copy: Copy, report: Report) -> None:
    gone = time.monotonic()
    report.stop_seconds.append(copy.terminate())
    copy.start()
    report.start_seconds.append(copy.start_seconds[-1])
    report.down.append((gone, time.monotonic()))
    report.restarts += 1


@contextmanager
def _two_copies(folder: Path) -> Iterator[House]:
    with (
        own_cluster() as cluster,
        own_redis() as redis,
        open_house(cluster.url, folder, copies=2, redis_url=redis.url) as house,
    ):
        for copy in house.copies:
            copy.start()
        yield house


def run(minutes: float, databases: Databases) -> list[Figures]:
    """Roll for the whole time; one process on SQLite has nobody to take turns with."""
    if "postgresql" not in databases.kinds:
        return []
    folder = databases.folder / "rolling"
    folder.mkdir()
    figures = roll(folder, seconds=minutes * 60).figures()
    databases.say(f"{figures.counts['restarts']} restarts, {figures.counts['orders']} orders")
    return [figures]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = roll(Path(folder), seconds=wanted.minutes * 60)
    print(report.figures())  # noqa: T201 - what the command is for
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main()
