"""What the database itself refuses, whoever writes: a program with a fault, or a hand with a console."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.base.database import Database
from core.base.ids import new_gateway_reference
from core.ledger.models import Account, EntryKind
from core.ledger.posting import Line, UnbalancedEntry, post
from core.migrations.guarded import APPEND_ONLY, REPLACE_KEYS
from core.outlets.models import Outlet
from tests.services.test_refunds import MANAGER
from tests.settlement_files import takes_a_settlement_in
from tests.shop import CASHIER, Shop

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def balanced(session: Session, outlet: Outlet, source_id: str = "1") -> None:
    lines = [Line(Account.GATEWAY, 5), Line(Account.UNAPPLIED, -5), Line(Account.TAX, 0)]
    post(session, outlet, EntryKind.SETTLE, lines, source="test", source_id=source_id, at=NOW, by="test")


@pytest.fixture
def outlet(database: Database) -> Outlet:
    with database.write() as session:
        outlet = Outlet(name="Uji")
        session.add(outlet)
    return outlet


def refused(database: Database, *statements: str) -> str:
    """Run statements in one transaction; gives what the database said against them."""

    def run() -> None:
        with database.write() as session:
            for statement in statements:
                session.execute(text(statement))

    with pytest.raises(DBAPIError) as error:
        run()
    return str(error.value)


def test_an_entry_out_of_balance_is_not_even_sent(database: Database, outlet: Outlet) -> None:
    for lines in ([Line(Account.GATEWAY, 5)], [], [Line(Account.GATEWAY, 5), Line(Account.SALES, -4)]):
        with pytest.raises(UnbalancedEntry), database.write() as session:
            post(session, outlet, EntryKind.SETTLE, lines, source="t", source_id="1", at=NOW, by="t")


def test_an_entry_out_of_balance_is_refused_by_the_database(database: Database, outlet: Outlet) -> None:
    assert "sum to zero" in refused(
        database,
        "INSERT INTO postings (entry_uid, account, amount) VALUES ('e1', 'sales', 5)",
        "INSERT INTO entries (uid, outlet_id, kind, source, source_id, business_day, at, by) "
        f"VALUES ('e1', {outlet.id}, 'settle', 's', '1', '2026-05-01', '2026-05-01 00:00:00', 'x')",
    )


def test_a_posting_without_an_entry_does_not_survive_the_commit(database: Database, outlet: Outlet) -> None:
    assert (
        "foreign key"
        in refused(database, "INSERT INTO postings (entry_uid, account, amount) VALUES ('nobody', 'sales', 5)").lower()
    )


def test_nothing_is_added_to_an_entry_that_is_complete(database: Database, outlet: Outlet) -> None:
    with database.write() as session:
        balanced(session, outlet)
    assert "complete" in refused(
        database, "INSERT INTO postings (entry_uid, account, amount) SELECT uid, 'sales', 5 FROM entries"
    )


def test_the_same_money_is_posted_once(database: Database, outlet: Outlet) -> None:
    with database.write() as session:
        balanced(session, outlet)
    with pytest.raises(DBAPIError), database.write() as session:
        balanced(session, outlet)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_history_is_neither_changed_nor_deleted(shop: Shop, table: str) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    takes_a_settlement_in(shop)
    assert "append-only" in refused(shop.core.db, f"UPDATE {table} SET id = id")
    assert "append-only" in refused(shop.core.db, f"DELETE FROM {table}")


def test_a_row_of_history_is_not_replaced_on_sqlite(shop: Shop) -> None:
    if not shop.core.db.is_sqlite:
        return
    shop.wallet.pays(shop.order("Sate Ayam"))
    assert "events are not replaced" in refused(
        shop.core.db,
        "INSERT OR REPLACE INTO events (id, outlet_id, kind, at, by, data) "
        "SELECT id, outlet_id, 'forged', at, by, data FROM events LIMIT 1",
    )


BY_ID_AND_BY_KEY = [(table, way) for table, keys in REPLACE_KEYS.items() for way in ("id", *(["key"] if keys else []))]


@pytest.mark.parametrize(("table", "by"), BY_ID_AND_BY_KEY)
def test_no_other_program_replaces_a_row_of_money_on_sqlite(shop: Shop, table: str, by: str) -> None:
    if not shop.core.db.is_sqlite:
        return
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order, amount=order.total + 1_000)
    shop.core.refunds.ask(order.uid, 1_000, "Lebih", MANAGER)
    cash = shop.order("Es Teh", pay_by="cash")
    shop.core.cash.take(cash.uid, 20_000, CASHIER)
    takes_a_settlement_in(shop)
    # A connection as any console opens one: nothing is switched on.
    with closing(sqlite3.connect(shop.core.db.url.database or "", isolation_level=None)) as console:
        names = [row[1] for row in console.execute(f"PRAGMA table_info({table})")]
        columns = ", ".join(f'"{name}"' for name in (names if by == "id" else names[1:]))
        replace = f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table} LIMIT 1"
        with pytest.raises(sqlite3.IntegrityError):
            console.execute(replace)


def test_a_message_that_came_before_is_not_written_over_by_another_program(shop: Shop) -> None:
    if not shop.core.db.is_sqlite:
        return
    shop.wallet.pays(shop.order("Sate Ayam"))
    with closing(sqlite3.connect(shop.core.db.url.database or "", isolation_level=None)) as console:
        console.execute(
            "INSERT OR REPLACE INTO gateway_messages (digest, raw, reference, said, received_at) "
            "SELECT digest, raw, reference, 'forged', received_at FROM gateway_messages"
        )
        said = console.execute("SELECT said FROM gateway_messages").fetchall()

    assert said == [("settlement",)]


def test_a_step_that_nobody_takes_is_refused(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    assert "no such step" in refused(shop.core.db, f"UPDATE orders SET status = 'served' WHERE id = {order.id}")
    shop.wallet.pays(order)
    assert "no such step" in refused(shop.core.db, "UPDATE attempts SET state = 'expired'")


def test_a_second_open_attempt_of_an_order_is_refused(shop: Shop) -> None:
    shop.order("Sate Ayam")
    columns = "outlet_id, order_id, state, amount, created_at, items, tries, charges_sent"
    assert (
        "unique"
        in refused(
            shop.core.db,
            f"INSERT INTO attempts (reference, {columns}) SELECT '{new_gateway_reference(NOW)}', {columns} FROM attempts",
        ).lower()
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dishes SET portions = -1 WHERE portions IS NOT NULL",
        "UPDATE dishes SET price = -1",
        "UPDATE orders SET total = total + 1",
        "UPDATE order_lines SET quantity = 0",
        "UPDATE outlets SET tax_rate = 5000",
        "UPDATE money_cases SET amount = -1",
        "UPDATE settlement_breaks SET state = 'closed'",
    ],
)
def test_impossible_figures_are_refused(shop: Shop, statement: str) -> None:
    first = shop.attempt(order := shop.order("Rendang"))
    shop.core.payments.cancel(order.uid)
    shop.gateway_works()
    shop.wallet.pays(order, attempt=first, late=True)
    takes_a_settlement_in(shop)
    assert "check" in refused(shop.core.db, statement).lower()


def test_sqlite_keeps_every_promise_about_durability(database: Database) -> None:
    if not database.is_sqlite:
        return
    with database.read() as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
        tables = session.execute(
            text("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
        )
        lax = [name for name, strict in tables if not strict and not name.startswith(("sqlite_", "alembic_"))]
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
    assert lax == []
