"""Any story that diners, staff, wallets, banks, the gateway, crashes and clocks can tell keeps the books true."""

import math
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Postgres, database_name
from tests.state.any_story import acts_on, tell
from tests.state.house import Street, memory_folder, open_street
from tests.state.near_simulator import NearSimulator, near_simulator
from tests.state.telling import Tally

STORIES = int(os.environ.get("MEJA_TEST_STORIES", "500"))
STEPS = int(os.environ.get("MEJA_TEST_STEPS", "50"))
_PARTS = {"sqlite": 6, "postgresql": 1}
"""Each is one test and tells as many stories: they spread over as many workers as there are."""


@pytest.fixture(scope="module")
def near() -> Iterator[NearSimulator]:
    with near_simulator() as simulator:
        yield simulator


@pytest.fixture
def street(request: pytest.FixtureRequest, near: NearSimulator) -> Iterator[Street]:
    """Restaurants of the kind of database that a share of the stories plays on."""
    if request.param.startswith("sqlite"):
        with memory_folder() as folder:
            path = Path(folder) / "furnished.db"
            shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
            with open_street(f"sqlite:///{path}", near) as street:
                yield street
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    template = postgres.create_database(database_name(request.getfixturevalue("migrated_postgres")))
    with open_street(template, near, postgres) as street:
        yield street
    postgres.drop_database(template)


@pytest.mark.timeout(max(1500, STORIES * STEPS // 20))
@pytest.mark.parametrize(
    "street", [f"{kind}-{part}" for kind, parts in _PARTS.items() for part in range(parts)], indirect=True
)
def test_any_story_keeps_the_books_true(street: Street) -> None:
    tally = Tally(acts_on(street))

    tell(street, tally, math.ceil(STORIES / sum(_PARTS.values())), STEPS)

    print(f"\n{tally}")  # noqa: T201 - the statistics are half of what this test is for
    assert not tally.idle, f"never had an effect: {tally.idle}\n{tally}"
