"""Statements that are built once. SQLAlchemy takes as long for building one as the database takes for running it."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnDefault, Executable, Insert, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.base.database import Record

AnyStatement = TypeVar("AnyStatement", bound=Executable)


def table_of(rows: type[Record]) -> Table:
    """Tell the table that rows are kept in, for statements about rows that nobody needs as objects."""
    return Record.metadata.tables[rows.__tablename__]


def write_at_once(session: Session, new: Record) -> None:
    """Write a new row, and give it its id and whatever else its columns have by default.

    It does not become one of the session's: the bookkeeping costs several times as much as the row. What is done to
    it afterwards is not written.
    """
    new.id = session.execute(_writing(type(new)), _values_of(new)).scalar_one()


def write_all_at_once(session: Session, new: Sequence[Record]) -> None:
    """Write new rows of one kind in the same way. They do not learn their ids."""
    if new:
        session.execute(insert(table_of(type(new[0]))), [_values_of(one) for one in new])


@cache
def _writing(rows: type[Record]) -> Insert:
    table = table_of(rows)
    return insert(table).returning(table.c.id)


def _values_of(new: Record) -> dict[str, Any]:
    for column in _columns_of(type(new)):
        if column.key not in new.__dict__:
            setattr(new, column.key, _default_of(column))
    return {column.key: getattr(new, column.key) for column in _columns_of(type(new))}


@cache
def _columns_of(rows: type[Record]) -> Sequence[Column[Any]]:
    return [column for column in table_of(rows).columns if not column.primary_key]


def _default_of(column: Column[Any]) -> Any:  # noqa: ANN401 - as wide as columns are
    default = column.default
    if not isinstance(default, ColumnDefault):
        return None
    return default.arg(None) if default.is_callable else default.arg


def on_each_database(build: Callable[[Any], AnyStatement]) -> Mapping[str, AnyStatement]:
    """Build a statement from each dialect's own `insert`, for what only those can say: what to do on a conflict."""
    return {"sqlite": build(sqlite.insert), "postgresql": build(postgresql.insert)}


def of_database(session: Session, statements: Mapping[str, AnyStatement]) -> AnyStatement:
    """Pick the one of a session's database."""
    return statements[session.get_bind().dialect.name]
