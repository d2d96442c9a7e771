"""PostgreSQL under fire: what was certainly undone is done again, what nobody knows is not."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from core.base import outcomes, postgres_line
from core.base.database import Database
from core.base.errors import Busy
from core.base.outcomes import OutcomeUnknown, RolledBack, retried
from core.outlets.models import Outlet
from tests.base.tcp_line import Wire, wire_to
from tests.postgres import Postgres, database_name

WITHIN = 15


@pytest.fixture
def url(postgres: Postgres, migrated_postgres: str) -> Iterator[str]:
    url = postgres.create_database(database_name(migrated_postgres))
    yield url
    postgres.drop_database(url)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    with database.write() as session:
        session.add_all([Outlet(id=1, name="Satu", menu_version=0), Outlet(id=2, name="Dua", menu_version=0)])
    yield database
    database.close()


def versions(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.scalars(text("SELECT menu_version FROM outlets ORDER BY id")))


def raise_version(database: Database, outlet_id: int = 1) -> None:
    with database.write() as session:
        session.execute(text("UPDATE outlets SET menu_version = menu_version + 1 WHERE id = :id"), {"id": outlet_id})


def both_in_turn(database: Database, order: tuple[int, int], meet: Callable[[], object]) -> None:
    with database.write() as session:
        add = text("UPDATE outlets SET menu_version = menu_version + 1 WHERE id = :id")
        session.execute(add, {"id": order[0]})
        meet()
        session.execute(add, {"id": order[1]})


def test_two_who_wait_for_each_other_both_get_through(database: Database) -> None:
    meeting = threading.Barrier(2, timeout=WITHIN)
    tries = []

    def once_met(own: list[int]) -> Callable[[], None]:
        def meet() -> None:
            own.append(1)
            tries.append(1)
            if len(own) == 1:
                meeting.wait()

        return meet

    with ThreadPoolExecutor(2) as pool:
        waits = [pool.submit(retried(both_in_turn), database, order, once_met([])) for order in ((1, 2), (2, 1))]
        for wait in waits:
            wait.result(WITHIN)

    assert versions(database) == [2, 2]
    assert len(tries) == 3  # One of them was undone once.


def test_a_deadlock_alone_is_told_as_certainly_undone(database: Database) -> None:
    meeting = threading.Barrier(2, timeout=WITHIN)
    with ThreadPoolExecutor(2) as pool:
        waits = [pool.submit(both_in_turn, database, order, meeting.wait) for order in ((1, 2), (2, 1))]
        errors = [wait.exception(WITHIN) for wait in waits]

    assert [type(error) for error in errors if error is not None] == [RolledBack]
    assert versions(database) == [1, 1]


def test_a_transaction_that_lost_the_race_for_a_row_is_done_again(database: Database) -> None:
    turns = []

    @retried
    def act() -> None:
        turns.append(1)
        with database.write() as session:
            session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            session.execute(text("SELECT menu_version FROM outlets"))
            if len(turns) == 1:
                raise_version(database)
            session.execute(text("UPDATE outlets SET menu_version = menu_version + 1 WHERE id = 1"))

    act()

    assert len(turns) == 2
    assert versions(database) == [2, 0]


def test_who_loses_every_race_is_told_after_three_tries(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "_PAUSE_MILLISECONDS", 1)
    turns = []

    @retried
    def act() -> None:
        turns.append(1)
        with database.write() as session:
            session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            session.execute(text("SELECT menu_version FROM outlets"))
            raise_version(database)
            session.execute(text("UPDATE outlets SET menu_version = menu_version + 1 WHERE id = 1"))

    with pytest.raises(Busy):
        act()
    assert len(turns) == 3
    assert versions(database) == [3, 0]


def cut_off(database: Database, url: str, pid: int) -> None:
    other = Database(url)
    with other.write() as session:
        # Waits until it is gone: who is there is looked up but once in a transaction.
        assert session.scalar(text("SELECT pg_terminate_backend(CAST(:pid AS int), 5000)"), {"pid": pid})
    other.close()


@pytest.mark.parametrize("moment", ["in the middle", "before the commit"])
def test_a_connection_lost_before_the_commit_costs_one_more_try(database: Database, url: str, moment: str) -> None:
    turns = []

    @retried
    def act() -> None:
        turns.append(1)
        with database.write() as session:
            session.execute(text("UPDATE outlets SET menu_version = menu_version + 1 WHERE id = 1"))
            if len(turns) == 1:
                cut_off(database, url, session.scalar(text("SELECT pg_backend_pid()")))
            if moment == "in the middle":
                session.execute(text("UPDATE outlets SET name = name"))
            else:
                # A hook of the program writes its events here.
                session.add(Outlet(id=3, name="Tiga"))

    act()

    assert len(turns) == 2
    assert versions(database)[0] == 1


@pytest.fixture
def wire(url: str) -> Iterator[Wire]:
    with wire_to(url) as wire:
        yield wire


@pytest.mark.parametrize("arrives", [True, False])
def test_a_line_cut_at_the_commit_is_never_repeated(database: Database, url: str, wire: Wire, arrives: bool) -> None:
    far = Database(wire.address_of(url))
    raise_version(far)
    turns = []

    @retried
    def act() -> None:
        turns.append(1)
        wire.arrives, wire.cut_at = arrives, b"COMMIT\x00"
        raise_version(far)

    with pytest.raises(OutcomeUnknown):
        act()

    assert (len(turns), wire.cuts) == (1, 1)
    deadline = time.monotonic() + WITHIN
    while versions(database) != [1 + arrives, 0] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert versions(database) == [1 + arrives, 0]
    raise_version(far)  # The pool has recovered.
    far.close()


def test_a_server_that_has_gone_silent_is_given_up(
    database: Database, url: str, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_line, "ANSWER_SECONDS", 0.5)
    far = Database(wire.address_of(url))
    raise_version(far)
    turns = []

    @retried
    def act() -> None:
        turns.append(1)
        with far.write() as session:
            session.connection()
            wire.silent = True
            session.execute(text("UPDATE outlets SET menu_version = menu_version + 1 WHERE id = 1"))

    began = time.monotonic()
    with pytest.raises(Busy) as told:
        act()

    assert type(told.value) is Busy
    assert len(turns) == 1
    assert time.monotonic() - began < 5
    wire.silent = False
    raise_version(far)
    assert versions(database) == [2, 0]
    far.close()


def test_silence_at_the_commit_is_an_outcome_that_nobody_knows(
    database: Database, url: str, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_line, "ANSWER_SECONDS", 0.5)
    far = Database(wire.address_of(url))
    far.before_commit.append(lambda _session: setattr(wire, "silent", True))

    with pytest.raises(OutcomeUnknown):
        raise_version(far)

    assert versions(database) == [1, 0]
    far.close()


def test_a_fault_of_the_statement_is_no_busy_database(database: Database) -> None:
    with pytest.raises(Exception, match="no_such_table"), database.write() as session:
        session.execute(text("SELECT * FROM no_such_table"))
