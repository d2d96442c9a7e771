"""Kills the program at every named point of an order's way, and at the n-th sync to the disk.

python -m tests.chaos.crash_points --times 20 --syncs 400 --database sqlite:////some/dir/meja.db
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.databases import Databases
from tests.chaos.figures import Figures
from tests.chaos.findings import Findings
from tests.chaos.guests import Habits, Told
from tests.chaos.house import House, open_house
from tests.chaos.killed_at import NEVER, POINTS
from tests.chaos.serving import DidNotStart

REACHED_WITHIN = 90.0
"""Seconds of load within which a point must be passed."""
MOST_SYNCS = 400
_DINERS = 4
_PACE = 8.0
# Every way an order can go is gone often, so that no point is waited for.
_BUSY = Habits(cash=0.3, switch_to_cash=0.25, cancel=0.25, pay=0.9, refunded=0.3, complain=0.7)


@dataclass(slots=True)
class Report:
    """What a run of crash points did and found."""

    told: Told = field(default_factory=Told)
    found: Findings = field(default_factory=Findings)
    points: int = 0
    """Deaths at named points."""
    syncs: int = 0
    """Deaths at a sync to the disk."""
    not_reached: list[str] = field(default_factory=list)
    start_seconds: list[float] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        return [
            *self.found.faults,
            *(f"answered 500: {what}" for what in self.told.bugs),
            *(f"{point} was never reached" for point in self.not_reached),
        ]

    def __str__(self) -> str:
        return (
            f"{self.points} deaths at named points, {self.syncs} at syncs, {len(self.told.orders)} orders acknowledged, "
            f"serving again after {max(self.start_seconds, default=0.0):.1f} s at worst; found: {self.found}; "
            f"faults: {self.faults or 'none'}"
        )


def die_everywhere(
    database_url: str,
    folder: Path,
    *,
    points: Sequence[tuple[str, int]] = (),
    syncs: Sequence[int] = (),
    minutes: float = 600.0,
    seed: int = 1,
) -> Report:
    """Let the program die at each of the points and syncs, one after another, on one database under load.

    A point comes with how often it is passed before. Each new start recovers from the death before it. At the end
    the program catches up and everything is looked at. Stops early when the minutes are over.
    """
    report, until = Report(), time.monotonic() + minutes * 60
    with open_house(database_url, folder, habits=_BUSY) as house:
        report.told = house.told
        # A try to sign in that the program dies over counts as a wrong one, and after five of them nobody is let in.
        house.copy.start()
        house.let_guests_in(diners=_DINERS, pace=_PACE, seed=seed)
        house.let_staff_sign_in()
        house.copy.kill()
        for point, nth in points:
            if time.monotonic() < until and _dies(house, report, [point, str(nth)], ()):
                report.points += 1
        for nth in syncs:
            if time.monotonic() < until and _dies(house, report, ["--threads", "1", NEVER, "1"], killed_at_sync(nth)):
                report.syncs += 1
        house.copy.start()
        report.found = house.close_and_look()
        report.start_seconds = house.copy.start_seconds
    return report


def _dies(house: House, report: Report, arguments: Sequence[str], under: Sequence[str]) -> bool:
    """Start the program so that it will die, and tell whether it did."""
    died = False
    try:
        house.copy.start([sys.executable, "-m", "tests.chaos.killed_at", *arguments], under=under)
    except DidNotStart:
        # It may die before it serves: at one of the first syncs, or in what the start finds to do.
        died = not house.copy.is_running
    died = died or house.copy.wait_until_dead(REACHED_WITHIN)
    house.copy.kill()
    # At a high number of syncs the load may be too small: that is no fault, it is only not counted.
    if not died and not under:
        report.not_reached.append(" ".join(arguments))
    return died


def killed_at_sync(nth: int) -> list[str]:
    """Name the program to start another under, so that it is killed at the n-th sync of one of its threads."""
    inject = f"inject=fdatasync:signal=KILL:when={nth}"
    return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", inject]


def missing_tool() -> str | None:
    """Say what a sync cannot be met without."""
    return None if shutil.which("strace") else "no strace (Debian: apt-get install strace)"


def run(minutes: float, databases: Databases) -> list[Figures]:
    """Die at every point as often as the time allows, twenty times at most, and on SQLite at random syncs."""
    return [_on(kind, minutes / len(databases.kinds), databases) for kind in databases.kinds]


def _on(kind: str, minutes: float, databases: Databases) -> Figures:
    dice = random.Random(7)
    syncs = dice.sample(range(1, MOST_SYNCS + 1), MOST_SYNCS) if kind == "sqlite" and not missing_tool() else []
    # Measured: a death and the start after it take about four seconds.
    deaths = max(len(POINTS), int(minutes * 15))
    times = max(1, min(20, deaths // (2 if syncs else 1) // len(POINTS)))
    syncs = syncs[: max(6, deaths - times * len(POINTS))]
    databases.say(f"{kind}: {len(POINTS)} points × {times}, {len(syncs)} syncs")
    points = [(point, 1 if turn == 0 else dice.randint(1, 20)) for turn in range(times) for point in POINTS]
    folder = databases.folder / f"crash-{kind}"
    folder.mkdir()
    report = die_everywhere(databases.fresh(kind), folder, points=points, syncs=syncs)
    databases.say(f"{kind}: {report}")
    counts = {
        "deaths_at_points": report.points,
        "kinds_of_points": len(POINTS),
        "deaths_at_syncs": report.syncs,
        "orders": len(report.told.orders),
        "settled": report.found.settled,
        "tickets": report.found.tickets,
        "serving_again_worst_s": max(report.start_seconds),
    }
    return Figures("crash", kind, counts, report.faults, report.found.catch_up_seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1, help="how often each point")
    parser.add_argument("--syncs", type=int, default=6, help="how many numbers of syncs, drawn from 1 to 400")
    parser.add_argument("--point", action="append", help="only these")
    parser.add_argument(
        "--database", default=None, help="address of an empty database; SQLite in a scratch folder by default"
    )
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = wanted.database or f"sqlite:///{folder}/meja.db"
        report = die_everywhere(
            url,
            Path(folder),
            points=[(point, turn + 1) for turn in range(wanted.times) for point in wanted.point or POINTS],
            syncs=random.Random(1).sample(range(1, MOST_SYNCS + 1), wanted.syncs),
        )
    print(report)  # noqa: T201 - what the command is for
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main()
