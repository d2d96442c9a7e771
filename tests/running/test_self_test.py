"""A server does not start on ground that does not hold: each promise is taken away once, and the start is refused."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import event, text

from core.base.build import BUILT_AT
from core.base.clock import system_clock
from core.base.database import Database
from core.base.settings import Settings
from core.events.models import Event
from core.migrations.guarded import APPEND_ONLY, KEPT, trigger_names
from core.outlets.models import Outlet
from core.services.self_test import SelfTestFailed, file_system_of, self_test
from core.services.trials import missing_triggers

HERE = Path(__file__).resolve().parents[2]


def settings_of(database_url: str, place: Path, **more: Any) -> Settings:
    return Settings(_env_file=None, database_url=database_url, data_dir=place, **more)


def refusal(database_url: str, place: Path, *, prepare: Callable[[Database], None] | None = None) -> str:
    """What the start says; empty when it is let through."""
    database = Database(database_url)
    if prepare is not None:
        prepare(database)
    try:
        self_test(database, settings_of(database_url, place), system_clock())
    except SelfTestFailed as refused:
        return str(refused)
    finally:
        database.close()
    return ""


def break_it(database_url: str, statement: str) -> None:
    """Take a promise away, as a hand with a console could."""
    database = Database(database_url)
    with database.write() as session:
        session.execute(text(statement))
    database.close()


def drop_trigger(database_url: str, on_sqlite: str, on_postgres: str, table: str) -> None:
    drop = (
        f"DROP TRIGGER {on_sqlite}" if database_url.startswith("sqlite") else f"DROP TRIGGER {on_postgres} ON {table}"
    )
    break_it(database_url, drop)


def test_sound_ground_is_let_through_and_nothing_of_the_trials_stays(database_url: str, tmp_path: Path) -> None:
    assert refusal(database_url, tmp_path) == ""
    database = Database(database_url)
    with database.read() as session:
        assert session.query(Outlet).count() == 0
        assert session.query(Event).count() == 0
    database.close()


def test_the_proof_costs_no_second(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    spans = []
    for _ in range(3):
        began = time.perf_counter()
        self_test(database, settings_of(database_url, tmp_path), system_clock())
        spans.append(time.perf_counter() - began)
    database.close()
    # A seventh of a second on a quiet machine; here others may use it too.
    assert min(spans) < 1, spans


def test_a_trigger_that_a_migration_makes_is_missed_when_it_is_gone(database: Database) -> None:
    """A guard that is made and not named would be lost without a word."""
    made = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if not database.is_sqlite:
        made = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with database.read() as session:
        assert set(session.scalars(text(made))) == trigger_names(is_sqlite=database.is_sqlite)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("act", ["update", "delete"])
def test_history_that_can_be_changed_is_not_served(database_url: str, tmp_path: Path, table: str, act: str) -> None:
    drop_trigger(database_url, f"{table}_no_{act}", f"{table}_append_only", table)
    assert f"rows of {table} be " in refusal(database_url, tmp_path)


@pytest.mark.parametrize("table", KEPT)
def test_rows_of_money_that_can_be_deleted_are_not_served(database_url: str, tmp_path: Path, table: str) -> None:
    drop_trigger(database_url, f"{table}_no_delete", f"{table}_kept", table)
    assert table in refusal(database_url, tmp_path)


@pytest.mark.parametrize(
    ("trigger", "table", "act"),
    [
        ("entries_guard", "entries", "does not sum to zero"),
        ("postings_guard", "postings", "a complete entry grow"),
        ("orders_steps", "orders", "an unpaid order be served"),
        ("attempts_guard", "attempts", "an attempt have a misshapen reference"),
        ("attempts_fixed", "attempts", "an attempt change its amount"),
        ("attempts_steps", "attempts", "an attempt take any step"),
        ("refunds_guard", "refunds", "a refund be above its payment"),
        ("refunds_capped", "refunds", "a refund grow"),
        ("refunds_steps", "refunds", "a refund be taken back"),
        ("settlement_breaks_steps", "settlement_breaks", "a settlement break take any step"),
    ],
)
def test_a_guard_that_is_gone_is_named(database_url: str, tmp_path: Path, trigger: str, table: str, act: str) -> None:
    drop_trigger(database_url, trigger, trigger, table)
    assert act in refusal(database_url, tmp_path)


def test_a_guard_that_is_there_and_called_off_on_postgresql_is_missed(database: Database) -> None:
    if database.is_sqlite:
        return
    with database.write() as session:
        session.execute(text("ALTER TABLE refunds DISABLE TRIGGER refunds_capped"))
    assert missing_triggers(database) == ["refunds_capped"]


def test_a_table_that_a_migration_copied_without_its_guards_is_not_served(database_url: str, tmp_path: Path) -> None:
    if not sqlite_only(database_url):
        return
    database = Database(database_url)
    with database.write_on_a_line() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("refunds", recreate="always") as batch:
            batch.alter_column("reason", server_default="")
        connection.commit()
    database.close()
    assert "its guards are gone" in refusal(database_url, tmp_path)


def test_an_order_that_could_have_two_open_attempts_is_not_served(database_url: str, tmp_path: Path) -> None:
    break_it(database_url, "DROP INDEX uq_attempts_one_open_per_order")
    assert "two open attempts" in refusal(database_url, tmp_path)


def sqlite_only(database_url: str) -> bool:
    return database_url.startswith("sqlite")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("ALTER TABLE dishes DROP CONSTRAINT ck_dishes_portions_not_negative", "portions fall below zero"),
        ("ALTER TABLE dishes DROP CONSTRAINT fk_dishes_category_id_categories", "a row belong to nothing"),
        ("ALTER TABLE events DISABLE TRIGGER ALL", "rows of events be changed"),
    ],
)
def test_a_constraint_that_was_dropped_on_postgresql_is_named(
    database_url: str, tmp_path: Path, statement: str, said: str
) -> None:
    if sqlite_only(database_url):
        return
    break_it(database_url, statement)
    assert said in refusal(database_url, tmp_path)


@pytest.mark.parametrize(
    ("pragma", "said"),
    [
        ("journal_mode=DELETE", "journal_mode = delete instead of wal"),
        ("synchronous=NORMAL", "synchronous = 1 instead of 2"),
        ("foreign_keys=OFF", "foreign_keys = 0"),
        ("recursive_triggers=OFF", "recursive_triggers = 0"),
        ("trusted_schema=ON", "trusted_schema = 1"),
        ("ignore_check_constraints=ON", "portions fall below zero"),
    ],
)
def test_a_setting_that_is_not_in_force_on_sqlite_is_named(
    database_url: str, tmp_path: Path, pragma: str, said: str
) -> None:
    if not sqlite_only(database_url):
        return

    def meddle(database: Database) -> None:
        event.listen(database.engine, "connect", lambda dbapi, _: dbapi.execute(f"PRAGMA {pragma}"))

    assert said in refusal(database_url, tmp_path, prepare=meddle)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("lock_timeout = 0", "lock_timeout = 0"),
        ("statement_timeout = 0", "statement_timeout = 0"),
        ("idle_in_transaction_session_timeout = 0", "idle_in_transaction_session_timeout = 0"),
        ("default_transaction_isolation = 'serializable'", "transaction_isolation = serializable"),
        ("session_replication_role = 'replica'", "session_replication_role = replica"),
    ],
)
def test_a_setting_that_is_not_in_force_on_postgresql_is_named(
    database_url: str, tmp_path: Path, setting: str, said: str
) -> None:
    if sqlite_only(database_url):
        return

    def meddle(database: Database) -> None:
        def set_it(dbapi: Any, _record: object) -> None:
            dbapi.execute(f"SET {setting}")
            dbapi.commit()

        event.listen(database.engine, "connect", set_it)

    assert said in refusal(database_url, tmp_path, prepare=meddle)


def test_postgresql_that_forgets_at_a_power_cut_is_not_served_in_production(database_url: str, tmp_path: Path) -> None:
    """The tests' own server does not sync, which is what a test must do and a restaurant may not."""
    if sqlite_only(database_url):
        return
    production = settings_of(
        database_url,
        tmp_path,
        environment="production",
        secret_key="s" * 40,
        midtrans_environment="production",
        midtrans_server_key="Mid-server-x",
    )
    database = Database(database_url)
    with pytest.raises(SelfTestFailed, match=r"a power cut would lose payments|fsync = off"):
        self_test(database, production, system_clock())
    database.close()


