"""Statements that are built once, and rows that are written past the session's unit of work.

Building a statement takes SQLAlchemy as long as all the rest of its work for it, and a unit of work several times as
long (docs/decisions/0032). Only for what every order runs.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnDefault, Executable, Insert, Table, Update, bindparam, insert, inspect, update
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
    new.id = session.connection().execute(_writing(type(new)), _values_of(new)).scalar_one()


def write_all_at_once(session: Session, new: Sequence[Record]) -> None:
    """Write new rows of one kind in the same way."""
    if new:
        written = session.connection().scalars(_writing_all(type(new[0])), [_values_of(one) for one in new])
        for one, one_id in zip(new, written, strict=True):
            one.id = one_id


def write_back(session: Session, *rows: Record) -> None:
    """Write what was changed in rows, in this order, and let them go: the last thing a transaction does with them.

    As with new rows, the session's own way takes several times as long. What is done to them afterwards is not written.
    """
    changes = [(row, _changes_of(row)) for row in rows]
    for row in rows:
        session.expunge(row)
    for row, changed in changes:
        if changed:
            session.connection().execute(_changing(type(row), tuple(sorted(changed))), {**changed, "this_id": row.id})


def _changes_of(row: Record) -> dict[str, Any]:
    before, now = inspect(row).committed_state, row.__dict__
    return {key: now[key] for key, old in before.items() if now[key] != old}


@cache
def _writing(rows: type[Record]) -> Insert:
    table = table_of(rows)
    return insert(table).returning(table.c.id)


@cache
def _writing_all(rows: type[Record]) -> Insert:
    table = table_of(rows)
    return insert(table).returning(table.c.id, sort_by_parameter_order=True)


@cache
def _changing(rows: type[Record], keys: tuple[str, ...]) -> Update:
    table = table_of(rows)
    return update(table).where(table.c.id == bindparam("this_id")).values({key: bindparam(key) for key in keys})


def _values_of(new: Record) -> dict[str, Any]:
    values = new.__dict__
    for key, column in _columns_of(type(new)):
        if key not in values:
            # Past its attributes, which would each tell the session of it.
            values[key] = _default_of(column)
    return {key: values[key] for key, _ in _columns_of(type(new))}


@cache
def _columns_of(rows: type[Record]) -> Sequence[tuple[str, Column[Any]]]:
    return [(column.key, column) for column in table_of(rows).columns if not column.primary_key]


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
