"""Kills the program again and again while people order and pay, and counts what was lost or doubled.

python -m tests.chaos.crash_loop --kills 200 --database sqlite:////some/dir/meja.db
"""

import argparse
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.findings import Findings
from tests.chaos.guests import Told
from tests.chaos.house import House, open_house
from tests.chaos.serving import GRACE_SECONDS

ORDERS_A_SECOND = 8.0
"""The load that is aimed at while the program serves: as much as leaves a core to the payments."""
DINERS = 6
_TIME_SCALE = 0.02
"""A QR lives for eighteen seconds: longer than the program is ever away, or nobody would pay one."""
_SERVED_SECONDS = (0.05, 1.5)
"""How long the program serves before it is ended, drawn anew each time."""
_SHARE_OF_TERM = 0.2


@dataclass(slots=True)
class Report:
    """What a crash loop did and found."""

    told: Told = field(default_factory=Told)
    found: Findings = field(default_factory=Findings)
    kills: int = 0
    """Ends without a word (SIGKILL)."""
    start_seconds: list[float] = field(default_factory=list)
    """From each start until orders were taken again."""
    stop_seconds: list[float] = field(default_factory=list)
    """How long it took to end when asked to (SIGTERM)."""
    served_seconds: float = 0.0

    @property
    def overstayed(self) -> int:
        """How often the grace was not enough."""
        return sum(1 for seconds in self.stop_seconds if seconds > GRACE_SECONDS)

    @property
    def orders_a_second(self) -> float:
        """Orders acknowledged, over the time that the program served."""
        return len(self.told.orders) / self.served_seconds if self.served_seconds else 0.0

    @property
    def faults(self) -> list[str]:
        late = [f"{self.overstayed} polite ends took longer than their grace"] if self.overstayed else []
        return self.found.faults + [f"answered 500: {what}" for what in self.told.bugs] + late

    @property
    def is_clean(self) -> bool:
        return not self.faults

    def __str__(self) -> str:
        starts = sorted(self.start_seconds) or [0.0]
        return (
            f"{self.kills} kills and {len(self.stop_seconds)} polite ends ({self.overstayed} over {GRACE_SECONDS:.0f} s), "
            f"{len(self.told.orders)} orders acknowledged ({self.orders_a_second:.1f}/s while it served), "
            f"{len(self.told.cash)} in cash, {len(self.told.steps)} kitchen steps, {self.told.refunds} refunds asked in Meja, "
            f"answers 500: {len(self.told.bugs)}, 503: {self.told.answers[503]}, "
            f"serving again after {starts[len(starts) // 2]:.1f} s (slowest {starts[-1]:.1f} s); found: {self.found}"
        )


def run(
    kills: int, database_url: str, folder: Path, *, seed: int = 1, pace: float = ORDERS_A_SECOND, minutes: float = 600.0
) -> Report:
    """End the program a number of times under load, let it catch up, and look.

    Of all ends, one in five is polite, and comes on top of the kills. Stops early when the minutes are over.
    """
    report, dice = Report(), random.Random(seed)
    until = time.monotonic() + minutes * 60
    with open_house(database_url, folder, time_scale=_TIME_SCALE) as house:
        report.told = house.told
        house.let_guests_in(diners=DINERS, pace=pace, seed=seed)
        while report.kills < kills and time.monotonic() < until:
            _one_life(house, report, dice)
        house.copy.start()
        began = time.monotonic()
        time.sleep(1.0)
        report.served_seconds += time.monotonic() - began
        report.found = house.close_and_look()
        report.start_seconds = house.copy.start_seconds
    return report


def _one_life(house: House, report: Report, dice: random.Random) -> None:
    house.copy.start()
    lives = dice.uniform(*_SERVED_SECONDS)
    # The moment is what is varied; nothing is waited for.
    time.sleep(lives)
    report.served_seconds += lives
    if dice.random() < _SHARE_OF_TERM:
        report.stop_seconds.append(house.copy.terminate())
    else:
        house.copy.kill()
        report.kills += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--pace", type=float, default=ORDERS_A_SECOND, help="orders a second that are aimed at")
    parser.add_argument(
        "--database", default=None, help="address of an empty database; SQLite in a scratch folder by default"
    )
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = wanted.database or f"sqlite:///{folder}/meja.db"
        report = run(wanted.kills, url, Path(folder), seed=wanted.seed, pace=wanted.pace)
    print(report)  # noqa: T201 - what the command is for
    sys.exit(0 if report.is_clean else 1)


if __name__ == "__main__":
    main()
