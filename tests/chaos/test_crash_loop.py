"""The program is killed while people order and pay: nothing acknowledged is lost, nothing is doubled."""

import os
from pathlib import Path

import pytest

from tests.chaos.crash_loop import run


@pytest.mark.serial
@pytest.mark.timeout(180)
def test_killed_three_times_under_load_the_books_agree_with_the_gateway(database_url: str, tmp_path: Path) -> None:
    report = run(3, database_url, tmp_path)

    assert report.is_clean, report
    assert report.kills == 3
    assert report.acknowledged
    assert report.paid_at_the_gateway > 0


@pytest.mark.chaos
@pytest.mark.serial
def test_killed_for_as_long_as_asked_the_books_agree_with_the_gateway(database_url: str, tmp_path: Path) -> None:
    kills = int(os.environ.get("MEJA_CHAOS_MINUTES", "10")) * 10
    report = run(kills, database_url, tmp_path)

    print(report)  # noqa: T201 - the figures are what was asked for
    assert report.is_clean, report
