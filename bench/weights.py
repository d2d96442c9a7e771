"""Weighs what Meja writes for one order, so that the floor writes rows of the same size in as many transactions."""

import sqlite3

# What stands in each transaction, as tables with the number of their rows. A changed row is written whole.
PLACED = {"orders": 1, "order_lines": 2, "once_keys": 1, "day_counters": 1, "attempts": 1, "events": 2}
LEASED = {"attempts": 1}
WENT_LIVE = {"attempts": 1, "orders": 1, "events": 1}
TAKEN_IN = {"gateway_messages": 1, "attempts": 1}
PAID = {"orders": 1, "attempts": 1, "tickets": 1, "postings": 4, "entries": 1, "message_outcomes": 1, "events": 3}


def weigh(database: sqlite3.Connection, *transactions: dict[str, int]) -> list[list[int]]:
    """Give the sizes in bytes of the rows of each transaction."""
    return [
        [size for table, count in rows.items() for size in [_row_size(database, table)] * count]
        for rows in transactions
    ]


def _row_size(database: sqlite3.Connection, table: str) -> int:
    """Take the average over the table's last rows."""
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    # Names come from this file and the database itself.
    length = " + ".join(f"LENGTH(CAST(COALESCE(\"{column}\", '') AS BLOB)) + 1" for column in columns)
    query = f"SELECT AVG({length}) FROM (SELECT * FROM {table} ORDER BY id DESC LIMIT 50)"  # noqa: S608
    return round(database.execute(query).fetchone()[0] or 0)
