"""Copies a whole database to a file while it is in use, and brings such a copy back."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from core.base.errors import N_, MejaError


class BackupFailed(MejaError):
    """A copy that could not be made or brought back. The database is as it was."""

    kind = "backup-failed"
    status = 500
    sentence = N_("%(problem)s")


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
    _run_postgres("pg_restore", address, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(file))
    return None


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
    environment = os.environ | ({"PGPASSWORD": address.password} if address.password else {})
    if shutil.which(program) is None:
        raise BackupFailed(problem=f"{program} is not installed: it comes with PostgreSQL's client programs.")
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
        [program, f"--dbname={plain}", *options], capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()
        raise BackupFailed(problem=f"{program} failed: {reason[-1] if reason else done.returncode}.")
