"""What every test may ask for."""

import os
from collections.abc import Iterator
from typing import NoReturn

import pytest
import redis

from tests import servers
from tests.postgres import Postgres

# The first process of a run names it, so that those it starts share its servers.
servers.open_run()


def unavailable(reason: str) -> NoReturn:
    """Skip the test, or fail it where nothing may be missing (MEJA_TEST_REQUIRE_ALL=1)."""
    if os.environ.get("MEJA_TEST_REQUIRE_ALL") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


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
