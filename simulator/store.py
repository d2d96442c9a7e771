"""A small SQLite file in which transactions outlive the simulator."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.book import Refund, Transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOMENTS = ("created_at", "expires_at", "due_at", "settled_at", "confirmed_at")


class StateFile:
    """One row for each transaction, its fields as JSON."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make it and its folder when they are missing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        # The event loop may run in another thread than the one that builds the app.
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS transactions"
            " (position INTEGER PRIMARY KEY, transaction_id TEXT UNIQUE NOT NULL, document TEXT NOT NULL) STRICT"
        )

    def save(self, transaction: Transaction) -> None:
        """Keep the transaction as it is now."""
        document = json.dumps(asdict(transaction), default=_write_moment)
        self._connection.execute(
            "INSERT INTO transactions (transaction_id, document) VALUES (?, ?)"
            " ON CONFLICT (transaction_id) DO UPDATE SET document = excluded.document",
            (transaction.transaction_id, document),
        )

    def load(self) -> Iterator[Transaction]:
        """Return all kept transactions, oldest first."""
        rows = self._connection.execute("SELECT document FROM transactions ORDER BY position").fetchall()
        for (document,) in rows:
            yield _read(json.loads(document))

    def clear(self) -> None:
        """Forget all of them."""
        self._connection.execute("DELETE FROM transactions")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _write_moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    msg = f"{type(value).__name__} cannot be kept"
    raise TypeError(msg)


def _read(document: dict[str, Any]) -> Transaction:
    refunds = [Refund(**_with_moments(each)) for each in document.pop("refunds")]
    return Transaction(**_with_moments(document), refunds=refunds)


def _with_moments(document: dict[str, Any]) -> dict[str, Any]:
    for name in MOMENTS:
        if document.get(name):
            document[name] = datetime.fromisoformat(document[name])
    return document
