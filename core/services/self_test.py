"""Proves at the start of a server that the ground holds: the database refuses what it must, and the machine is sane.

What is promised about money rests on triggers, constraints and settings that a careless hand can
take away. They are not believed: they are tried.
"""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.base.build import BUILT_AT
from core.base.clock import monotonic
from core.base.database import Database
from core.base.errors import Busy, MejaError
from core.base.settings import Settings
from core.services.set_aside import refuse_if_set_aside
from core.services.trials import allowed_acts, missing_triggers

_log = structlog.get_logger()
CHECK_SECONDS = 1.0
"""The longest that the pages of a SQLite file are looked at; `meja backup` looks at all of them."""
_PRAGMAS: Final = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
}
_POSTGRES: Final = {
    "lock_timeout": "3s",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "15s",
    "transaction_isolation": "read committed",
    "session_replication_role": "origin",
}
_DURABLE: Final = {"fsync": "on", "full_page_writes": "on"}
_FAR_AWAY: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs", "fuse.s3fs"}
)
_MOUNTS: Final = Path("/proc/mounts")


class SelfTestFailed(MejaError):
    """The ground does not hold; nothing is served on it."""

    kind = "self-test-failed"
    status = 503
    sentence = "The start was refused: %(problem)s (docs/running.md, “When the start is refused”)."


def self_test(db: Database, settings: Settings, now: datetime) -> None:
    """Prove that orders and money are safe here. Raises SelfTestFailed with the first thing that is wrong; Moved."""
    began = monotonic()
    try:
        refuse_if_set_aside(db)
        problem = _machine_problem(settings, now) or database_problem(db, settings, now)
    except Busy as error:
        cause = error.__cause__
        problem = f"the database cannot be written: {getattr(cause, 'orig', None) or cause or 'it is held'}"
    except DBAPIError as error:
        problem = f"the database does not work: {error.orig}"
    if problem is not None:
        _log.critical("start.refused", problem=problem)
        raise SelfTestFailed(problem=problem)
    _log.info("start.proven", milliseconds=round((monotonic() - began) * 1000))


def _machine_problem(settings: Settings, now: datetime) -> str | None:
    if now < BUILT_AT:
        return f"the clock says {now:%Y-%m-%d %H:%M} UTC, which is before this program was built"
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir):
            pass
    except OSError as error:
        return f"MEJA_DATA_DIR ({settings.data_dir}) cannot be written: {error.strerror}"
    return None


def database_problem(db: Database, settings: Settings, now: datetime) -> str | None:
    """Tell the first thing that makes a database no ground for money; nothing when it holds. Raises Busy."""
    problem = _sqlite_problem(db) if db.is_sqlite else _postgres_problem(db, settings)
    if problem is None and (allowed := allowed_acts(db, now)):
        problem = f"the database lets {allowed[0]}; its guards are gone"
    if problem is None and (missing := missing_triggers(db)):
        problem = f"the database has lost its trigger {missing[0]}; its guards are gone"
    return problem


def _sqlite_problem(db: Database) -> str | None:
    path = Path(db.url.database or "")
    if (kind := file_system_of(path, _mounts())) in _FAR_AWAY:
        return f"{path} lies on a network share ({kind}), where SQLite's locks do not hold"
    with db.read() as session:
        found = {name: session.scalar(text(f"PRAGMA {name}")) for name in _PRAGMAS}
        return _difference(_PRAGMAS, found) or _lax_table(session) or _damage(session)


def _difference(wanted: Mapping[str, object], found: Mapping[str, object]) -> str | None:
    wrong = next((name for name, value in wanted.items() if found[name] != value), None)
    return None if wrong is None else f"the database runs with {wrong} = {found[wrong]} instead of {wanted[wrong]}"


def _lax_table(session: Session) -> str | None:
    tables = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
    names = session.scalars(text(tables))
    lax = next((name for name in names if not name.startswith(("sqlite_", "alembic_"))), None)
    return None if lax is None else f"the table {lax} is not STRICT: it would take any value"


def _damage(session: Session) -> str | None:
    """Look at the pages of the file, for a second at most."""
    driver = session.connection().connection.driver_connection
    assert driver is not None  # noqa: S101 - just connected
    until = monotonic() + CHECK_SECONDS
    driver.set_progress_handler(lambda: monotonic() > until, 20_000)
    try:
        found = session.scalar(text("PRAGMA quick_check(1)"))
    except DBAPIError as error:
        if "interrupted" not in str(error.orig):
            raise
        _log.warning("start.file_too_large_to_check", seconds=CHECK_SECONDS)
        return None
    finally:
        driver.set_progress_handler(None, 0)
    return None if found == "ok" else f"the database file is damaged ({found}); put a backup back with `meja restore`"


def _postgres_problem(db: Database, settings: Settings) -> str | None:
    with db.write() as session:
        found = {name: session.scalar(text(f"SHOW {name}")) for name in (*_POSTGRES, *_DURABLE, "synchronous_commit")}
    problem = _difference(_POSTGRES, found)
    if problem is None and (problem := _durability_problem(found)) and not settings.is_production:
        _log.warning("start.not_durable", problem=problem)
        return None
    return problem


def _durability_problem(found: Mapping[str, object]) -> str | None:
    if found["synchronous_commit"] == "off":
        return "PostgreSQL runs with synchronous_commit = off: a power cut would lose payments"
    return _difference(_DURABLE, found)


def _mounts() -> str:
    try:
        return _MOUNTS.read_text()
    except OSError:
        return ""  # Not Linux: it cannot be told.


def file_system_of(path: Path, mounts: str) -> str:
    """Tell the kind of file system a path lies on, from the text of /proc/mounts; empty when it does not say."""
    place = path.resolve()
    rows = (line.split() for line in mounts.splitlines())
    found = [(len(row[1]), row[2]) for row in rows if len(row) > 2 and place.is_relative_to(row[1])]
    return max(found, default=(0, ""), key=lambda one: one[0])[1]
