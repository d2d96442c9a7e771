"""Connections to PostgreSQL that wait in the pool: which are asked before they are used, and that none of the dead is used."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.engine.interfaces import DBAPIConnection

from core.base import postgres_line
from core.base.database import Database

ALL_OTHERS = "SELECT bool_and(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    yield database
    database.close()


@pytest.fixture
def asked(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every line that was asked whether it still stands."""
    asked: list[object] = []
    ask = database.engine.dialect.do_ping

    def note(line: DBAPIConnection) -> bool:
        asked.append(line)
        return ask(line)

    monkeypatch.setattr(database.engine.dialect, "do_ping", note)
    return asked


def line(database: Database) -> int:
    """Use a connection; gives the server's number for it."""
    with database.read() as session:
        return int(session.scalars(text("SELECT pg_backend_pid()")).one())


def all_end(database: Database, url: str) -> None:
    """Let the server end every line of a program, as it does when it is restarted."""
    other = Database(url)
    with other.read() as session:
        assert session.scalar(text(ALL_OTHERS))
    other.close()


def test_a_line_that_was_used_just_now_is_used_again_unasked(database: Database, asked: list[object]) -> None:
    assert line(database) == line(database) == line(database)
    assert asked == []


def test_a_line_that_was_quiet_is_asked_first(
    database: Database, asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_line, "QUIET_SECONDS", 0.0)

    assert line(database) == line(database)
    assert len(asked) == 1


@pytest.mark.parametrize("quiet", [0.0, postgres_line.QUIET_SECONDS], ids=["after-a-while", "at-once"])
def test_lines_that_the_server_ended_are_opened_anew_and_nobody_hears_of_it(
    database: Database, postgres_url: str, monkeypatch: pytest.MonkeyPatch, quiet: float
) -> None:
    monkeypatch.setattr(postgres_line, "QUIET_SECONDS", quiet)
    with database.read() as first, database.read() as second:
        both = {session.scalars(text("SELECT pg_backend_pid()")).one() for session in (first, second)}
    all_end(database, postgres_url)

    with database.read() as first, database.read() as second:
        anew = {session.scalars(text("SELECT pg_backend_pid()")).one() for session in (first, second)}

    assert len(both) == len(anew) == 2
    assert not both & anew
