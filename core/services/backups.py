"""Copies a whole database to a file while it is in use, and brings such a copy back."""

import contextlib
import os
import re
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from itertools import count as count_from
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from core.migrations import known_shapes
from core.services.postgres_copies import MADE_BY_A_NEWER, BackupFailed, copy_postgres, replace_postgres
from core.services.set_aside import Mark, marking

_STAMP: Final = "%Y%m%d-%H%M%S"
_COPY: Final = re.compile(r"meja-(\d{8}-\d{6})(?:-\d+)?\.(?:db|dump)")
_ALL_KEPT: Final = timedelta(days=2)
_DAYS_KEPT: Final = timedelta(days=30)


def back_up(url: str, folder: Path, at: datetime) -> Path:
    """Copy the database into a new file of a folder, check the copy, and tell its path. Raises BackupFailed."""
    address = make_url(url)
    is_sqlite = address.get_backend_name() == "sqlite"
    file = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = _new_file(folder, f"meja-{at:{_STAMP}}", ".db" if is_sqlite else ".dump")
        # Broken off in the middle, it must not look like a copy.
        part = file.with_name(f"{file.name}.part")
        part.touch(mode=0o600)
        if is_sqlite:
            _copy_sqlite(Path(address.database or ""), part)
        else:
            copy_postgres(address, part)
        _keep(part)
        part.replace(file)
        # Who has been told of a copy has it after a power cut as well.
        _keep(folder)
    except OSError as error:
        _throw_away(file)
        raise BackupFailed(problem=f"{file} cannot be written: {error.strerror}.") from error
    except BackupFailed:
        _throw_away(file)
        raise
    return file


def _throw_away(file: Path) -> None:
    """Leave nothing of a copy that failed; the folder may be what failed."""
    for each in (file, file.with_name(f"{file.name}.part")):
        if each.is_file() and _COPY.match(each.name):
            each.unlink()


def newest_copy(folder: Path) -> datetime | None:
    """Tell when the newest copy in a folder was made, by its name; nothing when there is none."""
    return max((at for at, _ in _copies_in(folder)), default=None)


def thin_out(folder: Path, now: datetime) -> int:
    """Take older copies away, and tell how many: of the last two days all are kept, of 30 days the last of each day."""
    copies = _copies_in(folder)
    last_of_day = {at.date(): file for at, file in copies}
    old = [
        file
        for at, file in copies
        if now - at > _ALL_KEPT and (now - at > _DAYS_KEPT or last_of_day[at.date()] != file)
    ]
    for file in old:
        file.unlink()
    return len(old)


def _copies_in(folder: Path) -> list[tuple[datetime, Path]]:
    """List the copies of a folder, the oldest first; what was broken off left an empty file."""
    files = list(folder.iterdir()) if folder.is_dir() else []
    return sorted((at, file) for file in files if (at := _made_at(file.name)) is not None and file.stat().st_size)


def _made_at(name: str) -> datetime | None:
    match = _COPY.fullmatch(name)
    try:
        return datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def bring_back(url: str, file: Path, at: datetime) -> Path | None:
    """Put a copy in the place of the database, marked as one that is not served yet. No server may be running.

    take_up() takes the mark away. Tells where the database as it was until now has been put, on SQLite: a file
    of its own for each time. Raises BackupFailed.
    """
    address = make_url(url)
    if not file.is_file():
        raise BackupFailed(problem=f"There is no file {file}.")
    if address.get_backend_name() == "sqlite":
        try:
            return _replace_sqlite(Path(address.database or ""), file, at)
        except OSError as error:
            raise BackupFailed(problem=f"{file} cannot be put in place: {error.strerror}.") from error
    replace_postgres(url, file)
    return None


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.is_file():
        raise BackupFailed(problem=f"There is no database at {source}.")
    try:
        # Only read: whoever closes a damaged database throws away what its log holds.
        with _opened(source) as ours, contextlib.closing(sqlite3.connect(target)) as copy:
            ours.backup(copy)
            # One file, with nothing beside it that could be forgotten.
            copy.execute("PRAGMA journal_mode=DELETE")
        check_sqlite(target)
    except sqlite3.Error as error:
        raise BackupFailed(problem=f"{source} cannot be copied: {error}.") from error


