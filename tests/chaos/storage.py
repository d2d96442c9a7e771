"""Faults of disks and servers under load: what was acknowledged, what was found afterwards, how long until it served.

python -m tests.chaos.storage --times 20
"""

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.chaos.databases import Databases
from tests.chaos.figures import Figures
from tests.chaos.guests import Habits
from tests.chaos.house import House, open_house
from tests.chaos.own_servers import own_cluster, own_redis
from tests.chaos.storage_faults import Fault, server_faults, small_disk, sqlite_faults

SERVES_AGAIN_WITHIN = 60.0
_DINERS, _PACE = 5, 10.0
_HABITS = Habits(cash=0.5)


@dataclass(slots=True)
class Row:
    """One kind of fault on one kind of database, struck once or more."""

    fault: str
    database: str
    times: int = 0
    acknowledged: set[str] = field(default_factory=set)
    """Orders and cash that were confirmed to people while the fault stood."""
    missing: set[str] = field(default_factory=set)
    """Of those, what is not in the database."""
    answers_500: int = 0
    answers_503: int = 0
    slowest_answer: float = 0.0
    recover_seconds: float = 0.0
    """From the end of the fault until an order was taken; the worst."""
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.fault} on {self.database} × {self.times}: {len(self.acknowledged)} acknowledged meanwhile, "
            f"{len(self.acknowledged - self.missing)} found afterwards, 503: {self.answers_503}, 500: {self.answers_500}, "
            f"slowest answer {self.slowest_answer:.1f} s, an order taken after {self.recover_seconds:.2f} s"
            f"{'; FAULTS: ' + '; '.join(self.faults) if self.faults else ''}"
        )


def strike_sqlite(folder: Path, *, times: int = 1, minutes: float = 600.0) -> list[Row]:
    """Play the faults of a file, each so many times, on one restaurant."""
    with small_disk(folder / "disk") as disk:
        file = disk / "meja.db"
        with _open(f"sqlite:///{file}", folder) as house:
            return _strike(house, "sqlite", sqlite_faults(house.copy, file), times, minutes)


def strike_servers(folder: Path, *, times: int = 1, minutes: float = 600.0, sleep: float = 3.0) -> list[Row]:
    """Play the faults of PostgreSQL and Redis. Raises NoServer."""
    with own_cluster() as cluster, own_redis() as redis, _open(cluster.url, folder, redis_url=redis.url) as house:
        return _strike(house, "postgresql", server_faults(cluster, redis, sleep=sleep), times, minutes)


@contextmanager
def _open(database_url: str, folder: Path, **settings: Any) -> Iterator[House]:
    with open_house(database_url, folder, habits=_HABITS, **settings) as house:
        house.copy.start()
        house.let_guests_in(diners=_DINERS, pace=_PACE)
        _wait_for_cash(house)
        yield house


def _wait_for_cash(house: House) -> None:
    """Wait until the staff are signed in and money moves: a fault is to meet a house at work."""
    until = time.monotonic() + 20
    while not house.told.cash and time.monotonic() < until:
        time.sleep(0.05)


def _strike(house: House, database: str, faults: Sequence[Fault], times: int, minutes: float) -> list[Row]:
    rows = {fault.name: Row(fault.name, database) for fault in faults}
    until = time.monotonic() + minutes * 60
    for _ in range(times):
        for fault in faults:
            if time.monotonic() < until:
                _strike_once(house, fault, rows[fault.name])
    found = house.close_and_look()
    lost = {uid for uids in found.lost.values() for uid in uids}
    for row in rows.values():
        row.missing = row.acknowledged & lost
    worst = list(rows.values())[-1]
    # What cannot be laid at one fault's door stands in the last row.
    worst.faults += found.faults
    return [row for row in rows.values() if row.times]


def _strike_once(house: House, fault: Fault, row: Row) -> None:
    told = house.told
    known, said_500, said_503 = _acknowledged(house), told.answers[500], told.answers[503]
    told.slowest, bare_before = 0.0, len(told.without_retry_after)
    with fault.make():
        # The fault has to stand for a while: that it stands is the event.
        time.sleep(fault.seconds)
    row.recover_seconds = max(row.recover_seconds, _seconds_until_served(house))
    row.times += 1
    row.acknowledged |= _acknowledged(house) - known
    row.answers_500 += told.answers[500] - said_500
    row.answers_503 += told.answers[503] - said_503
    row.slowest_answer = max(row.slowest_answer, told.slowest)
    row.faults += [f"{row.answers_500} answers 500: {told.bugs[-1]}"] if told.answers[500] > said_500 else []
    bare = told.without_retry_after[bare_before:]
    row.faults += [f"{len(bare)} answers 503 without Retry-After, the first to {bare[0]}"] if bare else []


def _acknowledged(house: House) -> set[str]:
    return set(house.told.orders) | set(house.told.cash)


def _seconds_until_served(house: House) -> float:
    """Order until an order is taken. Raises AssertionError when none is within a minute."""
    began, scene = time.monotonic(), house.scene
    body = {
        "table_token": scene.tables[0].token,
        "lines": [{"dish_id": scene.dish.id, "quantity": 1, "option_ids": []}],
        "payment_method": "cash",
    }
    key = {"Idempotency-Key": secrets.token_hex(8)}
    while time.monotonic() - began < SERVES_AGAIN_WITHIN:
        try:
            answer = requests.post(f"{house.copy.address}/api/v1/orders", json=body, headers=key, timeout=10)
        except requests.RequestException:
            continue
        if answer.status_code == 201:
            house.told.orders[answer.json()["order_uid"]] = "cash"
            return time.monotonic() - began
        time.sleep(0.05)
    message = f"no order was taken within {SERVES_AGAIN_WITHIN:.0f} s; {house.copy.tell_log()}"
    raise AssertionError(message)


def run(minutes: float, databases: Databases) -> list[Figures]:
    """Play each fault as often as the time allows, twenty times at most; then freeze the gateway under a busy menu."""
    from tests.chaos.frozen_gateway import freeze_under_load

    share = minutes / (len(databases.kinds) + 1)
    # Measured: the faults of one kind of database together take about half a minute.
    times = max(1, min(20, int(share * 2)))
    folder = databases.folder / "storage"
    folder.mkdir()
    rows: list[Row] = []
    if "sqlite" in databases.kinds:
        rows += strike_sqlite(folder, times=times, minutes=share)
    if "postgresql" in databases.kinds:
        rows += strike_servers(folder, times=times, minutes=share, sleep=10.0)
    for row in rows:
        databases.say(str(row))
    figures = [_figures(row) for row in rows]
    return [*figures, freeze_under_load(databases.fresh("sqlite"), folder, rounds=max(2, int(share * 6))).figures()]


def _figures(row: Row) -> Figures:
    counts = {
        "times": row.times,
        "acknowledged_meanwhile": len(row.acknowledged),
        "found_afterwards": len(row.acknowledged - row.missing),
        "answers_503": row.answers_503,
        "slowest_answer_s": row.slowest_answer,
    }
    return Figures(f"storage: {row.fault}", row.database, counts, row.faults, row.recover_seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = strike_sqlite(Path(folder), times=wanted.times)
        rows += strike_servers(Path(folder), times=wanted.times)
    print("\n".join(map(str, rows)))  # noqa: T201 - what the command is for
    sys.exit(1 if any(row.faults for row in rows) else 0)


if __name__ == "__main__":
    main()