def test_a_table_that_takes_any_value_is_not_served(database_url: str, tmp_path: Path) -> None:
    if not sqlite_only(database_url):
        return
    break_it(database_url, "CREATE TABLE lax (anything)")
    assert "the table lax is not STRICT" in refusal(database_url, tmp_path)


def file_of(database_url: str) -> Path:
    return Path(database_url.removeprefix("sqlite:///"))


def test_a_file_with_a_broken_page_is_not_served(database_url: str, tmp_path: Path) -> None:
    if not sqlite_only(database_url):
        return
    file = file_of(database_url)
    with sqlite3.connect(file) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'orders'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with file.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(os.urandom(200))
    assert "damaged" in (said := refusal(database_url, tmp_path)) or "malformed" in said


def test_a_file_that_is_no_database_is_not_served(database_url: str, tmp_path: Path) -> None:
    if not sqlite_only(database_url):
        return
    file_of(database_url).write_bytes(b"Not what it was. " * 400)
    assert "not a database" in refusal(database_url, tmp_path)


def test_a_file_that_cannot_be_written_is_not_served(database_url: str, tmp_path: Path) -> None:
    if not sqlite_only(database_url):
        return

    def meddle(database: Database) -> None:
        event.listen(database.engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA query_only=ON"))

    said = refusal(database_url, tmp_path, prepare=meddle)
    assert "cannot be written" in said
    assert "readonly" in said


def test_a_check_that_would_take_too_long_is_left_to_the_backup(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not sqlite_only(database_url):
        return
    monkeypatch.setattr("core.services.self_test.CHECK_SECONDS", -1.0)
    with sqlite3.connect(file_of(database_url)) as connection:
        connection.execute("CREATE TABLE many (n INTEGER) STRICT")
        connection.executemany("INSERT INTO many VALUES (?)", ((n,) for n in range(50_000)))
    connection.close()
    assert refusal(database_url, tmp_path) == ""
    assert "start.file_too_large_to_check" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_named(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    assert "MEJA_DATA_DIR" in refusal(database_url, tmp_path / "a file" / "data")


def test_a_clock_from_before_the_program_was_built_is_not_believed(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    with pytest.raises(SelfTestFailed, match="before this program was built"):
        self_test(database, settings_of(database_url, tmp_path), BUILT_AT - timedelta(seconds=1))
    database.close()


def test_no_build_is_from_the_future() -> None:
    assert datetime.now(UTC) > BUILT_AT


@pytest.mark.parametrize(("path", "kind"), [("/srv/meja/var/meja.db", "nfs4"), ("/srv/other", "ext4"), ("/", "ext4")])
def test_a_network_share_is_seen(path: str, kind: str) -> None:
    mounts = "/dev/sda1 / ext4 rw 0 0\nnas:/x /srv/meja nfs4 rw 0 0\nodd\n"
    assert file_system_of(Path(path), mounts) == kind


def test_a_database_on_a_network_share_is_not_served(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sqlite_only(database_url):
        return
    mounts = tmp_path / "mounts"
    mounts.write_text(f"nas:/x {file_of(database_url).parent.resolve()} cifs rw 0 0\n")
    monkeypatch.setattr("core.services.self_test._MOUNTS", mounts)
    assert "lies on a network share (cifs)" in refusal(database_url, tmp_path)
    monkeypatch.setattr("core.services.self_test._MOUNTS", tmp_path / "none")
    assert refusal(database_url, tmp_path) == ""


def test_the_command_says_one_sentence_and_does_not_serve(database_url: str, tmp_path: Path) -> None:
    drop_trigger(database_url, "events_no_delete", "events_append_only", "events")
    done = subprocess.run(
        [sys.executable, "-m", "core", "serve", "--port", "0"],
        cwd=HERE,
        env=os.environ | {"MEJA_DATABASE_URL": database_url, "MEJA_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "rows of events be" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
