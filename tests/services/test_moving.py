"""A house that grows moves from its SQLite file to PostgreSQL between two guests, and nobody but the owner notices."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import JSON, Boolean, Column, Date, select, text

from core.base.database import Record, UtcDateTime
from core.events.models import Event
from core.payments.models import Attempt, Refund, RefundState
from core.services import open_services
from core.services.moving import move
from core.services.self_test import self_test
from tests.full_evening import Evening, play
from tests.running_simulator import Simulator
from tests.services.test_refunds import states
from tests.shop import CASHIER, Shop, open_shop

OF_THE_WORKER = {"due_at", "lease", "leased_until"}
"""What is made anew: who had a row in hand, and when it is looked at again."""


@pytest.fixture
def evening(migrated_sqlite: Path, simulator: Simulator, tmp_path: Path) -> Iterator[Evening]:
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    shop = open_shop(f"sqlite:///{tmp_path / 'meja.db'}", simulator)
    yield play(shop)
    shop.core.close()


def moved(evening: Evening, target: str) -> Shop:
    """Move, and open the shop again where it is now."""
    shop = evening.shop
    move(shop.core.settings, target, shop.clock())
    settings = shop.core.settings.model_copy(update={"database_url": target})
    return replace(shop, core=open_services(settings, clock=shop.clock))


@pytest.fixture
def after(evening: Evening, postgres_url: str) -> Iterator[Shop]:
    shop = moved(evening, postgres_url)
    yield shop
    shop.check_books()
    shop.core.close()


def raw_sqlite(url: str, table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        rows = connection.execute(f'SELECT * FROM "{table}" ORDER BY id')
        return [column[0] for column in rows.description], rows.fetchall()


def raw_postgres(url: str, table: str, names: list[str]) -> list[tuple[Any, ...]]:
    listed = ", ".join(f'"{name}"' for name in names)
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        return connection.execute(f'SELECT {listed} FROM "{table}" ORDER BY id').fetchall()


def meant(value: Any, column: "Column[Any]") -> Any:
    """What SQLite's few kinds of value stand for, read without the program's own reading."""
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.strptime(value, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
    if isinstance(column.type, Date):
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date()
    if isinstance(column.type, Boolean):
        return {0: False, 1: True}[value]
    return json.loads(value) if isinstance(column.type, JSON) else value


def test_every_row_of_every_table_arrives_as_it_was(evening: Evening, postgres_url: str) -> None:
    told = move(evening.shop.core.settings, postgres_url, evening.shop.clock())

    for name, table in Record.metadata.tables.items():
        names, ours = raw_sqlite(evening.url, name)
        theirs = raw_postgres(postgres_url, name, names)
        kept = [at for at, column in enumerate(names) if column not in OF_THE_WORKER]
        assert told[name] == len(ours)
        assert [tuple(row[at] for at in kept) for row in theirs] == [
            tuple(meant(row[at], table.c[names[at]]) for at in kept) for row in ours
        ]
    empty = {name for name, count in told.items() if not count}
    # An evening that leaves a table empty says nothing about it.
    assert not empty


def test_business_goes_on_where_it_stood(evening: Evening, after: Shop) -> None:
    numbers = evening.counter.number
    with after.core.db.read() as session:
        last_event = session.scalar(select(Event.id).order_by(Event.id.desc()).limit(1)) or 0

    after.wallet.pays(evening.live)
    after.core.cash.take(evening.counter.uid, evening.counter.cash_total, CASHIER)
    following = after.order("Es Teh")
    after.wallet.pays(following)

    assert after.status(evening.live) == ("confirmed", "paid")
    assert after.status(evening.counter) == ("confirmed", "paid")
    assert (following.number, following.id) == (numbers + 1, evening.counter.id + 1)
    assert after.status(following) == ("confirmed", "paid")
    with after.core.db.read() as session:
        assert min(session.scalars(select(Event.id).where(Event.id > last_event))) == last_event + 1
    assert after.core.door.member_of(evening.token) is not None
    assert after.core.pictures.find(evening.picture).large.startswith(b"RIFF")
    assert after.core.parties.party(after.tables[1].token, "ani").is_called
    assert sorted(case.kind for case in after.cases()) == ["after_cancel", "unmatched"]
    after.core.shifts.close(after.outlet.id, 200_000 + evening.counter.cash_total, CASHIER)


def test_money_that_was_on_its_way_back_arrives_once(evening: Evening, after: Shop) -> None:
    assert states(after, evening.leaving) == [("asked", 3_000)]

    after.gateway_works()

    assert states(after, evening.leaving) == [("accepted", 3_000)]
    line = next(
        one
        for one in after.simulator.book()["transactions"]
        if one["order_id"] == after.attempt(evening.leaving).reference
    )
    assert line["refunded"] == 3_000


def test_what_was_in_the_hand_of_a_server_that_is_gone_is_free_and_looked_at_at_once(
    evening: Evening, postgres_url: str
) -> None:
    shop = evening.shop
    held = shop.order("Es Teh", charge=False)
    shop.core.worker.queue.lease(8)
    assert shop.attempt(held).lease

    after = moved(evening, postgres_url)

    with after.core.db.read() as session:
        attempts, refunds = session.scalars(select(Attempt)).all(), session.scalars(select(Refund)).all()
        rows: list[Attempt | Refund] = [*attempts, *refunds]
        assert [row for row in rows if row.lease or row.leased_until] == []
        open_now = {attempt.reference for attempt in attempts if attempt.is_open}
        assert {after.attempt(held).reference, after.attempt(evening.live).reference} <= open_now
        assert all(attempt.due_at <= after.clock() for attempt in attempts if attempt.is_open and attempt.due_at)
        assert all(one.due_at and one.due_at <= after.clock() for one in refunds if one.state is RefundState.ASKED)
    after.wallet.pays(evening.live)
    after.gateway_works()
    assert after.attempt(held).state == "live"
    after.check_books()
    after.core.close()


def test_the_new_database_guards_its_rows_as_the_old_one_did(after: Shop) -> None:
    self_test(after.core.db, after.core.settings, after.clock())

    for forbidden in (
        "UPDATE postings SET amount = amount + 1",
        "DELETE FROM events",
        "UPDATE orders SET status = 'served' WHERE status = 'awaiting_payment'",
        "INSERT INTO postings (entry_uid, account, amount) SELECT uid, 'sales', 5 FROM entries",
    ):
        with pytest.raises(Exception, match=r"append-only|no such step|complete"), after.core.db.write() as session:
            session.execute(text(forbidden))


def test_the_old_file_is_not_changed_by_the_move(evening: Evening, postgres_url: str) -> None:
    before = [raw_sqlite(evening.url, name) for name in Record.metadata.tables]

    move(evening.shop.core.settings, postgres_url, evening.shop.clock())

    assert [raw_sqlite(evening.url, name) for name in Record.metadata.tables] == before
    evening.shop.check_books()
