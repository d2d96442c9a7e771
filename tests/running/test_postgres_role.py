"""The program runs as a role that cannot change history, even with every trigger gone."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from core.base.clock import system_clock
from core.base.database import Record
from core.events.record import SYSTEM
from core.migrations.guarded import APPEND_ONLY, KEPT
from core.services.self_test import self_test
from tests.postgres import Postgres, database_name
from tests.running_simulator import Simulator
from tests.shop import CASHIER, open_shop

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "postgres-role.sql"


def plain(url: str) -> str:
    return url.replace("+psycopg", "", 1)


@pytest.fixture
def owner_url(postgres: Postgres, migrated_postgres: str) -> Iterator[str]:
    url = postgres.create_database(database_name(migrated_postgres))
    yield url
    postgres.drop_database(url)


@pytest.fixture
def role_url(owner_url: str, postgres: Postgres) -> Iterator[str]:
    """The same database, as the role that the script of the documentation makes."""
    role = f"meja_app_{secrets.token_hex(4)}"
    statements = "\n".join(line for line in SCRIPT.read_text().splitlines() if not line.startswith("\\"))
    with psycopg.connect(plain(owner_url), autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        owner.execute(statements.replace(':"role"', f'"{role}"'))
    yield owner_url.replace("//meja@", f"//{role}@")
    with psycopg.connect(plain(owner_url), autocommit=True) as owner:
        owner.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(role)))
        owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def refused(url: str, statement: str) -> bool:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            return True
    return False


def test_a_whole_evening_works_as_that_role(role_url: str, simulator: Simulator) -> None:
    shop = open_shop(role_url, simulator)
    try:
        self_test(shop.core.db, shop.core.settings, system_clock())
        token = shop.core.keys.make(shop.outlet.id, "accounting", SYSTEM)
        assert shop.core.keys.outlet_of(token) == shop.outlet.id
        order = shop.order("Sate Ayam", "Rendang")
        shop.wallet.pays(order)
        assert shop.status(order) == ("confirmed", "paid")
        shop.simulator.refund(shop.attempt(order).reference, 1_000, "dashboard")
        shop.hears_of(shop.attempt(order), said="partial_refund")
        unwanted = shop.order("Es Teh")
        shop.core.payments.cancel(unwanted.uid)
        shop.gateway_works()
        shop.core.worker._make_rounds()
        shop.core.shifts.move(shop.outlet.id, -5_000, "Es batu", CASHIER)
        shop.check_books()
    finally:
        shop.core.close()


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "act",
    [
        "UPDATE {} SET id = id",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TABLE {} CASCADE",
    ],
)
def test_that_role_cannot_change_history(role_url: str, owner_url: str, table: str, act: str) -> None:
    with psycopg.connect(plain(owner_url), autocommit=True) as owner:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    assert refused(role_url, act.format(table))


@pytest.mark.parametrize("table", KEPT)
def test_that_role_cannot_make_rows_of_money_go_away(role_url: str, table: str) -> None:
    assert refused(role_url, f"DELETE FROM {table}")
    assert refused(role_url, f"TRUNCATE {table} CASCADE")


def test_that_role_cannot_call_triggers_off_for_itself(role_url: str) -> None:
    assert refused(role_url, "SET session_replication_role = 'replica'")
    assert refused(role_url, "CREATE TABLE another (id integer)")


def test_the_script_names_every_table(owner_url: str) -> None:
    script = SCRIPT.read_text()
    assert [name for name in Record.metadata.tables if name not in script.replace(",", " ").split()] == []
