"""Writes years of closed orders, and an evening of open ones, straight into a database.

By SQL, because a hundred thousand orders through the front door would take an hour. Every CHECK and trigger stays in force.
"""

import re
from pathlib import Path

from sqlalchemy import text

from core.base.database import Database

_HERE = Path(__file__).parent


def write_closed_orders(db: Database, first: int, count: int) -> None:
    """Write orders that were paid by QRIS and served, with lines, attempt, books and events; their ids start at `first`."""
    _write(db, "closed_orders.sql", first, count)


def write_open_orders(db: Database, first: int, count: int) -> None:
    """Write orders of this evening that stand on the board; their ids start at `first`."""
    _write(db, "open_orders.sql", first, count)


def _write(db: Database, file: str, first: int, count: int) -> None:
    with db.write() as session:
        place = session.execute(text("SELECT outlet_id, id FROM tables ORDER BY id LIMIT 1")).one()
        values = {"first": first, "last": first + count - 1, "outlet": place.outlet_id, "table": place.id}
        # Colons inside quotes are times of day and JSON.
        script = re.sub(r"'[^']*'", lambda quoted: quoted[0].replace(":", r"\:"), _without_comments(file))
        for statement in script.split(";\n"):
            if statement.strip():
                used = {name: value for name, value in values.items() if f":{name}" in statement}
                session.execute(text(statement), used)


def _without_comments(file: str) -> str:
    lines = (_HERE / file).read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("--"))
