"""Everything that a database holds, to see whether anything of it has changed."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from core.base.database import Database, Record

_OF_WHO_ASKS: Final = {"counted_tries"}
"""Who asks is counted, whatever they ask about."""
Rows = Mapping[str, Mapping[int, str]]


def rows_of(db: Database) -> Rows:
    """Read every row of every table, by its key."""
    with db.read() as session:
        return {
            table.name: {row.id: repr(tuple(row)) for row in session.execute(select(table))}
            for table in Record.metadata.sorted_tables
            if table.name not in _OF_WHO_ASKS
        }


def changed(before: Rows, after: Rows) -> list[str]:
    """List the rows that were added, taken away or altered."""
    return [
        f"{table}: {rows.get(key)} → {after[table].get(key)}"
        for table, rows in before.items()
        for key in rows.keys() | after[table].keys()
        if rows.get(key) != after[table].get(key)
    ]
