"""Lines that say nothing, half a sentence, or never listen take no order from anybody, behind the proxy and without it."""

from pathlib import Path

import pytest

from tests.chaos.idle_lines import hold
from tests.conftest import unavailable
from tests.servers import NoServer


@pytest.mark.serial
@pytest.mark.parametrize("behind_proxy", [True, False], ids=["behind the proxy", "without one"])
def test_who_orders_beside_them_is_answered(tmp_path: Path, *, behind_proxy: bool) -> None:
    # On SQLite alone: lines are no matter of the database.
    database_url = f"sqlite:///{tmp_path / 'meja.db'}"
    try:
        report = hold(database_url, tmp_path, lines=240, seconds=5, behind_proxy=behind_proxy)
    except NoServer as missing:
        unavailable(str(missing))

    # How long each took, and what the memory did, the long programme judges.
    assert report.refused == []
    assert report.found.faults == []
    assert len(report.seconds) == 5
    assert max(report.standing) > 200
    assert set(report.opened) == {"silent", "half a head", "never reads"}
