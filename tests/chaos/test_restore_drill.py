"""The machine burns, the copy of this morning is brought back: what was paid since is found, or listed for a person."""

from pathlib import Path

import pytest

from tests.chaos.restore_drill import drill


@pytest.mark.serial
def test_after_an_old_copy_every_payment_is_found_or_stands_on_the_money_page(
    database_url: str, tmp_path: Path
) -> None:
    report = drill(database_url, tmp_path)

    assert report.faults == []
    assert report.found_by_restore == report.paid_late > 0
    assert report.paid_lost >= report.told_again > 0
    assert report.unmatched == report.told_again
    assert "were paid since it was kept" in report.said
    # Only the payments that the copy has never heard of are missing, and that is said.
    assert "1 things are not as they must be" in report.said
