"""Who waits to write holds up no reader, and who is nudged finds something new."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from core.base.database import POOL_SIZE, Database
from core.outlets.models import Outlet


@pytest.fixture
def outlet_id(database: Database) -> int:
    with database.write() as session:
        outlet = Outlet(name="Uji", menu_version=0)
        session.add(outlet)
        session.flush()
        return outlet.id


def rename(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE outlets SET name = name"))


def test_a_crowd_that_waits_to_write_leaves_the_readers_alone(database: Database, outlet_id: int) -> None:
    """SQLite only: PostgreSQL's writers do not wait for each other unless they want the same row."""
    if not database.is_sqlite:
        return
    begun = threading.Semaphore(0)
    crowd = ThreadPoolExecutor(POOL_SIZE * 2)

    def write() -> None:
        begun.release()
        rename(database)

    with database.write() as session:
        session.execute(text("UPDATE outlets SET menu_version = 1"))
        waiting = [crowd.submit(write) for _ in range(POOL_SIZE * 2)]
        for _ in waiting:
            begun.acquire()
        # Each has said that it is about to write; whoever may take a connection for that would have it by now.
        taken = connections_in_use(database)
        with database.read() as reader:
            assert reader.get_one(Outlet, outlet_id).menu_version == 0

    assert taken == 1
    for one in waiting:
        one.result()
    crowd.shutdown()


def connections_in_use(database: Database) -> int:
    """How many connections are in use, once that has not changed for a tenth of a second."""
    pool, pause = database.engine.pool, threading.Event()
    taken = -1
    while taken != (taken := pool.checkedout()):  # type: ignore[attr-defined] # a queue pool
        pause.wait(0.1)
    return taken


def test_whoever_is_nudged_finds_what_the_nudge_is_about(database: Database, database_url: str, outlet_id: int) -> None:
    found: list[int] = []

    def look(_session: Session) -> None:
        with onlooker.read() as session:
            found.append(session.get_one(Outlet, outlet_id).menu_version)

    onlooker = Database(database_url)
    database.after_commit.append(look)
    with database.write() as session:
        session.get_one(Outlet, outlet_id).menu_version = 7
    onlooker.close()

    assert found == [7]


def test_nobody_is_nudged_when_the_commit_itself_fails(database: Database, outlet_id: int) -> None:
    told: list[object] = []
    database.after_commit.append(told.append)

    @event.listens_for(database.engine, "commit")
    def fail(_connection: object) -> None:
        message = "the disk is full"
        raise OSError(message)

    with pytest.raises(OSError, match="full"):
        rename(database)
    event.remove(database.engine, "commit", fail)

    assert told == []
