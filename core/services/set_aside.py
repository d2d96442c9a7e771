"""Marks a database that nobody may serve: a SQLite file that lives on elsewhere, or a copy that is being brought back.

The mark is in the database itself, so that it comes and goes with what it speaks of, in the same transaction.
"""

import enum
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.base.database import Database
from core.base.errors import MejaError


class Mark(enum.IntEnum):
    """Why a database is not served. On SQLite it is the file's own `user_version`, which otherwise is 0."""

    MOVED = 0x4D4F5645
    RESTORED = 0x52535452


class Moved(MejaError):
    """A database that lives somewhere else by now."""

    kind = "moved"
    status = 503
    sentence = (
        "This SQLite file was moved to PostgreSQL and is served no more: name the new database in MEJA_DATABASE_URL. "
        "`meja move --unseal` opens it again; what happened since the move is not in it."
    )


class HalfRestored(MejaError):
    """A copy that was put in place, and what it must not do again is not held back yet."""

    kind = "half-restored"
    status = 503
    sentence = (
        "A copy was put in the place of this database, and `meja restore` did not come to its end: "
        "run it again with the same copy."
    )


_REFUSALS: Final = {Mark.MOVED: Moved, Mark.RESTORED: HalfRestored}
_ON_POSTGRES: Final = "COMMENT ON TABLE public.alembic_version IS {}"
_THERE: Final = text("SELECT obj_description(to_regclass('public.alembic_version'), 'pg_class')")


def marking(mark: Mark | None, *, is_sqlite: bool) -> str:
    """Write the statement that marks a database, or takes its mark away."""
    if is_sqlite:
        return f"PRAGMA user_version = {mark or 0:d}"
    return _ON_POSTGRES.format("NULL" if mark is None else f"'{mark.name.lower()}'")


def set_mark(session: Session, mark: Mark | None) -> None:
    """Mark the database, or take its mark away, in the transaction of the session."""
    session.execute(text(marking(mark, is_sqlite=_is_sqlite(session))))


def mark_of(session: Session) -> Mark | None:
    """Tell why nobody may serve a database; nothing of one that may be served."""
    if _is_sqlite(session):
        number = session.scalar(text("PRAGMA user_version"))
        return next((mark for mark in Mark if mark == number), None)
    word = session.scalar(_THERE)
    return next((mark for mark in Mark if mark.name.lower() == word), None)


def refuse_if_set_aside(db: Database) -> None:
    """Keep every hand off a database that nobody may serve. Raises Moved, HalfRestored."""
    # Not by db.read(): the isolation that it sets would hide from the self-test the one which the database has in force.
    with Session(db.engine) as session:
        mark = mark_of(session)
    if mark is not None:
        raise _REFUSALS[mark]


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