def _opened(file: Path) -> "contextlib.closing[sqlite3.Connection]":
    """Open a file for reading, whatever characters its path has. Raises sqlite3.Error."""
    return contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True))


def check_sqlite(file: Path) -> None:
    """Read a whole SQLite file and see that it is sound. Raises BackupFailed."""
    try:
        with _opened(file) as database:
            told = database.execute("PRAGMA integrity_check").fetchone()[0]
            ours = database.execute(
                "SELECT count(*) FROM sqlite_master WHERE name IN ('orders', 'alembic_version')"
            ).fetchone()[0]
    except sqlite3.Error as error:
        raise BackupFailed(problem=f"{file} is not a sound copy: {error}.") from error
    if told != "ok" or ours != 2:
        raise BackupFailed(problem=f"{file} is not a sound copy of a Meja database.")


def _refuse_newer(file: Path) -> None:
    """Keep a sound copy out that this version could not bring up to date. Raises BackupFailed."""
    with _opened(file) as database:
        shape = database.execute("SELECT max(version_num) FROM alembic_version").fetchone()[0]
    if shape not in known_shapes():
        raise BackupFailed(problem=MADE_BY_A_NEWER)


def _refuse_moved(file: Path) -> None:
    """Keep a file that was moved to PostgreSQL from being replaced, and from replacing another. Raises BackupFailed."""
    # What is not there, or is damaged, bears no mark: the other checks speak of that.
    with contextlib.suppress(sqlite3.DatabaseError), _opened(file) as database:
        if database.execute("PRAGMA user_version").fetchone()[0] == Mark.MOVED:
            told = "is of a restaurant that was moved to PostgreSQL: `meja move --unseal` on the file itself opens it again"
            raise BackupFailed(problem=f"{file} {told}.")


def _replace_sqlite(place: Path, file: Path, at: datetime) -> Path | None:
    check_sqlite(file)
    _refuse_newer(file)
    for one in (file, place):
        _refuse_moved(one)
    place.parent.mkdir(parents=True, exist_ok=True)
    incoming = place.with_name(f"{place.name}.incoming")
    incoming.unlink(missing_ok=True)
    incoming.touch(mode=0o600)
    try:
        shutil.copyfile(file, incoming)
        with contextlib.closing(sqlite3.connect(incoming)) as database:
            database.execute(marking(Mark.RESTORED, is_sqlite=True))
        _keep(incoming)
        aside = _put_aside(place, at) if place.exists() else None
    except (OSError, BackupFailed):
        incoming.unlink()
        raise
    for leftover in ("-wal", "-shm"):
        place.with_name(f"{place.name}{leftover}").unlink(missing_ok=True)
    # The old write-ahead log must be gone for good before the copy can meet it.
    _keep(place.parent)
    incoming.replace(place)
    _keep(place.parent)
    return aside


def _new_file(folder: Path, stem: str, ending: str = "") -> Path:
    """Make an empty file under a name that nothing has, for our eyes only."""
    names = (f"{stem}{'' if n == 1 else f'-{n}'}{ending}" for n in count_from(1))
    file = next(path for path in map(folder.joinpath, names) if not path.exists())
    file.touch(mode=0o600, exist_ok=False)
    return file


def _put_aside(place: Path, at: datetime) -> Path:
    """Copy the database beside itself, under a name that nothing has: it may be the only one with today's money.

    One that is damaged is copied as it lies there, with its write-ahead log: others may get more out of it.
    """
    aside = _new_file(place.parent, f"{place.name}.before-restore-{at:%Y%m%d-%H%M%S}")
    try:
        # Through SQLite itself, so that what still stands in the write-ahead log is kept too.
        _copy_sqlite(place, aside)
    except BackupFailed:
        for ending in ("", "-wal"):
            part = place.with_name(f"{place.name}{ending}")
            if part.exists():
                shutil.copyfile(part, aside.with_name(f"{aside.name}{ending}"))
                aside.with_name(f"{aside.name}{ending}").chmod(0o600)
    _keep(aside)
    return aside


def _keep(path: Path) -> None:
    """Have a file, or a folder's list of names, outlive a power cut from here on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
