"""What every test may ask for."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

import pytest
import redis
from hypothesis import settings

from core import migrations
from core.base.database import Database
from core.migrations import upgrade
from tests import servers
from tests.engines import share_what_is_learned
from tests.one_loop import answering_on_one_loop
from tests.plain_logs import write_plain_tracebacks
from tests.postgres import Postgres, database_name
from tests.running_program import Program, running_program
from tests.running_simulator import Simulator, running_simulator
from tests.shop import Shop, open_shop
from tests.templates import share_what_is_compiled

# A shell in which other programs are traced is not to collect the traces of tests.
for _name in [name for name in os.environ if name.startswith("OTEL_")]:
    del os.environ[_name]
# No test fails because the machine was busy: hypothesis would have each example done within 200 ms.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")

# The first process of a run names it, so that those it starts share its servers.
servers.open_run()
share_what_is_learned()
share_what_is_compiled()
write_plain_tracebacks()


def unavailable(reason: str) -> NoReturn:
    """Skip the test, or fail it where nothing may be missing (MEJA_TEST_REQUIRE_ALL=1)."""
    if os.environ.get("MEJA_TEST_REQUIRE_ALL") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def one_loop() -> Iterator[None]:
    """Answer on one event loop as long as this process plays tests."""
    with answering_on_one_loop():
        yield


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    """The test run's PostgreSQL."""
    try:
        return Postgres.of_this_run()
    except servers.NoServer as missing:
        unavailable(str(missing))


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The address of an empty PostgreSQL database of the test's own."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture
def redis_url() -> str:
    """The address of an empty Redis that no test of another process can hear."""
    try:
        url = servers.server_address("redis", share=os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    except servers.NoServer as missing:
        unavailable(str(missing))
    with redis.Redis.from_url(url) as client:
        client.flushall()
    return url


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> Iterator[str]:
    """A migrated database that others are copied from; the run's own server has one for all its processes."""
    if postgres.ends_with_the_run:
        yield servers.made_once(f"migrated-postgres-{_shape()}", lambda: _migrated(postgres.create_database()))
        return
    url = _migrated(postgres.create_database())
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="session")
def migrated_sqlite() -> Path:
    """A migrated database file that others are copied from; there is one in a run."""
    return Path(servers.made_once(f"migrated-sqlite-{_shape()}", _migrated_file))


def _migrated_file() -> str:
    path = servers.open_run()[0] / f"migrated-{_shape()}.db"
    _migrated(f"sqlite:///{path}")
    # Everything into the one file: a copy of it must not need the write-ahead log.
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return str(path)


def _shape() -> str:
    """Tell this source's migrations from those of another: a run may play on several copies of it, one of them broken."""
    sources = sorted(Path(migrations.__file__).parent.rglob("*.py"))
    return sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]


def _migrated(url: str) -> str:
    upgrade(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database: the test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "meja.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = postgres.create_database(database_name(request.getfixturevalue("migrated_postgres")))
    yield url
    postgres.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with nothing in it, not even tables: on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def simulator_server() -> Iterator[Simulator]:
    with running_simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(simulator_server: Simulator) -> Simulator:
    """The Midtrans simulator over real HTTP, with nothing in its book. It notifies nobody unless told to."""
    simulator_server.reset()
    return simulator_server


@pytest.fixture
def shop(database_url: str, simulator: Simulator) -> Iterator[Shop]:
    """A whole restaurant, on both databases. Its books must hold when the test is over."""
    shop = open_shop(database_url, simulator)
    yield shop
    try:
        shop.check_books()
    finally:
        shop.core.close()


@pytest.fixture
def program(database_url: str, simulator: Simulator) -> Iterator[Program]:
    """The whole program over HTTP, on both databases. Its books must hold when the test is over."""
    with running_program(database_url, simulator) as program:
        yield program
        program.shop.check_books()
