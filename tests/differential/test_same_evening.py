"""The same evening on SQLite and on PostgreSQL: nobody can tell from anything that is said or shown which one it was."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.differential.compare import Pair, differences, opened
from tests.postgres import Postgres, database_name
from tests.state.house import memory_folder, open_street
from tests.state.near_simulator import near_simulator

EVENINGS = 40


@pytest.fixture(scope="module")
def pair(migrated_sqlite: Path, postgres: Postgres, migrated_postgres: str) -> Iterator[Pair]:
    template = postgres.create_database(database_name(migrated_postgres))
    with memory_folder() as folder, near_simulator() as simulator:
        path = Path(folder) / "furnished.db"
        shutil.copy(migrated_sqlite, path)
        with (
            open_street(f"sqlite:///{path}", simulator) as sqlite,
            open_street(template, simulator, postgres) as postgresql,
        ):
            yield Pair(sqlite, postgresql)
    postgres.drop_database(template)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("first", range(0, EVENINGS, 10))
def test_nobody_can_tell_which_database_keeps_the_books(pair: Pair, first: int) -> None:
    found = {seed: differences(pair, seed) for seed in range(first, first + 10)}

    assert {seed: lines for seed, lines in found.items() if lines} == {}


def test_the_evenings_have_something_to_show(pair: Pair) -> None:
    told = [opened(pair.sqlite, seed) for seed in range(16)]

    assert sum(len(evening["orders"]) for evening in told) > 10
    assert {kind for evening in told for kind, _ in evening["entries"]} >= {"float", "settle", "cash", "refund"}
