"""Copies every row of one database into another, past the guards of that one, and holds both sides against each other."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, String, Table, cast, func, insert, select
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.schema import sort_tables

from core.base.database import Record
from core.base.errors import MejaError
from core.ledger.models import Posting

_AT_ONCE: Final = 500
"""Rows that are carried in one hand; a picture has some sixty kilobytes."""


class MoveFailed(MejaError):
    """A house that could not be moved. The database it is in is as it was, and no row stands in the other."""

    kind = "move-failed"
    status = 500
    sentence = "%(problem)s"


def carry_over(ours: Session, theirs: Session) -> Mapping[str, int]:
    """Copy every row, and tell how many of each table. No guard is called off: each row is let in, or none is kept."""
    rows: dict[str, int] = {}
    for table in in_order():
        try:
            rows[table.name] = _carry_over(table, ours, theirs)
        except (DBAPIError, LookupError, ValueError) as error:
            raise MoveFailed(problem=f"The rows of {table.name} cannot be moved: {headline(error)}.") from error
    return rows


def _carry_over(table: Table, ours: Session, theirs: Session) -> int:
    found = ours.execute(select(table).order_by(table.c.id), execution_options={"yield_per": _AT_ONCE})
    rows = 0
    for part in found.mappings().partitions():
        theirs.execute(insert(table), [dict(row) for row in part])
        rows += len(part)
    return rows


def headline(error: Exception) -> str:
    """Give the first line of what went wrong. Those below it hold what guests and staff wrote."""
    return str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0].rstrip(".")


def in_order() -> Sequence[Table]:
    """Order all tables so that the database accepts their rows: what is referred to comes first.

    An entry comes after its postings, as when it was written; a refund after the money that it gives back.
    """
    tables = Record.metadata.tables
    guarded = [(tables["postings"], tables["entries"]), (tables["entries"], tables["refunds"])]
    return sort_tables(tables.values(), skip_fn=lambda key: bool(key.deferrable), extra_dependencies=guarded)


def let_ids_follow(theirs: Session) -> None:
    """Let the next id that PostgreSQL gives out in each table be the one after its largest."""
    for table in in_order():
        largest = select(func.max(table.c.id)).scalar_subquery()
        theirs.execute(select(func.setval(_sequence_of(table), largest)).where(largest > 0))


def compare(ours: Session, theirs: Session) -> None:
    """Let each side count and add up what it has by itself. Raises MoveFailed with the first thing that differs."""
    for table in in_order():
        _be_alike(table.name, _figures(ours, table), _figures(theirs, table))
        given_out = theirs.scalar(select(func.pg_sequence_last_value(cast(_sequence_of(table), REGCLASS)))) or 0
        if (largest := theirs.scalar(select(func.max(table.c.id))) or 0) > given_out:
            raise MoveFailed(problem=f"The next {table.name} would get the id {given_out + 1}, and {largest} is taken.")
    _be_alike("The ledger", _balances(ours), _balances(theirs))


def _sequence_of(table: Table) -> ColumnElement[str]:
    return func.pg_get_serial_sequence(table.name, "id", type_=String)


def _figures(session: Session, table: Table) -> Mapping[str, int]:
    """Count the rows, and add up each column of whole numbers: money, ids, and what they refer to."""
    numbers = [column for column in table.columns if isinstance(column.type, BigInteger)]
    sums = [func.coalesce(func.sum(column), 0).label(column.name) for column in numbers]
    row = session.execute(select(func.count().label("rows"), *sums).select_from(table)).mappings().one()
    return {name: int(value) for name, value in row.items()}


def _balances(session: Session) -> Mapping[str, int]:
    sums = select(Posting.account, func.sum(Posting.amount)).group_by(Posting.account)
    return {str(account): int(balance) for account, balance in session.execute(sums)}


def _be_alike(what: str, here: Mapping[str, int], there: Mapping[str, int]) -> None:
    for name in sorted(here.keys() | there.keys()):
        if here.get(name) != there.get(name):
            told = f"{what} did not arrive whole: {name} is {there.get(name)} instead of {here.get(name)}."
            raise MoveFailed(problem=told)
