"""How often an order asks the database on its way: each time is processor time here, and on PostgreSQL a way there and back."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from core.base.database import Database
from core.orders.models import Order
from core.services.job_queue import Job
from tests.postgres import Postgres
from tests.running_simulator import Simulator
from tests.shop import Shop, notification, open_shop

_WAY = re.compile(r"^[^\t]*\tF\t\d+\t(?:Sync|Query)\b", re.MULTILINE)
"""Of the lines in which libpq tells what it sends, those after which it waits for the answer."""
BUDGET = {
    "place": (12, 10, 11),
    "lease": (3, 3, 4),
    "charge": (5, 5, 6),
    "look": (4, 4, 5),
    "stage": (1, 1, 1),
    "receive": (2, 2, 3),
    "settle": (15, 14, 15),
    "nothing to do": (1, 1, 1),
}
"""Questions on SQLite, which tells the number of one new row at a time only; on PostgreSQL; and ways there and back: the
questions and COMMIT. BEGIN goes with the first."""


def steps(shop: Shop) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each step of an order of two dishes on its way to the kitchen, to be taken one after the other."""
    queue, jobs = shop.core.worker.queue, list[Job]()
    orders = list[Order]()

    def lease() -> None:
        jobs.extend(queue.lease(1))

    def work() -> None:
        jobs.pop().work()

    def place() -> None:
        orders.append(shop.order("Sate Ayam", "Es Teh", charge=False))

    yield "place", place
    yield "lease", lease
    yield "charge", work
    (order,) = orders
    yield "stage", lambda: shop.core.orders.stage(order.uid)
    yield "look", lambda: shop.page(order)
    attempt = shop.attempt(order)
    shop.simulator.pay(attempt.reference)
    message = notification(attempt.reference, attempt.amount, "settlement")
    yield "receive", lambda: shop.core.inbox.receive(message)
    yield "lease", lease
    yield "settle", work
    yield "look", lambda: shop.page(order)
    yield "nothing to do", lambda: queue.lease(1)


@contextmanager
def listening(database: Database) -> Iterator[list[str]]:
    """Write down every statement that a database is asked in the block."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_an_order_asks_no_more_than_it_needs(shop: Shop) -> None:
    shop.order("Es Teh")  # Its table and the hours of the house are known from now on.

    for name, step in steps(shop):
        with listening(shop.core.db) as asked:
            step()
        on_sqlite, on_postgres, _ = BUDGET[name]
        assert len(asked) == (on_sqlite if shop.core.db.is_sqlite else on_postgres), (name, asked)


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Where the line to PostgreSQL writes what it sends."""
    return tmp_path / "sent"


def test_an_order_goes_no_more_often_to_postgresql_than_it_needs(
    postgres: Postgres, migrated_postgres: str, simulator: Simulator, told: Path
) -> None:
    url = postgres.create_database(migrated_postgres.rpartition("/")[2])
    with told.open("wb", buffering=0) as file:
        shop = open_shop(url, simulator, prepare=lambda core: core.db.engine.dispose())
        event.listen(shop.core.db.engine, "connect", lambda line, _: line.pgconn.trace(file.fileno()))
        for _ in range(10):
            # Until its statements are prepared.
            list(map(_take, steps(shop)))
        for name, step in steps(shop):
            before = told.stat().st_size
            step()
            sent = told.read_bytes()[before:].decode(errors="replace")
            assert len(_WAY.findall(sent)) == BUDGET[name][2], (name, sent)
        shop.check_books()
        shop.core.close()
    postgres.drop_database(url)


def _take(step: tuple[str, Callable[[], object]]) -> None:
    step[1]()
