"""Whoever pulls the plug while a database is brought up to date finds the old one whole, and the same command works."""

import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from core.base.database import Database, Record
from core.base.settings import Settings
from core.migrations import is_current, upgrade
from core.services import open_services
from tests.chaos.crash_points import missing_tool
from tests.chaos.databases import environment
from tests.conftest import unavailable
from tests.migrations.dying import migrate
from tests.migrations.shape import contents_of, shape_of
from tests.migrations.test_0002_money_that_goes_back import fill_old_shop
from tests.web.patience import soon

STRIDE = 6
"""Of the moments, one in so many is the last one; which of them differs from run to run."""
LAST = 5
"""Moments that are never left out: the end of the last migration, and the commit of them all."""
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def make_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Give out addresses of databases with nothing in them, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield lambda name: f"sqlite:///{tmp_path / name}.db"
        return
    postgres = request.getfixturevalue("postgres")
    made: list[str] = []

    def make(_name: str) -> str:
        made.append(postgres.create_database())
        return made[-1]

    yield make
    for url in made:
        postgres.drop_database(url)


def the_same_as_if_nothing_had_happened(url: str, twin: str) -> None:
    """Compare with a database that was filled alike and brought up to date in peace."""
    assert is_current(url)
    assert shape_of(url) == shape_of(twin)
    assert contents_of(url) == contents_of(twin)
    database = Database(url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Record.metadata) == []
    database.close()
    core = open_services(Settings(_env_file=None, database_url=url, midtrans_core_url="http://127.0.0.1:9"))
    assert [finding.name for finding in core.books.check() if not finding.holds] == []
    core.close()


@pytest.mark.timeout(240)
def test_killed_at_any_statement_the_old_shape_is_whole_and_the_next_try_works(make_url: Callable[[str], str]) -> None:
    url, twin, fresh = make_url("killed"), make_url("twin"), make_url("fresh")
    for old in (url, twin):
        fill_old_shop(old)
    before = shape_of(url), contents_of(url)
    _, moments = migrate(twin)
    upgrade(fresh)
    points = sorted({*range(random.randint(1, STRIDE), moments, STRIDE), *range(moments - LAST, moments + 1)})

    died = 0
    for moment in points:
        code, _ = migrate(url, until=moment)
        assert code == -signal.SIGKILL, (moment, code)
        died += 1
        if is_current(url):
            break  # It was killed after the commit.
        assert (shape_of(url), contents_of(url)) == before, f"killed at moment {moment} of {moments}"
    upgrade(url)

    assert died > moments // STRIDE - 1
    the_same_as_if_nothing_had_happened(url, twin)
    assert shape_of(url) == shape_of(fresh)


def meja_migrate(url: str, folder: Path, *under: str) -> "subprocess.Popen[bytes]":
    command = [*under, sys.executable, "-m", "core", "migrate"]
    settings = environment(url, folder, "http://127.0.0.1:9")
    return subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def ends(process: "subprocess.Popen[bytes]") -> int:
    _, complaint = process.communicate(timeout=60)
    assert process.returncode in {0, -signal.SIGKILL}, complaint
    return process.returncode


_CALLS = "pwrite64,fdatasync"


def writes_of(url: str, folder: Path) -> list[tuple[str, str]]:
    """Bring a file up to date, and list every call that wrote to it or synced it, with the file's ending."""
    told = folder / "calls"
    assert ends(meja_migrate(url, folder, "strace", "-f", "-y", "-o", str(told), "-e", f"trace={_CALLS}")) == 0
    return re.findall(r"(pwrite64|fdatasync)\(\d+<\S*?\.(db[a-z-]*)>", told.read_text())


@pytest.mark.timeout(300)
def test_killed_at_any_write_to_the_disk_the_file_is_whole_and_the_next_try_works(tmp_path: Path) -> None:
    if missing := missing_tool():
        unavailable(missing)
    old, twin = tmp_path / "old.db", f"sqlite:///{tmp_path / 'twin.db'}"
    fill_old_shop(f"sqlite:///{old}")
    shutil.copy(old, tmp_path / "twin.db")
    before = shape_of(f"sqlite:///{old}"), contents_of(f"sqlite:///{old}")
    calls = writes_of(twin, tmp_path)
    # Into the log, from there into the file, and the moments at which either is said to be safe.
    kinds = [("pwrite64", "db-wal"), ("pwrite64", "db"), ("fdatasync", "db-wal"), ("fdatasync", "db")]
    for call, ending in kinds:
        of_this_call = [where for what, where in calls if what == call]
        nth = random.choice([n for n, where in enumerate(of_this_call, start=1) if where == ending])
        url = f"sqlite:///{tmp_path / 'killed.db'}"
        shutil.copy(old, tmp_path / "killed.db")
        inject = f"inject={call}:signal=KILL:when={nth}"

        died = meja_migrate(
            url, tmp_path, "strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject
        )
        assert ends(died) == -signal.SIGKILL
        # Looking makes SQLite read what is left of the log.
        if not is_current(url):
            assert (shape_of(url), contents_of(url)) == before, (call, ending, nth)
        assert migrate(url)[0] == 0

        the_same_as_if_nothing_had_happened(url, twin)
        for leftover in tmp_path.glob("killed.db*"):
            leftover.unlink()


def test_killed_while_postgresql_is_in_the_middle_of_a_statement_the_old_shape_is_whole(
    postgres_url: str, tmp_path: Path
) -> None:
    fill_old_shop(postgres_url)
    before = shape_of(postgres_url), contents_of(postgres_url)
    plain = postgres_url.replace("+psycopg", "", 1)
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    waiting = f"{others} AND wait_event_type = 'Lock' AND query LIKE 'ALTER TABLE%'"

    with psycopg.connect(plain) as holder, psycopg.connect(plain, autocommit=True) as watcher:
        holder.execute("LOCK TABLE money_cases IN ACCESS SHARE MODE")
        migrating = meja_migrate(postgres_url, tmp_path)
        assert soon(lambda: watcher.execute(waiting).fetchone() == (1,), seconds=60)
        migrating.kill()
        ends(migrating)
        holder.rollback()
        # PostgreSQL carries the statement out, and notices when it has something to say.
        assert soon(lambda: watcher.execute(others).fetchone() == (1,), seconds=60)
    assert (shape_of(postgres_url), contents_of(postgres_url)) == before

    assert ends(meja_migrate(postgres_url, tmp_path)) == 0
    assert is_current(postgres_url)
