"""One program of several processes on PostgreSQL and Redis, told again and again to take up new code under load.

python -m tests.chaos.renewing --minutes 5 --every 20
"""

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import requests

from core.base.errors import Busy
from core.events.record import last_event_number
from tests.chaos.boards import Board, Watch
from tests.chaos.browsers import Repeats
from tests.chaos.databases import Databases
from tests.chaos.figures import Figures
from tests.chaos.findings import Findings
from tests.chaos.guests import PASSWORD, Told
from tests.chaos.house import House, open_house
from tests.chaos.own_servers import own_cluster, own_redis
from tests.chaos.serving import GRACE_SECONDS

_DINERS, _PACE, _BOARDS = 6, 4.0, 4
_RIGHT_WITHIN = 3.0
"""Seconds after which every board must know of what happened."""
_RENEWED_WITHIN = 300.0


@dataclass(slots=True)
class Report:
    """What taking up new code did and found."""

    told: Told = field(default_factory=Told)
    found: Findings = field(default_factory=Findings)
    repeats: Repeats = field(default_factory=Repeats)
    seconds: float = 0.0
    renewals: int = 0
    renewal_seconds: list[float] = field(default_factory=list)
    board_faults: list[str] = field(default_factory=list)
    closed_with: Counter[int] = field(default_factory=Counter)
    board_behind: float = 0.0
    end_seconds: float = 0.0

    @property
    def unserved(self) -> list[str]:
        """What was lost, doubled, refused or left without an answer, one sentence each."""
        told = self.told
        failed = [f"{status} to {what}" for _, status, what in told.failures]
        cut = [f"no answer to {what}" for what in self.repeats.failed]
        if told.broken_off > len(cut):
            cut.append(f"{told.broken_off} requests got no whole answer")
        return [*self.found.faults, *failed, *cut, *self.board_faults]

    @property
    def faults(self) -> list[str]:
        """The same, and what took too long."""
        behind = f"a board was {self.board_behind:.1f} s behind"
        late = [behind] if self.board_behind > _RIGHT_WITHIN else []
        slow = f"the end took {self.end_seconds:.1f} s"
        overstayed = [slow] if self.end_seconds > GRACE_SECONDS else []
        return [*self.unserved, *late, *overstayed]

    def figures(self) -> Figures:
        counts = {
            "renewals": self.renewals,
            "renewal_worst_s": max(self.renewal_seconds, default=0.0),
            "answers": sum(self.told.answers.values()),
            "orders": len(self.told.orders),
            "settled": self.found.settled,
            "tickets": self.found.tickets,
            "asked_again_by_browsers": len(self.repeats.asked),
            "broken_off": self.told.broken_off,
            "answers_5xx": len(self.told.failures),
            "slowest_answer_s": self.told.slowest,
            "sockets_closed_1012": self.closed_with[1012],
            "sockets_closed_otherwise": self.closed_with.total() - self.closed_with[1012],
            "board_behind_worst_s": self.board_behind,
            "end_s": self.end_seconds,
        }
        return Figures("renewing", "postgresql", counts, self.faults, self.board_behind)


def renew(
    folder: Path, *, seconds: float, every: float, workers: int = 2, pace: float = _PACE, seed: int = 1
) -> Report:
    """Hang up on the program every so many seconds while people order. Raises NoServer."""
    report = Report()
    with (
        own_cluster() as cluster,
        own_redis() as redis,
        open_house(cluster.url, folder, redis_url=redis.url, workers=str(workers)) as house,
    ):
        house.copy.start()
        report.told = house.told
        house.scene.browser = report.repeats.browser
        stop = threading.Event()
        boards = [_board(house, report.repeats, stop) for _ in range(_BOARDS)]
        watch = Watch(boards, lambda: _newest_event(house), stop)
        house.let_guests_in(diners=_DINERS, pace=pace, seed=seed)
        for thread in (*boards, watch):
            thread.start()
        began = time.monotonic()
        try:
            while time.monotonic() - began < seconds:
                turn = time.monotonic()
                _renew_once(house, report)
                time.sleep(max(1.0, every - (time.monotonic() - turn)))
            report.seconds = time.monotonic() - began
            report.found = house.close_and_look()
        finally:
            stop.set()
            for thread in (*boards, watch):
                thread.join(10)
        report.board_behind = watch.worst
        for board in boards:
            report.board_faults += board.faults
            report.closed_with.update(board.closed_with)
        report.end_seconds = house.copy.terminate()
    return report


def _renew_once(house: House, report: Report) -> None:
    """Hang up, and wait until the last of the old processes has gone."""
    old, began = house.copy.workers, time.monotonic()
    house.copy.hang_up()
    while (now := house.copy.workers) & old or len(now) != len(old):
        if time.monotonic() - began > _RENEWED_WITHIN:
            message = f"not renewed: {house.copy.tell_log()}"
            raise AssertionError(message)
        # The system tells nobody but a parent of a process that ends.
        time.sleep(0.05)
    report.renewal_seconds.append(time.monotonic() - began)
    report.renewals += 1


def _board(house: House, repeats: Repeats, stop: threading.Event) -> Board:
    login = {"username": "kasir", "password": PASSWORD}
    answer = requests.post(f"{house.copy.address}/cashier/login", data=login, timeout=15, allow_redirects=False)
    return Board(house.copy.address, answer.cookies["meja_sid"], repeats.browser(), stop)


def _newest_event(house: House) -> int | None:
    """Ask the database; nothing when it had no time for us."""
    try:
        with house.core.db.read() as session:
            return last_event_number(session, house.shop.outlet.id)
    except Busy:
        return None


def run(minutes: float, databases: Databases) -> list[Figures]:
    """Renew for the whole time; one process on SQLite has nobody who serves meanwhile."""
    if "postgresql" not in databases.kinds:
        return []
    folder = databases.folder / "renewing"
    folder.mkdir()
    figures = renew(folder, seconds=minutes * 60, every=20).figures()
    databases.say(f"{figures.counts['renewals']} renewals, {figures.counts['orders']} orders")
    return [figures]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--every", type=float, default=20.0, help="seconds from one to the next")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pace", type=float, default=_PACE, help="orders a second")
    wanted = parser.parse_args()
    how = {"every": wanted.every, "workers": wanted.workers, "pace": wanted.pace}
    with tempfile.TemporaryDirectory() as folder:
        report = renew(Path(folder), seconds=wanted.minutes * 60, **how)
    print(report.figures())  # noqa: T201 - what the command is for
    print(Counter(report.repeats.asked).most_common(10))  # noqa: T201
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main()
