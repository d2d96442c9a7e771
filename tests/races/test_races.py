"""Two people want something of the same order at once: whoever is first, no rupiah is lost, doubled or hidden."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.races.moments import SIDES, Moment
from tests.races.race import Score, race
from tests.races.scenes import PAIRS, SCENES, Setting
from tests.state.house import Street, memory_folder, open_street
from tests.state.near_simulator import near_simulator

_EVERY = 4
"""How many of the pairs each change runs one of; the fault programme runs all, on both databases."""


@pytest.fixture(scope="module")
def street(migrated_sqlite: Path) -> Iterator[Street]:
    with memory_folder() as folder, near_simulator() as simulator:
        path = Path(folder) / "furnished.db"
        shutil.copy(migrated_sqlite, path)
        with open_street(f"sqlite:///{path}", simulator) as street:
            yield street


@pytest.mark.timeout(300)
@pytest.mark.parametrize("setting", list(SCENES), ids=lambda setting: setting.__name__)
def test_a_rival_who_comes_just_before_or_just_after_breaks_nothing(street: Street, setting: Setting) -> None:
    score = Score()

    lost = [
        race(street, setting, first, second, Moment(side, 1), score)
        for number, (where, first, second) in enumerate(PAIRS)
        for side in SIDES
        if where is setting and number % _EVERY == 0
    ]

    assert [str(one) for one in lost if one] == []
    assert score.met > 0


def test_there_are_enough_pairs() -> None:
    assert len(PAIRS) // _EVERY >= 60
