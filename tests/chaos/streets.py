"""Furnished restaurants on the fault programme's own databases, with the real simulator in this process."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos.databases import Databases
from tests.postgres import Postgres
from tests.state.house import Street, open_street
from tests.state.near_simulator import near_simulator


@contextmanager
def open_street_on(kind: str, databases: Databases) -> Iterator[Street]:
    """Have restaurants of a kind of database until the block ends."""
    postgres = Postgres.of_this_run() if kind == "postgresql" else None
    with near_simulator() as simulator, open_street(databases.fresh(kind), simulator, postgres) as street:
        yield street
