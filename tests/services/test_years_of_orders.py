"""However many orders are closed, what is looked at all day costs what it cost on the first day.

Work is counted, not timed: the steps of SQLite's own machine, and the blocks that PostgreSQL touches.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from bench.history import write_closed_orders
from bench.restaurant import Restaurant, open_restaurant
from core.base.clock import system_clock
from core.base.paging import Period
from core.base.settings import Settings
from core.events.acts import WantedActs
from core.events.record import Actor
from core.menu.quote import Pick
from core.orders.history import Wanted
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.services import Core, open_services
from core.services.moving import move
from tests.postgres import Postgres

FEW, MANY = 600, 6_000
STEPS = 10
"""SQLite tells of every so many steps."""
GROWS_BY, ROOM = 1.4, 150
"""A tree of ten times as many leaves is a step deeper, and PostgreSQL goes from reading a small table to looking things
up in it; a scan of them all would be ten times as dear."""

Look = Callable[[Core, Restaurant, Order], object]
LOOKS: dict[str, Look] = {
    "whether the board has news": lambda core, house, _: core.door.at_work(house.sessions[0]),
    "the board and the wall": lambda core, house, _: core.board.snapshot(house.outlet_id),
    "the kitchen": lambda core, house, _: core.kitchen_display.view(house.outlet_id, None),
    "what the kitchen may call back": lambda core, house, _: core.kitchen_display.callable_back(house.outlet_id, None),
    "the first page of orders": lambda core, house, _: core.past_orders.page(house.outlet_id, Wanted()),
    "the first page of payments": lambda core, house, _: core.past_payments.page(house.outlet_id, Period()),
    "the first page of acts": lambda core, house, _: core.audit.page(house.outlet_id, WantedActs(), Period()),
    "the shift": lambda core, house, _: core.shifts.current(house.outlet_id),
    "an order's page": lambda core, _, order: core.orders.page(order.uid),
    "a code at the counter": lambda core, house, order: core.cash.order_by_code(
        house.outlet_id, order.claim_code or ""
    ),
    "the money desk": lambda core, house, _: core.money.open_cases(house.outlet_id),
    "the menu": lambda core, house, _: core.menu.menu(house.table),
    "what is due at the gateway": lambda core, _, __: core.worker.queue.lease(4),
    "orders whose time is over": lambda core, _, __: core.worker.expire_orders(),
    "plans after a clock that was set": lambda core, _, __: core.worker.plans.keep(),
}


@dataclass
class Meter:
    """Counts what the database has to do for whatever is done in a block."""

    core: Core
    cost: float = 0
    statements: list[tuple[str, Any]] = field(default_factory=list)

    @contextmanager
    def counting(self) -> Iterator[None]:
        engine = self.core.db.engine
        watch = self._sqlite if self.core.db.is_sqlite else self._postgres
        event.listen(engine, "before_cursor_execute", watch)
        yield
        event.remove(engine, "before_cursor_execute", watch)
        if not self.core.db.is_sqlite:
            self._explain()

    def _sqlite(self, connection: Connection, *_: object) -> None:
        def step() -> int:
            self.cost += STEPS
            return 0

        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.set_progress_handler(step, STEPS)

    def _postgres(self, _: Connection, __: object, statement: str, parameters: Any, *___: object) -> None:
        if statement.startswith(("SELECT", "UPDATE")):
            self.statements.append((statement, parameters))

    def _explain(self) -> None:
        # What is explained is done, and undone with its transaction.
        with self.core.db.write_on_a_line() as connection:
            for statement, parameters in self.statements:
                asked = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
                (plan,) = connection.exec_driver_sql(asked, parameters).scalar_one()
                self.cost += plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
            connection.rollback()


def costs(core: Core, house: Restaurant) -> dict[str, float]:
    """Count the work of every look, each made twice: the first also learns what is there."""
    order = _one_waits_for_cash(core, house)
    found = {}
    for name, look in LOOKS.items():
        look(core, house, order)
        meter = Meter(core)
        with meter.counting():
            look(core, house, order)
        found[name] = meter.cost
    return found


def _one_waits_for_cash(core: Core, house: Restaurant) -> Order:
    if core.shifts.current(house.outlet_id) is None:
        core.shifts.open(house.outlet_id, 100_000, Actor("staff", 2, "Manager"))
    core.baskets.add(house.table, "a guest", Pick(house.dish_ids[0], 1))
    return core.checkout.place_order(house.table, "a guest", key="once", pay_by=PaymentMethod.CASH)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def houses(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[tuple[Core, Restaurant]]]:
    """The same house on its first day, and after years."""
    folder = tmp_path_factory.mktemp("houses")
    blank = open_restaurant(folder / "blank")
    with ExitStack() as stack:
        opened = []
        for closed in (FEW, MANY):
            copy = blank.copy(folder / str(closed))
            with _open(copy.url) as core:
                write_closed_orders(core.db, 1, closed)
            url = copy.url if request.param == "sqlite" else _moved(copy, request.getfixturevalue("postgres"), stack)
            opened.append((stack.enter_context(_open(url)), copy))
        yield opened


def _moved(house: Restaurant, postgres: Postgres, stack: ExitStack) -> str:
    target = postgres.create_database()
    stack.callback(postgres.drop_database, target)
    move(Settings(_env_file=None, database_url=house.url, data_dir=house.file.parent), target, system_clock())
    return target


@contextmanager
def _open(url: str) -> Iterator[Core]:
    core = open_services(Settings(_env_file=None, database_url=url))
    yield core
    core.close()


def test_closed_orders_make_nothing_dearer(houses: list[tuple[Core, Restaurant]]) -> None:
    few, many = (costs(core, house) for core, house in houses)

    dearer = [f"{name}: {few[name]} → {many[name]}" for name in LOOKS if many[name] > few[name] * GROWS_BY + ROOM]
    assert dearer == []


def test_a_look_at_every_order_would_be_seen(houses: list[tuple[Core, Restaurant]]) -> None:
    spent = []
    for core, _ in houses:
        meter = Meter(core)
        with meter.counting(), core.db.read() as session:
            session.scalars(select(Order).where(Order.customer_name == "Ibu Sari")).all()
        spent.append(meter.cost)

    assert spent[1] > spent[0] * 5
    assert spent[1] > spent[0] * GROWS_BY + ROOM
