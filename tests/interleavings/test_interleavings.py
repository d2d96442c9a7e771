"""Cancel, pay, take cash, let run out, give back, look: in every order, each evening has exactly one story."""

import random
import shutil
import threading
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import pytest

from tests.interleavings.play import play
from tests.interleavings.table import Told, every_order
from tests.interleavings.threads import at_once
from tests.state.house import Street, memory_folder, open_street
from tests.state.near_simulator import near_simulator

_SLICES = 4
_RUNS = 100


@pytest.fixture(scope="module")
def street(migrated_sqlite: Path) -> Iterator[Street]:
    with memory_folder() as folder, near_simulator() as simulator:
        path = Path(folder) / "furnished.db"
        shutil.copy(migrated_sqlite, path)
        with open_street(f"sqlite:///{path}", simulator) as street:
            yield street


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(_SLICES))
def test_every_order_of_six_steps_has_exactly_one_story(street: Street, part: int) -> None:
    told = Told()
    orders: Sequence[tuple[str, ...]] = list(islice(every_order(), part, None, _SLICES))

    faults = play(street, orders, told)

    assert faults == []
    assert told.stories.total() == 720 // _SLICES
    assert len(told.stories) >= 5, str(told)


@pytest.mark.timeout(300)
def test_people_who_act_at_the_very_same_moment_have_one_story_as_well(street: Street) -> None:
    dice, told = random.Random(3), Told()

    faults = [fault for _ in range(_RUNS) for fault in at_once(street, dice, told)]

    assert faults == []
    assert told.stories.total() == _RUNS
    assert threading.active_count() < 40
