"""A move that cannot be whole is none: one clear sentence, no row kept on the other side, and the same command works later."""

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command

from core.base.clock import system_clock
from core.base.settings import Settings
from core.migrations import _config, upgrade
from core.services import open_services
from core.services.moving import move
from core.services.row_copy import MoveFailed
from tests.full_evening import play
from tests.postgres import Postgres, database_name
from tests.running_simulator import running_simulator
from tests.shop import open_shop
from tests.web.patience import soon

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def played(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a shop in the middle of an evening, whose server was stopped."""
    file = tmp_path_factory.mktemp("played") / "meja.db"
    shutil.copy(migrated_sqlite, file)
    with running_simulator() as simulator:
        shop = open_shop(f"sqlite:///{file}", simulator)
        play(shop)
        shop.core.close()
    return file


@pytest.fixture
def old(played: Path, tmp_path: Path) -> Settings:
    """The settings of that shop, each time of a file of its own."""
    for file in played.parent.glob("meja.db*"):
        shutil.copy(file, tmp_path)
    return Settings(_env_file=None, database_url=f"sqlite:///{tmp_path / 'meja.db'}", data_dir=tmp_path)


def query(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        return connection.execute(statement).fetchall()


def tables_in(url: str) -> set[str]:
    return {name for (name,) in query(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


def rows_in(url: str) -> int:
    """How many rows a PostgreSQL database holds, beside the number of its shape."""
    return sum(query(url, f'SELECT count(*) FROM "{name}"')[0][0] for name in tables_in(url) - {"alembic_version"})


def do(url: str, *statements: str) -> None:
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def meddle(old: Settings, *statements: str) -> None:
    """Change the old file as a hand with a console could."""
    with closing(
        sqlite3.connect(old.database_url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
    ) as connection:
        for statement in statements:
            connection.execute(statement)


def refusal(old: Settings, target: str) -> str:
    with pytest.raises(MoveFailed) as refused:
        move(old, target, system_clock())
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    "target",
    [
        "nonsense",
        "sqlite:///other.db",
        "postgresql+asyncpg://meja@127.0.0.1/meja",
        "postgresql+psycopg://meja@127.0.0.1",
    ],
)
def test_an_address_that_is_no_postgresql_is_refused(old: Settings, target: str) -> None:
    assert "postgresql+psycopg://USER:PASSWORD@HOST/NAME" in refusal(old, target)


def test_a_server_that_does_not_answer_is_told_without_the_password(old: Settings) -> None:
    said = refusal(old, "postgresql+psycopg://meja:rahasia@127.0.0.1:1/meja")

    assert said.startswith("Nothing was moved: connection failed")
    assert "rahasia" not in said


def test_a_database_that_holds_a_row_is_refused_and_left_as_it_is(old: Settings, postgres_url: str) -> None:
    upgrade(postgres_url)
    do(postgres_url, "INSERT INTO heartbeats (name, beat_at) VALUES ('another server', now())")

    assert "rows already, in heartbeats" in refusal(old, postgres_url)
    assert rows_in(postgres_url) == 1


def test_a_database_of_an_older_shape_with_rows_is_not_even_brought_up_to_date(
    old: Settings, postgres_url: str
) -> None:
    command.upgrade(_config(postgres_url), "0004")
    do(postgres_url, "INSERT INTO heartbeats (name, beat_at) VALUES ('another server', now())")

    assert "rows already, in heartbeats" in refusal(old, postgres_url)
    assert query(postgres_url, "SELECT version_num FROM alembic_version") == [("0004",)]


def test_an_empty_database_of_an_older_shape_is_brought_up_to_date_and_used(old: Settings, postgres_url: str) -> None:
    command.upgrade(_config(postgres_url), "0004")

    assert move(old, postgres_url, system_clock())["orders"] == query(postgres_url, "SELECT count(*) FROM orders")[0][0]


def test_a_database_of_a_newer_shape_is_refused(old: Settings, postgres_url: str) -> None:
    upgrade(postgres_url)
    do(postgres_url, "UPDATE alembic_version SET version_num = '9999'")

    assert "another version of Meja" in refusal(old, postgres_url)


def test_a_database_of_somebody_else_is_refused_untouched(old: Settings, postgres_url: str) -> None:
    do(postgres_url, "CREATE TABLE guestbook (id integer)")

    assert "has a table guestbook already" in refusal(old, postgres_url)
    assert tables_in(postgres_url) == {"guestbook"}


def test_a_database_that_cannot_hold_every_letter_is_refused(
    old: Settings, postgres: Postgres, postgres_url: str
) -> None:
    name = f"{database_name(postgres_url)}_latin"
    do(postgres_url, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    try:
        assert "encoded as LATIN1" in refusal(old, f"{postgres_url}_latin")
    finally:
        postgres.drop_database(f"{postgres_url}_latin")


def test_a_role_that_may_not_make_tables_is_refused(old: Settings, postgres_url: str) -> None:
    role = f"meja_guest_{secrets.token_hex(4)}"
    do(postgres_url, f"CREATE ROLE {role} LOGIN", "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    try:
        said = refusal(old, postgres_url.replace("//meja@", f"//{role}@"))
    finally:
        do(postgres_url, f"DROP ROLE {role}")

    assert said == "Nothing was moved: permission denied for schema public."


def test_a_database_whose_guards_are_gone_is_no_place_to_move_to(old: Settings, postgres_url: str) -> None:
    upgrade(postgres_url)
    do(postgres_url, "ALTER TABLE postings DISABLE TRIGGER postings_append_only")

    assert "no ground for money: the database lets rows of postings be changed" in refusal(old, postgres_url)
    assert rows_in(postgres_url) == 0


def test_a_character_that_postgresql_cannot_hold_is_named_with_its_place(old: Settings, postgres_url: str) -> None:
    meddle(old, "UPDATE dishes SET description = 'pedas' || char(0) || '!' WHERE id = 3")

    said = refusal(old, postgres_url)

    assert said == "dishes.description holds a character zero, which PostgreSQL cannot, in the row 3: mend it first."
    assert tables_in(postgres_url) == set()


@pytest.mark.parametrize(
    ("meddling", "said"),
    [
        ("CREATE TABLE notes_of_mine (id INTEGER) STRICT", "notes_of_mine is none of Meja's"),
        ("UPDATE orders SET payment_status = 'failed' WHERE payment_status = 'paid'", "The books do not hold (paid_is"),
        ("UPDATE orders SET created_at = 'yesterday' WHERE id = 1", "The rows of orders cannot be moved: Invalid isof"),
        ("UPDATE visits SET serving = 'by drone'", "The rows of visits cannot be moved: 'by drone' is not"),
        ("UPDATE basket_lines SET option_ids = '[1,'", "The rows of basket_lines cannot be moved: Expecting value"),
        ("UPDATE staff SET name = CAST(x'ff41' AS TEXT)", "The rows of staff cannot be moved: Could not decode"),
    ],
)
def test_what_cannot_go_along_is_told_in_one_sentence_and_nothing_is_kept(
    old: Settings, postgres_url: str, meddling: str, said: str
) -> None:
    meddle(old, meddling)

    assert said in refusal(old, postgres_url)
    assert rows_in(postgres_url) == 0


# --- On the way ----------------------------------------------------------------------------------------------------


def hinder(url: str, table: str, act: str) -> None:
    """Let the new database do something to one row on its way in."""
    do(
        url,
        f"CREATE FUNCTION hinder() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {act} RETURN NEW; END $$",
        f"CREATE TRIGGER hinder BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION hinder()",
    )


@pytest.mark.parametrize(
    ("table", "act", "said"),
    [
        ("order_lines", "IF NEW.id = 2 THEN RETURN NULL; END IF;", "order_lines did not arrive whole: amount is"),
        ("events", "IF NEW.id = 3 THEN RETURN NULL; END IF;", "events did not arrive whole: "),
        ("shifts", "NEW.counted = NEW.counted + 1;", "shifts did not arrive whole: counted is"),
        (
            "postings",
            "NEW.account = CASE NEW.account WHEN 'tax' THEN 'service' ELSE NEW.account END;",
            "The ledger did not arrive whole: service is",
        ),
        (
            "orders",
            "IF NEW.payment_status = 'paid' THEN NEW.payment_status = 'failed'; END IF;",
            "The books do not hold in the new database (paid_is_a_sum",
        ),
        (
            "attempts",
            "IF NEW.id = 2 THEN RAISE EXCEPTION 'the disk is full'; END IF;",
            "The rows of attempts cannot be moved: the disk is full.",
        ),
        (
            "categories",
            "IF NEW.id = 1 THEN NEW.id = 100; END IF;",
            "The rows of dishes cannot be moved: insert or update",
        ),
    ],
)
def test_what_does_not_arrive_whole_is_not_kept_and_the_same_command_works_afterwards(
    old: Settings, postgres_url: str, table: str, act: str, said: str
) -> None:
    upgrade(postgres_url)
    hinder(postgres_url, table, act)

    assert refusal(old, postgres_url).startswith(said)
    assert rows_in(postgres_url) == 0

    do(postgres_url, f"DROP TRIGGER hinder ON {table}")
    move(old, postgres_url, system_clock())
    core = open_services(old.model_copy(update={"database_url": postgres_url}))
    assert [finding.name for finding in core.books.check() if not finding.holds] == []
    core.close()


def test_a_table_whose_next_id_would_be_taken_is_not_moved_into(old: Settings, postgres_url: str) -> None:
    upgrade(postgres_url)
    do(postgres_url, "ALTER SEQUENCE tickets_id_seq OWNED BY NONE")

    assert refusal(old, postgres_url).startswith("The next tickets would get the id 1, and ")
    assert rows_in(postgres_url) == 0


def meja(old: Settings, *arguments: str) -> "subprocess.Popen[str]":
    settings = {"MEJA_DATABASE_URL": old.database_url, "MEJA_DATA_DIR": str(old.data_dir)}
    command_line = [sys.executable, "-m", "core", *arguments]
    return subprocess.Popen(
        command_line, cwd=ROOT, env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def lines_to(url: str, *, that: str = "TRUE") -> int:
    """How many others are connected to a database."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    return int(query(url, f"{others} AND {that}")[0][0])


def test_killed_in_the_middle_nothing_is_kept_and_the_same_command_works_afterwards(
    old: Settings, postgres_url: str
) -> None:
    upgrade(postgres_url)
    hinder(postgres_url, "tickets", "PERFORM pg_sleep(1);")

    killed = meja(old, "move", "--to", postgres_url)
    assert soon(lambda: lines_to(postgres_url, that="query LIKE 'INSERT INTO tickets%'") == 1, seconds=60)
    # Another command than the server, say `meja menu import`: what it would write now would be left behind.
    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        meddle(old, "UPDATE dishes SET price = price + 1")
    killed.kill()
    killed.communicate(timeout=20)
    # PostgreSQL notices it when it next has something to say.
    assert soon(lambda: lines_to(postgres_url) == 0, seconds=60)
    assert rows_in(postgres_url) == 0

    do(postgres_url, "DROP TRIGGER hinder ON tickets")
    again = meja(old, "move", "--to", postgres_url)
    told, complaint = again.communicate(timeout=60)
    assert again.returncode == 0, complaint
    (orders,) = query(postgres_url, "SELECT count(*) FROM orders")[0]
    assert f"orders{orders:>26}\n" in told
