"""PostgreSQL stands still while guests wait for it: whoever watches the program is told so in time, again and again."""

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from core.cli.serving import DATABASE_AWAY
from core.migrations import upgrade
from tests.chaos.own_servers import Cluster, own_cluster
from tests.chaos.serving import ROOT, SERVE, Copy, copy_of_the_program
from tests.conftest import unavailable
from tests.servers import NoServer
from tests.web.patience import soon

A_COLLECTOR_WAITS = 8.0
"""Seconds. Prometheus waits for ten, and the machine of the tests may be busy."""


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    try:
        with own_cluster() as cluster:
            upgrade(cluster.url)
            yield cluster
    except NoServer as missing:
        unavailable(str(missing))


@pytest.fixture
def copy(cluster: Cluster, tmp_path: Path) -> Iterator[Copy]:
    copy = copy_of_the_program(cluster.url, "http://127.0.0.1:1", tmp_path)
    copy.start()
    yield copy
    copy.kill()


@pytest.mark.serial
def test_a_silent_database_is_told_in_time_however_many_wait_for_it(cluster: Cluster, copy: Copy) -> None:
    def be_a_guest() -> None:
        with suppress(requests.RequestException):
            requests.get(f"{copy.address}/t/nobody-has-such-a-table", timeout=60)

    guests = [threading.Thread(target=be_a_guest, daemon=True) for _ in range(24)]
    cluster.freeze()
    try:
        for guest in guests:
            guest.start()
        # More looks than there are threads for them: none may keep one.
        for _ in range(4):
            began = time.monotonic()
            ready = requests.get(f"{copy.address}/readyz", timeout=A_COLLECTOR_WAITS)
            figures = requests.get(f"{copy.address}/metrics", timeout=A_COLLECTOR_WAITS).text
            assert ready.status_code == 503
            assert ready.json()["checks"]["database"] == "does not answer in time"
            assert "meja_database_answers 0.0" in figures
            assert "meja_requests_total" in figures
            assert time.monotonic() - began < 2 * A_COLLECTOR_WAITS
    finally:
        cluster.thaw()
    assert soon(lambda: requests.get(f"{copy.address}/readyz", timeout=A_COLLECTOR_WAITS).ok, 60)
    assert "meja_database_answers 1.0" in requests.get(f"{copy.address}/metrics", timeout=A_COLLECTOR_WAITS).text


@pytest.mark.serial
def test_a_start_on_a_silent_database_is_given_up_and_may_be_repeated(cluster: Cluster, tmp_path: Path) -> None:
    copy = copy_of_the_program(cluster.url, "http://127.0.0.1:1", tmp_path)
    cluster.freeze()
    try:
        done = subprocess.run(SERVE, env=copy.environment, cwd=ROOT, timeout=90, capture_output=True, check=False)
    finally:
        cluster.thaw()

    assert done.returncode == DATABASE_AWAY
    assert b"the database does not answer" in done.stderr
