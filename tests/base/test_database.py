"""Transactions: whole or not at all, one after another, and never a lost update."""

import shutil
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from core.base.database import WAIT_SECONDS, Database
from core.base.errors import Busy
from core.outlets.models import Outlet


def take_one(database: Database, outlet_id: int) -> None:
    with database.write() as session:
        # PostgreSQL locks the row; SQLite must have begun the transaction as a writer.
        outlet = session.get_one(Outlet, outlet_id, with_for_update=True)
        outlet.menu_version += 1


@pytest.fixture
def outlet_id(database: Database) -> int:
    with database.write() as session:
        outlet = Outlet(name="Uji", menu_version=0)
        session.add(outlet)
        session.flush()
        return outlet.id


def test_two_processes_that_read_and_write_lose_nothing(database: Database, database_url: str, outlet_id: int) -> None:
    another = Database(database_url)
    both = [database, another]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda turn: take_one(both[turn % 2], outlet_id), range(100)))

    with another.read() as session:
        assert session.get_one(Outlet, outlet_id).menu_version == 100
    another.close()


def touch(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE outlets SET name = name"))


def test_an_error_undoes_the_whole_block_and_nobody_is_nudged(database: Database, outlet_id: int) -> None:
    told: list[object] = []
    database.after_commit.append(told.append)

    def stumble() -> None:
        with database.write() as session:
            session.get_one(Outlet, outlet_id).menu_version = 7
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stumble()

    with database.read() as session:
        assert session.get_one(Outlet, outlet_id).menu_version == 0
    assert told == []


def test_an_error_undoes_a_transaction_that_began_with_many_rows(database: Database, outlet_id: int) -> None:
    def stumble() -> None:
        with database.write() as session:
            session.execute(insert(Outlet), [{"name": "Satu"}, {"name": "Dua"}])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stumble()

    with database.read() as session:
        assert session.scalars(select(Outlet.id)).all() == [outlet_id]


def test_what_is_read_together_is_of_one_moment(database: Database, database_url: str, outlet_id: int) -> None:
    version = text("SELECT menu_version FROM outlets WHERE id = :id").bindparams(id=outlet_id)
    with database.read() as session:
        before = session.scalar(version)
        another = Database(database_url)
        with another.write() as writer:
            writer.get_one(Outlet, outlet_id).menu_version = 7
        another.close()
        after = session.scalar(version)

    assert (before, after) == (0, 0)
    with database.read() as session:
        assert session.scalar(version) == 7


def test_a_glance_sees_what_is_kept_and_holds_nobody_up(database: Database, database_url: str, outlet_id: int) -> None:
    another = Database(database_url)
    name = select(Outlet.name).where(Outlet.id == outlet_id)

    with database.write() as session:
        session.get_one(Outlet, outlet_id).name = "Nama Baru"
        session.flush()
        with another.glance() as looking:
            assert looking.scalar(name) == "Uji"
    # The same connection writes next: what a glance is must not stay on it.
    with another.glance() as looking:
        assert looking.scalar(name) == "Nama Baru"
    with pytest.raises(ZeroDivisionError):
        _renames_and_fails(another, outlet_id)
    another.close()

    with database.glance() as looking:
        assert looking.scalar(name) == "Nama Baru"


def _renames_and_fails(database: Database, outlet_id: int) -> None:
    with database.write() as session:
        session.get_one(Outlet, outlet_id).name = "Nie"
        session.flush()
        raise ZeroDivisionError


def test_a_database_that_somebody_else_holds_is_busy_and_not_broken(database: Database, database_url: str) -> None:
    holder = Database(database_url)
    with holder.write() as held:
        held.execute(text("UPDATE outlets SET name = name" if database.is_sqlite else "LOCK TABLE outlets"))
        with pytest.raises(Busy):
            touch(database)
    holder.close()


def test_a_connection_that_is_still_in_use_when_all_are_given_back_is_closed_by_its_user(database_url: str) -> None:
    database = Database(database_url)
    with database.read() as session:
        session.execute(text("SELECT 1"))
        line = session.connection().connection.dbapi_connection
        database.close()
        assert session.scalar(text("SELECT 1")) == 1

    assert line is not None
    if database.is_sqlite:
        with pytest.raises(sqlite3.ProgrammingError):
            line.execute("SELECT 1")
    else:
        assert line.closed


def test_who_stood_in_line_for_their_turn_waits_for_the_lock_by_so_much_less(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    database = Database(f"sqlite:///{tmp_path / 'meja.db'}")
    with ThreadPoolExecutor(1) as late:
        with database.write():
            waiting = late.submit(_patience, database)
            time.sleep(0.8)
        assert waiting.result() < WAIT_SECONDS * 1000 - 500
    assert _patience(database) == WAIT_SECONDS * 1000
    database.close()


def _patience(database: Database) -> int:
    with database.write() as session:
        return int(session.scalar(text("PRAGMA busy_timeout")) or 0)
