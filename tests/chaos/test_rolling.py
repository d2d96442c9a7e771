"""A new version goes in while guests order: one copy after the other, and nobody loses anything."""

from pathlib import Path

import pytest

from tests.chaos.rolling import roll
from tests.conftest import unavailable
from tests.servers import NoServer


@pytest.mark.serial
def test_restarted_in_turns_two_copies_lose_and_double_no_step(tmp_path: Path) -> None:
    try:
        report = roll(tmp_path, seconds=12)
    except NoServer as missing:
        unavailable(str(missing))

    assert report.faults == []
    assert report.restarts >= 2
    assert report.found.paid_at_the_gateway > 0
    assert report.told.cash
    assert report.told.steps
