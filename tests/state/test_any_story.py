"""Any story that diners, staff, wallets, banks, the gateway, crashes and clocks can tell keeps the books true."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.postgres import Postgres, database_name
from tests.state.any_story import AnyStory, told
from tests.state.house import Street, memory_folder, open_street
from tests.state.near_simulator import NearSimulator, near_simulator

STORIES = int(os.environ.get("MEJA_TEST_STORIES", "500"))
STEPS = int(os.environ.get("MEJA_TEST_STEPS", "50"))
_SHARES = {"sqlite-1": 0.4, "sqlite-2": 0.4, "postgresql": 0.2}
ONLY_BESIDE = "the_other_process_takes_over"
"""An act that SQLite never allows."""


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


def tell_stories(machine: type[AnyStory], stories: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


@pytest.mark.timeout(max(600, STORIES * STEPS // 40))
@pytest.mark.parametrize("street", list(_SHARES), indirect=True)
def test_any_story_keeps_the_books_true(street: Street, request: pytest.FixtureRequest) -> None:
    machine = told(street)

    tell_stories(machine, round(STORIES * _SHARES[request.node.callspec.id]), STEPS)

    print(f"\n{machine.tally}")  # noqa: T201 - the statistics are half of what this test is for
    without_effect = set(machine.tally.idle) - ({ONLY_BESIDE} if street.postgres is None else set())
    assert not without_effect, f"never had an effect: {without_effect}\n{machine.tally}"
