"""Loses the whole database after a backup under load, brings the copy back, and counts what is found again.

python -m tests.chaos.restore_drill --database sqlite:////some/dir/meja.db
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import select
from sqlalchemy.engine import make_url

from core.orders.models import Order
from core.payments.models import Attempt, CaseKind, MoneyCase
from core.payments.status import AttemptState
from tests.chaos.databases import Databases
from tests.chaos.figures import Figures
from tests.chaos.findings import catch_up
from tests.chaos.guests import close_crowd, open_crowd
from tests.chaos.house import House, open_house
from tests.chaos.serving import ROOT
from tests.servers import _find_postgres

MOST_RESTORE_SECONDS = 300.0
_DINERS, _PACE = 6, 8.0
_HANGING = 4
"""Guests who hold a QR when the copy is made, and pay it afterwards."""


class DrillFailed(AssertionError):
    """A command of the drill did not do its work."""


@dataclass(slots=True)
class Report:
    """What was lost with the database, and what came back."""

    backup_seconds: float = 0.0
    backup_bytes: int = 0
    restore_seconds: float = 0.0
    """From the loss until `meja restore` was done, its sweep included."""
    serving_seconds: float = 0.0
    """From the loss until orders were taken again."""
    acknowledged_before: int = 0
    acknowledged_after: int = 0
    """Orders confirmed after the copy was made: these are gone."""
    paid_late: int = 0
    """Payments that the copy knows and that were paid after it was made."""
    found_by_restore: int = 0
    paid_lost: int = 0
    """Payments the gateway has and the copy has never heard of."""
    told_again: int = 0
    """Of them, those the gateway sent its notification of once more."""
    unmatched: int = 0
    """Of these, those that stand on the money page."""
    untold: set[str] = field(default_factory=set)
    """Payments of lost orders that the gateway never sent a word of: only its own report, and our check, name them."""
    numbers_given_twice: int = 0
    """Numbers of lost orders that were given out again."""
    said: str = ""
    faults: list[str] = field(default_factory=list)
    catch_up_seconds: float = 0.0

    def figures(self, database: str) -> Figures:
        names = ["acknowledged_before", "acknowledged_after", "paid_late", "found_by_restore", "paid_lost"]
        names += ("told_again", "unmatched", "numbers_given_twice", "backup_seconds", "restore_seconds")
        counts = {name: getattr(self, name) for name in names}
        return Figures("drill", database, counts, self.faults, self.serving_seconds)


def drill(database_url: str, folder: Path, *, seconds: float = 2.0) -> Report:
    """Play the whole drill once, with so many seconds of business before the backup, and as many after it."""
    report = Report()
    with open_house(database_url, folder, time_scale=0.1) as house:
        if database_url.startswith("postgresql"):
            # An older pg_dump refuses a newer server.
            house.copy.environment["PATH"] = f"{_find_postgres()}{os.pathsep}{os.environ['PATH']}"
        house.copy.start()
        house.let_guests_in(diners=_DINERS, pace=_PACE)
        time.sleep(seconds)
        hanging = _hold_qrs(house)
        before = set(house.told.orders)
        file = _back_up(house, folder, report)
        during = set(house.told.orders)
        known = _references(house)
        time.sleep(seconds)
        _wait_for(lambda: _has_told_of_others(house, known), 60)
        close_crowd(house.scene, house.people)
        report.paid_late = sum(house.simulator.pay(reference, notify=False) is not None for reference in hanging)
        report.acknowledged_before, report.acknowledged_after = len(before), len(house.told.orders.keys() - during)
        lost = _lose_everything(house, database_url)
        began = time.monotonic()
        report.said = _meja(house, "restore", str(file), "--yes")
        report.restore_seconds = time.monotonic() - began
        _look_after_the_restore(house, report, before, hanging)
        house.copy.start()
        report.serving_seconds = time.monotonic() - began
        _look_while_serving(house, report, lost)
    return report


def _hold_qrs(house: House) -> list[str]:
    """Let guests ask for QRs that they do not pay yet; gives the references."""
    core = house.core
    orders = [house.shop.order("Sate Ayam", charge=False) for _ in range(_HANGING)]
    core_orders = {order.id for order in orders}
    live = select(Attempt.reference).where(Attempt.order_id.in_(core_orders), Attempt.state == AttemptState.LIVE)

    def live_ones() -> list[str]:
        with core.db.read() as session:
            return list(session.scalars(live))

    _wait_for(lambda: len(live_ones()) == _HANGING, 30)
    return live_ones()


def _back_up(house: House, folder: Path, report: Report) -> Path:
    began = time.monotonic()
    _meja(house, "backup", "--folder", str(folder / "copies"))
    report.backup_seconds = time.monotonic() - began
    file = next((folder / "copies").iterdir())
    report.backup_bytes = file.stat().st_size
    return file


def _references(house: House) -> frozenset[str]:
    with house.core.db.read() as session:
        return frozenset(session.scalars(select(Attempt.reference)))


def _has_told_of_others(house: House, known: frozenset[str]) -> bool:
    """Tell whether the gateway has sent word of a payment that the copy will not know."""
    return any(_tells_of_money(note) and note["order_id"] not in known for note in _notes(house))


def _notes(house: House) -> list[dict[str, Any]]:
    notes: list[dict[str, Any]] = house.simulator.call("GET", "/simulator/notifications")["notifications"]
    return notes


def _tells_of_money(note: Mapping[str, Any]) -> bool:
    return bool(note["body"]["transaction_status"] == "settlement")


@dataclass(frozen=True, slots=True)
class _Lost:
    """What stood in the database when it was lost."""

    references: frozenset[str]
    labels: frozenset[tuple[str, int]]
    """Business day and number of every order."""


def _lose_everything(house: House, database_url: str) -> _Lost:
    house.copy.kill()
    references = _references(house)
    with house.core.db.read() as session:
        labels = frozenset(
            (f"{day}", number) for day, number in session.execute(select(Order.business_day, Order.number))
        )
    house.core.db.close()
    address = make_url(database_url)
    if address.get_backend_name() == "sqlite":
        for leftover in Path(str(address.database)).parent.glob(f"{Path(str(address.database)).name}*"):
            leftover.unlink()
    else:
        admin = address.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        with psycopg.connect(admin, autocommit=True) as connection:
            name = sql.Identifier(str(address.database))
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
    return _Lost(references, labels)


def _look_after_the_restore(house: House, report: Report, before: set[str], hanging: list[str]) -> None:
    """See what is there before any server has started."""
    with house.core.db.read() as session:
        known = set(session.scalars(select(Order.uid)))
        settled = set(session.scalars(select(Attempt.reference).where(Attempt.state == AttemptState.SETTLED)))
    # Nobody may hold the database while the program starts on it.
    house.core.db.close()
    report.found_by_restore = len(settled & set(hanging))
    if missing := before - known:
        report.faults.append(f"{len(missing)} orders confirmed before the backup are not in it")
    if report.found_by_restore != len(hanging):
        report.faults.append(f"restore found {report.found_by_restore} of {len(hanging)} payments made since")
    if report.restore_seconds > MOST_RESTORE_SECONDS:
        report.faults.append(f"restore took {report.restore_seconds:.0f} s")


def _look_while_serving(house: House, report: Report, lost: _Lost) -> None:
    report.faults += _tell_again(house, report)
    used = {line["order_id"] for line in house.simulator.book()["transactions"]} | lost.references
    report.faults += _order_anew(house, report, lost, used)
    # A payment of a lost order that nobody tells us of is for a person, and no waiting helps.
    report.catch_up_seconds = catch_up(house.core, besides="gateway_holds_no_more")
    for each in house.core.books.check():
        is_known = each.name == "gateway_holds_no_more" and report.untold.issuperset(each.faults)
        if not each.holds and not is_known:
            report.faults.append(f"{each.name}: {', '.join(each.faults[:3])}")


def _tell_again(house: House, report: Report) -> list[str]:
    """Let the gateway send once more what it has told of payments that the copy does not know."""
    with house.core.db.read() as session:
        known = set(session.scalars(select(Attempt.reference)))
    paid = {line["order_id"] for line in house.simulator.book()["transactions"] if line["settled"] > 0}
    strangers = paid - known
    report.paid_lost = len(strangers)
    told: set[str] = set()
    for note in _notes(house):
        if note["order_id"] in strangers and note["body"]["transaction_status"] != "pending":
            house.simulator.call("POST", f"/simulator/notifications/{note['number']}/resend")
            told.add(note["order_id"])
    report.told_again = len(told)
    report.untold = strangers - told

    def on_the_money_page() -> set[str]:
        with house.core.db.read() as session:
            return set(session.scalars(select(MoneyCase.reference).where(MoneyCase.kind == CaseKind.UNMATCHED)))

    _wait_for(lambda: told <= on_the_money_page(), 30)
    report.unmatched = len(told & on_the_money_page())
    missing = told - on_the_money_page()
    return [f"{len(missing)} payments of lost orders stand nowhere"] if missing else []


def _order_anew(house: House, report: Report, lost: _Lost, used: set[str]) -> list[str]:
    """Let business go on, and see that no gateway id is used again; numbers are."""
    with house.core.db.read() as session:
        kept = set(session.scalars(select(Order.uid)))
    house.scene.stop.clear()
    people = open_crowd(house.scene, diners=_DINERS, pace=_PACE, seed=100)
    enough = len(house.told.orders) + 20
    _wait_for(lambda: len(house.told.orders) >= enough, 10)
    close_crowd(house.scene, people)
    with house.core.db.read() as session:
        new = session.execute(select(Order.id, Order.business_day, Order.number).where(Order.uid.not_in(kept))).all()
        references = set(
            session.scalars(select(Attempt.reference).where(Attempt.order_id.in_([row[0] for row in new])))
        )
    report.numbers_given_twice = sum((f"{day}", number) in lost.labels for _, day, number in new)
    again = references & used
    if not references:
        return ["nobody could order by QRIS after the restore"]
    return [f"{len(again)} gateway ids were used twice"] if again else []


def _meja(house: House, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "core", *arguments],
        env=house.copy.environment, cwd=ROOT, capture_output=True, text=True, timeout=MOST_RESTORE_SECONDS, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        message = f"meja {arguments[0]} ended with {done.returncode}: {done.stdout[-500:]} {done.stderr[-1500:]}"
        raise DrillFailed(message)
    return done.stdout


def _wait_for(ready: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not ready() and time.monotonic() < until:
        time.sleep(0.05)


def run(minutes: float, databases: Databases) -> list[Figures]:
    """Play the drill once on every kind of database; more time means more business before and after the backup."""
    seconds = max(2.0, min(20.0, minutes * 60 / len(databases.kinds) / 4))
    return [_on(kind, seconds, databases) for kind in databases.kinds]


def _on(kind: str, seconds: float, databases: Databases) -> Figures:
    folder = databases.folder / f"drill-{kind}"
    folder.mkdir()
    report = drill(databases.fresh(kind), folder, seconds=seconds)
    databases.say(f"{kind}: serving again after {report.serving_seconds:.1f} s, {report.unmatched} unmatched")
    return report.figures(kind)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument(
        "--database", default=None, help="address of an empty database; SQLite in a scratch folder by default"
    )
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = drill(wanted.database or f"sqlite:///{folder}/meja.db", Path(folder), seconds=wanted.seconds)
    print(f"{report.figures('')}\n{report.said}")  # noqa: T201 - what the command is for
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main()
