"""Disks fill and break, servers stop and freeze: nothing is acknowledged that is not there later."""

from pathlib import Path

import pytest

from tests.chaos.frozen_gateway import freeze_under_load
from tests.chaos.storage import Row, strike_servers, strike_sqlite
from tests.chaos.storage_faults import NoSuchFault
from tests.conftest import unavailable
from tests.servers import NoServer


def _hold_to_the_promise(rows: list[Row]) -> None:
    assert [str(row) for row in rows if row.faults or row.missing] == []
    assert all(row.times == 1 for row in rows)


@pytest.mark.serial
def test_a_full_broken_slow_or_locked_disk_or_no_memory_loses_nothing_that_was_confirmed(tmp_path: Path) -> None:
    try:
        rows = strike_sqlite(tmp_path)
    except NoSuchFault as missing:
        unavailable(str(missing))

    assert len(rows) == 5
    _hold_to_the_promise(rows)


@pytest.mark.serial
def test_a_database_or_a_redis_that_stops_or_freezes_loses_nothing_that_was_confirmed(tmp_path: Path) -> None:
    try:
        rows = strike_servers(tmp_path)
    except NoServer as missing:
        unavailable(str(missing))

    assert len(rows) == 6
    _hold_to_the_promise(rows)
    # How soon is for the long programme to say, on a machine that does nothing else.
    assert max(row.recover_seconds for row in rows) < 30


@pytest.mark.serial
def test_with_a_frozen_gateway_the_menu_opens_and_cash_is_taken(tmp_path: Path) -> None:
    report = freeze_under_load(f"sqlite:///{tmp_path}/meja.db", tmp_path, rounds=1)

    assert report.faults == []
    assert report.cash_orders[True] > 0
    # How much slower is a figure of the long programme; here only that menus do not wait for a gateway that takes six seconds.
    assert report.median(is_frozen=True) < 4_000
