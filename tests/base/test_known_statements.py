"""Lines to PostgreSQL know their statements: what was asked often is neither read nor planned anew by the server."""

import sys
from collections.abc import Iterator
from types import FrameType

import pytest
from psycopg import Column
from psycopg.pq import TransactionStatus
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import DBAPIError

from core.base.database import Database
from core.outlets.models import Outlet
from tests.postgres import Postgres, database_name

OFTEN = 7
_NAME = select(Outlet.name).where(Outlet.id == bindparam("id"))
_KNOWN = text("SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT outlets.name%'")


@pytest.fixture
def database(postgres: Postgres, migrated_postgres: str) -> Iterator[Database]:
    url = postgres.create_database(database_name(migrated_postgres))
    database = Database(url)
    yield database
    database.close()
    postgres.drop_database(url)


def known(database: Database) -> int:
    """How many statements about the name of an outlet the line knows that is used next."""
    with database.glance() as session:
        return len(session.scalars(_KNOWN).all())


def test_a_line_that_was_only_read_from_goes_on_knowing_its_statements(database: Database) -> None:
    for _ in range(OFTEN):
        with database.read() as session:
            session.scalar(_NAME, {"id": 1})

    assert known(database) == 1


def test_a_number_is_the_same_question_however_great_it_is(database: Database) -> None:
    for number in (1, 70_000, 2**40):
        for _ in range(OFTEN):
            with database.glance() as session:
                session.scalar(_NAME, {"id": number})

    assert known(database) == 1


def test_whoever_only_reads_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"), database.read() as session:
        session.execute(text("UPDATE outlets SET name = name"))

    with database.write() as session:
        session.execute(text("UPDATE outlets SET name = name"))


def test_who_comes_next_gets_the_line_that_was_given_back_last(database: Database) -> None:
    number = text("SELECT pg_backend_pid()")
    with database.glance() as first, database.glance() as second:
        pids = [session.scalar(number) for session in (first, second)]

    for _ in range(3):
        with database.glance() as session:
            # The second one was given back first.
            assert session.scalar(number) == pids[0]


def test_the_columns_of_a_statement_that_is_known_are_not_named_again(database: Database) -> None:
    named = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal named
        named += event == "call" and frame.f_code is Column.__init__.__code__

    for _ in range(2):
        named = 0
        sys.setprofile(count)
        with database.glance() as session:
            session.scalars(select(Outlet)).all()
        sys.setprofile(None)

    assert named == 0


def test_where_nothing_is_asked_nothing_is_begun_and_the_next_question_stands_alone(database: Database) -> None:
    with database.read(), database.write():
        pass

    with database.glance() as session:
        line = session.connection().connection.driver_connection
        assert session.scalar(text("SELECT 1")) == 1
        assert line is not None
        assert line.info.transaction_status == TransactionStatus.IDLE
