"""The program is killed while people order and pay: nothing acknowledged is lost, nothing is doubled."""

from pathlib import Path

import pytest

from tests.chaos.crash_loop import run


@pytest.mark.serial
@pytest.mark.timeout(180)
def test_killed_three_times_under_load_the_books_agree_with_the_gateway(database_url: str, tmp_path: Path) -> None:
    report = run(3, database_url, tmp_path)

    assert report.is_clean, report
    assert report.kills == 3
    assert report.told.orders
    assert report.found.paid_at_the_gateway > 0
