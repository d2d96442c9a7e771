"""The restaurant that is measured, and the years of orders written into it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.history import write_closed_orders, write_open_orders
from bench.restaurant import DISHES, Restaurant, open_restaurant
from bench.weights import PAID, PLACED, weigh
from core.base.settings import Settings
from core.menu.models import Dish
from core.orders.models import Order, OrderLine
from core.orders.status import OrderStatus
from core.services import Core, open_services


@pytest.fixture
def restaurant(tmp_path: Path) -> Restaurant:
    return open_restaurant(tmp_path / "house")


@pytest.fixture
def core(restaurant: Restaurant) -> Iterator[Core]:
    core = open_services(Settings(_env_file=None, database_url=restaurant.url))
    yield core
    core.close()


def test_the_menu_has_sixty_dishes_and_two_that_ask_nothing(restaurant: Restaurant, core: Core) -> None:
    with core.db.read() as session:
        listed = session.scalar(select(func.count()).where(Dish.is_listed, Dish.portions.is_not(1)))

    menu = core.menu.menu(restaurant.table)
    plain = [dish for category in menu.categories for dish in category.dishes if dish.id in restaurant.dish_ids]
    assert listed == DISHES
    assert [dish.is_available and not dish.option_groups for dish in plain] == [True, True]


def test_every_board_is_signed_in(restaurant: Restaurant, core: Core) -> None:
    assert {member and member.username for member in map(core.door.member_of, restaurant.sessions)} == {"manager"}


def test_the_books_hold_over_years_of_closed_orders(core: Core) -> None:
    write_closed_orders(core.db, 1, 500)

    assert {each.name: each.faults for each in core.books.check() if not each.holds} == {}


def test_what_is_closed_is_done_and_what_is_open_stands_on_the_board(restaurant: Restaurant, core: Core) -> None:
    write_closed_orders(core.db, 1, 200)
    write_open_orders(core.db, 201, 50)

    board = core.board.snapshot(restaurant.outlet_id)
    with core.db.read() as session:
        closed = session.scalar(select(func.count()).where(Order.status == OrderStatus.SERVED))
        lines = session.scalar(select(func.count(OrderLine.id)))

    columns = [len(each) for each in (board.awaiting_cash, board.new, board.preparing, board.ready)]
    assert columns == [5, 15, 20, 10]
    assert (closed, lines) == (200, 500)


def test_rows_are_weighed_transaction_by_transaction(restaurant: Restaurant, core: Core) -> None:
    write_closed_orders(core.db, 1, 20)

    with closing(sqlite3.connect(restaurant.file)) as database:
        placed, paid = weigh(database, PLACED, PAID)

    assert (len(placed), len(paid)) == (sum(PLACED.values()), sum(PAID.values()))
    assert 150 < placed[0] < 600
