"""Wherever the program dies on an order's way, what it had said stands, and money and kitchen agree afterwards."""

import random
from pathlib import Path

import pytest

from tests.chaos.crash_points import die_everywhere, missing_tool
from tests.chaos.killed_at import POINTS
from tests.conftest import unavailable

SYNCS = 6
_EARLY = 60
"""Later syncs need more orders than a test has time for; the long programme goes to 400."""


@pytest.mark.timeout(480)
def test_killed_at_each_named_point_nothing_is_lost_or_doubled(database_url: str, tmp_path: Path) -> None:
    # Half of them on each database; the long programme plays all of them on both.
    mine = POINTS[0::2] if database_url.startswith("sqlite") else POINTS[1::2]

    report = die_everywhere(database_url, tmp_path, points=[(point, 1) for point in mine])

    assert report.faults == []
    assert report.points == len(mine)
    assert report.found.paid_at_the_gateway > 0


@pytest.mark.timeout(480)
def test_killed_at_any_sync_to_the_disk_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    if missing := missing_tool():
        unavailable(missing)
    syncs = random.sample(range(1, _EARLY + 1), SYNCS)

    report = die_everywhere(f"sqlite:///{tmp_path}/meja.db", tmp_path, syncs=syncs)

    assert report.faults == [], syncs
    assert report.syncs == SYNCS, syncs
