"""Copies a whole database to a file while it is in use, brings such a copy back, and learns what it missed."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, func, select, text, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from core.base.clock import Clock
from core.base.database import Database
from core.base.errors import N_, MejaError
from core.events.models import Event
from core.payments.models import Attempt, Refund
from core.payments.status import AttemptState
from core.services.gateway_worker import GatewayWorker

_WATCHED: Final = timedelta(hours=24)
"""How long a payment was still being asked about when the copy was made."""


class BackupFailed(MejaError):
    """A copy that could not be made or brought back. The database is as it was."""

    kind = "backup-failed"
    status = 500
    sentence = N_("%(problem)s")


@dataclass(frozen=True, slots=True)
class Missed:
    """What a copy did not know, and the gateway did."""

    made_at: datetime | None
    """The last thing that happened in the copy (UTC); None in a copy in which nothing ever did."""
    asked: int
    """Payments that the gateway was asked about."""
    unanswered: int
    settled: int
    """Of them, those that were paid after the copy was made."""


def back_up(url: str, folder: Path, at: datetime) -> Path:
    """Copy the database into a new file of a folder, check the copy, and tell its path. Raises BackupFailed."""
    address = make_url(url)
    is_sqlite = address.get_backend_name() == "sqlite"
    file = folder / f"meja-{at:%Y%m%d-%H%M%S}.{'db' if is_sqlite else 'dump'}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        if is_sqlite:
            _copy_sqlite(Path(address.database or ""), file)
        else:
            _run_postgres("pg_dump", address, "--format=custom", f"--file={file}")
            # Unpacks the whole copy once, into nothing.
            _run("pg_restore", [f"--file={os.devnull}", str(file)])
    except OSError as error:
        raise BackupFailed(problem=f"{file} cannot be written: {error.strerror}.") from error
    except BackupFailed:
        file.unlink(missing_ok=True)
        raise
    return file


def bring_back(url: str, file: Path) -> Path | None:
    """Put a copy in the place of the database. No server may be running.

    Tells where the database as it was until now has been put, on SQLite. Raises BackupFailed.
    """
    address = make_url(url)
    if not file.is_file():
        raise BackupFailed(problem=f"There is no file {file}.")
    if address.get_backend_name() == "sqlite":
        return _replace_sqlite(Path(address.database or ""), file)
    _refuse_while_in_use(url)
    _run_postgres("pg_restore", address, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(file))
    return None


def learn_what_was_missed(db: Database, clock: Clock, worker: GatewayWorker) -> Missed:
    """Ask the gateway about every payment that a copy just brought back knows and money could have come to.

    Whoever held a lease in the copy is gone, and what was being watched when it was made is watched
    once more, however old the copy is. No order ends before its payments were asked about.
    """
    now = clock()
    with db.write() as session:
        made_at = session.scalar(select(func.max(Event.at)))
        for rows in (Attempt, Refund):
            session.execute(
                update(rows).where(rows.lease.is_not(None)).values(lease=None, leased_until=None, due_at=now)
            )
        watched = Attempt.final_at >= (made_at or now) - _WATCHED
        session.execute(update(Attempt).where(watched, Attempt.charges_sent > 0).values(due_at=now))
    before = _settled(db)
    asked, unanswered = worker.look_at_everything_once()
    return Missed(made_at, asked, unanswered, _settled(db) - before)


def _settled(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).where(Attempt.state == AttemptState.SETTLED)) or 0


def _refuse_while_in_use(url: str) -> None:
    """Keep a copy from replacing what somebody is writing to. Raises BackupFailed."""
    others = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    count = 0
    # A server that has just ended may stand in the list for a moment.
    for _ in range(20):
        try:
            with engine.connect() as connection:
                count = connection.scalar(others) or 0
        except OperationalError as error:
            raise BackupFailed(problem="The database cannot be reached. Check MEJA_DATABASE_URL.") from error
        if not count:
            return
        time.sleep(0.1)
    raise BackupFailed(
        problem=f"The database is in use ({count} connections). Stop the server, and whatever else uses it, first."
    )


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.is_file():
        raise BackupFailed(problem=f"There is no database at {source}.")
    try:
        with contextlib.closing(sqlite3.connect(source)) as ours, contextlib.closing(sqlite3.connect(target)) as copy:
            ours.backup(copy)
            # One file, with nothing beside it that could be forgotten.
            copy.execute("PRAGMA journal_mode=DELETE")
        check_sqlite(target)
    except sqlite3.Error as error:
        raise BackupFailed(problem=f"{source} cannot be copied: {error}.") from error


def check_sqlite(file: Path) -> None:
    """Read a whole SQLite file and see that it is sound. Raises BackupFailed."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            told = database.execute("PRAGMA integrity_check").fetchone()[0]
            has_orders = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'orders'").fetchone()
    except sqlite3.Error as error:
        raise BackupFailed(problem=f"{file} is not a sound copy: {error}.") from error
    if told != "ok" or has_orders is None:
        raise BackupFailed(problem=f"{file} is not a sound copy of a Meja database.")


def _replace_sqlite(place: Path, file: Path) -> Path | None:
    check_sqlite(file)
    place.parent.mkdir(parents=True, exist_ok=True)
    incoming = place.with_name(f"{place.name}.incoming")
    shutil.copyfile(file, incoming)
    aside = None
    if place.exists():
        aside = place.with_name(f"{place.name}.before-restore")
        # Through SQLite itself, so that what still stands in the write-ahead log is kept too.
        aside.unlink(missing_ok=True)
        _copy_sqlite(place, aside)
    for leftover in ("-wal", "-shm"):
        place.with_name(f"{place.name}{leftover}").unlink(missing_ok=True)
    incoming.replace(place)
    return aside


def _run_postgres(program: str, address: URL, *options: str) -> None:
    # The password goes by the environment: a command line is read by everybody on the machine.
    plain = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    _run(program, [f"--dbname={plain}", *options], {"PGPASSWORD": address.password} if address.password else {})


def _run(program: str, options: Sequence[str], more: Mapping[str, str] | None = None) -> None:
    if shutil.which(program) is None:
        raise BackupFailed(problem=f"{program} is not installed: it comes with PostgreSQL's client programs.")
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
        [program, *options], capture_output=True, text=True, check=False, env=os.environ | (more or {})
    )
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()
        raise BackupFailed(problem=f"{program} failed: {reason[-1] if reason else done.returncode}.")
