"""Marks a SQLite file that was moved elsewhere, so that nobody serves both of them: each would send its own refunds."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.base.database import Database
from core.base.errors import MejaError

_MOVED: Final = 0x4D4F5645
"""What SQLite's own `user_version` of such a file is; of any other it is 0."""


class Moved(MejaError):
    """A database that lives somewhere else by now."""

    kind = "moved"
    status = 503
    sentence = (
        "This SQLite file was moved to PostgreSQL and is served no more: name the new database in MEJA_DATABASE_URL. "
        "`meja move --unseal` opens it again; what happened since the move is not in it."
    )


def seal(session: Session) -> None:
    """Mark the file as moved, in the transaction of the session."""
    session.execute(text(f"PRAGMA user_version = {_MOVED}"))


def unseal(db: Database) -> bool:
    """Let a moved file be served again; tells whether it was one."""
    with db.write() as session:
        was_moved = is_sealed(session)
        session.execute(text("PRAGMA user_version = 0"))
    return was_moved


def is_sealed(session: Session) -> bool:
    """Tell whether a SQLite file was moved elsewhere."""
    return bool(session.scalar(text("PRAGMA user_version")) == _MOVED)


def refuse_if_moved(db: Database) -> None:
    """Keep every hand off a file that was moved. Raises Moved."""
    if db.is_sqlite:
        with db.read() as session:
            if is_sealed(session):
                raise Moved
