"""The floor does no more than it must, and no less."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from bench.floor import PRAGMAS, make_floor
from core.base.database import Database


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(make_floor(tmp_path)) as client:
        yield client


def test_a_page_comes_back_as_it_was_taught(floor: TestClient) -> None:
    floor.put("/pages/menu", content=b"packed", headers={"x-content-type": "text/html", "x-content-encoding": "br"})

    with floor.stream("GET", "/pages/menu") as answer:
        raw = b"".join(answer.iter_raw())

    assert raw == b"packed"
    assert (answer.headers["content-type"], answer.headers["content-encoding"]) == ("text/html", "br")


def test_a_write_keeps_rows_of_the_sizes_that_were_asked_for(floor: TestClient, tmp_path: Path) -> None:
    floor.put("/writes/order", json={"transactions": [[400, 100], [250]], "answer_bytes": 7})

    answer = floor.post("/writes/order")

    with closing(sqlite3.connect(tmp_path / "floor.db")) as database:
        sizes = database.execute("SELECT LENGTH(body) FROM written").fetchall()
    assert len(answer.content) == 7
    assert sizes == [(400,), (100,), (250,)]


def test_its_commits_are_as_durable_as_ours(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'meja.db'}")
    with db.write() as session:
        ours = [str(session.scalar(text(f"PRAGMA {name}"))) for name in ("journal_mode", "synchronous")]
    db.close()

    # SQLite writes FULL as 2.
    assert ours == ["wal", "2"]
    assert PRAGMAS[:2] == ("journal_mode=WAL", "synchronous=FULL")
