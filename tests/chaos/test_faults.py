"""Whatever the line to the gateway does: pages stay honest, and when it is good again the books agree."""

import pytest

from tests.chaos.faults import FAULTS, TENTH, play_once
from tests.chaos.gateway_calls import CALLS


@pytest.mark.serial
@pytest.mark.timeout(180)
def test_every_fault_against_every_call_leaves_honest_pages_and_true_books(database_url: str) -> None:
    done = play_once(database_url, TENTH)

    assert done.broken == []
    assert done.runs == len(FAULTS) * len(CALLS)
    # Six seconds are promised, and measured by `make chaos` on a machine of its own; here others use it too.
    assert done.slowest_page <= 20
    assert done.struck >= done.runs // 2
