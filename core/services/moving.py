"""Moves a house that has grown from SQLite to PostgreSQL: everything in one transaction, proven before it is kept."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import (
    Connection,
    Engine,
    LargeBinary,
    String,
    Table,
    cast,
    create_engine,
    func,
    inspect,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from core.base.database import Database, Record
from core.base.settings import Settings
from core.migrations import upgrade
from core.payments.leases import WATCHED, is_on_its_way, let_go_of_all, worth_a_look
from core.payments.models import Attempt, Refund
from core.services.books import findings_in
from core.services.row_copy import MoveFailed, carry_over, compare, headline, let_ids_follow
from core.services.self_test import database_problem
from core.services.set_aside import Mark, refuse_if_set_aside, set_mark

_VERSION: Final = "alembic_version"
# A house of many years takes longer than any request may; for somebody else's lock nobody waits for long.
_OPTIONS: Final = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c lock_timeout=3s -c timezone=UTC"


def move(settings: Settings, target: str, now: datetime) -> Mapping[str, int]:
    """Copy the SQLite database of the settings into an empty PostgreSQL one, and tell the rows of each table.

    No server may be running. Nothing is kept there before both sides were counted and added up alike, the
    next ids follow and the books hold; then the file is sealed. Raises MoveFailed, Moved.
    """
    engine = _engine_of(target)
    here = Database(settings.database_url)
    try:
        refuse_if_set_aside(here)
        with Session(engine) as theirs:
            # Held to the end: what would still be written here meanwhile would be left behind.
            with here.write() as ours:
                with _explained("The SQLite database cannot be read"):
                    _refuse_what_cannot_go(ours, now)
                with _explained("Nothing was moved"):
                    _prepare(engine, settings.model_copy(update={"database_url": target}), now)
                    rows = _fill(ours, theirs, now)
                # First of all: whenever this program dies, one of the two at the most may be served.
                set_mark(ours, Mark.MOVED)
            with _explained("Nobody knows whether it was kept; the same command once more will tell"), _or_open(here):
                theirs.commit()
    finally:
        here.close()
        engine.dispose()
    return rows


@contextmanager
def _or_open(here: Database) -> Iterator[None]:
    """Take the mark away again when nothing was kept on the other side."""
    try:
        yield
    except SQLAlchemyError:
        with here.write() as ours:
            set_mark(ours, None)
        raise


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Make one sentence of whatever a database refuses. Raises MoveFailed."""
    try:
        yield
    except SQLAlchemyError as error:
        raise MoveFailed(problem=f"{what}: {headline(error)}.") from error


def _engine_of(target: str) -> Engine:
    try:
        address = make_url(target)
    except ArgumentError:
        address = None
    if address is None or address.drivername not in {"postgresql", "postgresql+psycopg"} or not address.database:
        raise MoveFailed(problem="The new address needs the form postgresql+psycopg://USER:PASSWORD@HOST/NAME.")
    return create_engine(address, poolclass=NullPool, connect_args={"connect_timeout": 5, "options": _OPTIONS})


def _refuse_what_cannot_go(ours: Session, now: datetime) -> None:
    """See that what stands here is sound, all ours, and nothing that PostgreSQL cannot hold."""
    if (found := ours.scalar(text("PRAGMA integrity_check(1)"))) != "ok":
        raise MoveFailed(problem=f"The SQLite database is damaged ({found}): bring a backup back first.")
    if strange := _strangers(ours.connection()):
        raise MoveFailed(problem=f"The table {strange[0]} is none of Meja's and would be left behind: drop it first.")
    for table in Record.metadata.tables.values():
        _refuse_zero_characters(ours, table)
    if broken := [finding.name for finding in findings_in(ours, now) if not finding.holds]:
        raise MoveFailed(
            problem=f"The books do not hold ({', '.join(broken)}): see `meja check`, and settle that first."
        )


def _strangers(connection: Connection) -> Sequence[str]:
    return sorted(set(inspect(connection).get_table_names()) - Record.metadata.tables.keys() - {_VERSION})


def _refuse_zero_characters(ours: Session, table: Table) -> None:
    """Refuse a text with the character zero in it, which PostgreSQL's texts cannot hold.

    Nothing of ours writes one. Without it a key or a piece of history would be another: whoever put it there
    has to say what it was meant to be.
    """
    zero = literal(b"\0", LargeBinary)
    texts = [column for column in table.columns if isinstance(column.type, String)]
    if not texts:
        return
    holds = [func.instr(cast(column, LargeBinary), zero) > 0 for column in texts]
    row = ours.execute(select(table.c.id, *holds).where(or_(*holds)).limit(1)).first()
    if row is not None:
        place = texts[row[1:].index(True)]
        told = f"{place} holds a character zero, which PostgreSQL cannot, in the row {row[0]}: mend it first."
        raise MoveFailed(problem=told)


def _prepare(engine: Engine, settings: Settings, now: datetime) -> None:
    """Give an empty database its tables, and prove that it guards them."""
    with engine.connect() as connection:
        _refuse_unless_empty(connection)
        if (encoding := connection.scalar(text("SHOW server_encoding"))) != "UTF8":
            raise MoveFailed(problem=f"The new database is encoded as {encoding}: make one with ENCODING 'UTF8'.")
    _migrate(settings.database_url)
    there = Database(settings.database_url)
    try:
        problem = database_problem(there, settings, now)
    finally:
        there.close()
    if problem is not None:
        raise MoveFailed(problem=f"The new database is no ground for money: {problem}.")


def _migrate(target: str) -> None:
    from alembic.util import CommandError

    try:
        upgrade(target)
    except CommandError as error:
        raise MoveFailed(problem=f"The new database has tables of another version of Meja: {error}.") from error


def _refuse_unless_empty(connection: Connection) -> None:
    if strange := _strangers(connection):
        raise MoveFailed(problem=f"The new database has a table {strange[0]} already: it must be empty.")
    for name in inspect(connection).get_table_names():
        # By its name: the tables may still be of an older shape.
        holds_any = text(f'SELECT EXISTS (SELECT 1 FROM "{name}")')  # noqa: S608 - a name of our own
        if name != _VERSION and connection.scalar(holds_any):
            raise MoveFailed(problem=f"The new database has rows already, in {name}: it must be empty.")


def _fill(ours: Session, theirs: Session, now: datetime) -> Mapping[str, int]:
    """Fill the other side and prove it. Nothing is kept yet."""
    connection = theirs.connection()
    # Whoever serves it too early, or moves into it too, waits and is refused.
    connection.execute(text(f"LOCK TABLE {', '.join(Record.metadata.tables)} IN ACCESS EXCLUSIVE MODE"))
    _refuse_unless_empty(connection)
    rows = carry_over(ours, theirs)
    let_ids_follow(theirs)
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    compare(ours, theirs)
    _look_at_everything(theirs, now)
    # Without it PostgreSQL would plan the questions below as for empty tables.
    connection.execute(text("ANALYZE"))
    if broken := [finding.name for finding in findings_in(theirs, now) if not finding.holds]:
        raise MoveFailed(problem=f"The books do not hold in the new database ({', '.join(broken)}).")
    return rows


def _look_at_everything(theirs: Session, now: datetime) -> None:
    """Give back what was in somebody's hand, and make due whatever money could still come or go for."""
    let_go_of_all(theirs, now)
    theirs.execute(update(Attempt).where(worth_a_look(now, WATCHED)).values(due_at=now))
    theirs.execute(update(Refund).where(is_on_its_way()).values(due_at=now))
