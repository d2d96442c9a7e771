from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.base.clock import system_clock
from core.events.models import Event
from core.events.record import SYSTEM
from core.menu.models import Dish, StockMove
from core.menu.stock import release, reserve, set_portions
from core.orders.models import Order
from core.orders.status import PaymentMethod
from tests.menu.conftest import Warung


def make_order(session: Session, warung: Warung, number: int) -> Order:
    now = system_clock()
    order = Order(
        outlet_id=warung.outlet.id,
        business_day=date(2026, 5, 1),
        number=number,
        payment_method=PaymentMethod.CASH,
        subtotal=0,
        total=0,
        cash_total=0,
        created_at=now,
        moved_at=now,
    )
    session.add(order)
    session.flush()
    return order


def buy(warung: Warung, number: int, quantity: int = 1, dish: Dish | None = None) -> int | None:
    """Order some of a dish in a transaction of its own; gives the order's key when there was enough."""
    with warung.db.write() as session:
        order = make_order(session, warung, number)
        wanted = dish or warung.rendang
        return order.id if reserve(session, {wanted.id: quantity}, order.id, system_clock()) is None else None


def give_back(warung: Warung, order_id: int) -> None:
    with warung.db.write() as session:
        release(session, order_id, system_clock())


def sum_of_moves(warung: Warung) -> int:
    with warung.db.read() as session:
        return int(session.scalar(select(func.sum(StockMove.portions))) or 0)


def test_the_last_portion_goes_to_one_of_thirty_who_want_it(warung: Warung) -> None:
    warung.menu.set_portions(warung.rendang.id, 1, SYSTEM)

    with ThreadPoolExecutor(15) as pool:
        got = list(pool.map(lambda number: buy(warung, number), range(1, 31)))

    assert sum(order is not None for order in got) == 1
    assert warung.portions(warung.rendang) == 0 == sum_of_moves(warung)


def test_nobody_gets_more_than_there_is(warung: Warung) -> None:
    assert buy(warung, 1, 4) is None
    assert warung.portions(warung.rendang) == 3
    assert buy(warung, 2, 3) is not None
    assert warung.portions(warung.rendang) == 0


def test_portions_come_back_once_however_often_they_are_given_back(warung: Warung) -> None:
    order = buy(warung, 1, 2)
    assert order is not None

    give_back(warung, order)
    give_back(warung, order)

    assert warung.portions(warung.rendang) == 3 == sum_of_moves(warung)
    with warung.db.read() as session:
        kinds = session.scalars(select(StockMove.kind).order_by(StockMove.id)).all()
    assert kinds == ["counted", "reserved", "released"]


def test_the_menu_is_told_when_a_dish_that_ran_out_comes_back(warung: Warung) -> None:
    order = buy(warung, 1, 3)
    assert order is not None

    give_back(warung, order)

    with warung.db.read() as session:
        assert session.scalars(select(Event.kind).order_by(Event.id)).all() == ["dish.ran_out", "dish.came_back"]


def test_a_refused_order_leaves_the_count_alone(warung: Warung) -> None:
    def reserve_and_fail() -> None:
        with warung.db.write() as session:
            order = make_order(session, warung, 1)
            assert reserve(session, {warung.rendang.id: 2}, order.id, system_clock()) is None
            raise RuntimeError

    with pytest.raises(RuntimeError):
        reserve_and_fail()

    assert warung.portions(warung.rendang) == 3 == sum_of_moves(warung)


def test_what_nobody_counts_is_always_enough_until_it_is_sold_out(warung: Warung) -> None:
    assert buy(warung, 1, 99, warung.sate) is not None
    assert warung.portions(warung.sate) is None

    warung.menu.set_sold_out(warung.sate.id, True, SYSTEM)

    assert buy(warung, 2, 1, warung.sate) is None


def test_a_dish_that_is_not_there_cannot_be_reserved(warung: Warung) -> None:
    with warung.db.write() as session:
        order = make_order(session, warung, 1)
        assert reserve(session, {999: 1}, order.id, system_clock()) == 999


def test_a_new_count_replaces_what_was_known(warung: Warung) -> None:
    order = buy(warung, 1, 2)
    assert order is not None

    warung.menu.set_portions(warung.rendang.id, 10, SYSTEM)
    assert warung.portions(warung.rendang) == 10 == sum_of_moves(warung)

    give_back(warung, order)
    assert warung.portions(warung.rendang) == 12 == sum_of_moves(warung)


def test_portions_of_a_dish_that_is_no_longer_counted_are_forgotten(warung: Warung) -> None:
    order = buy(warung, 1, 2)
    assert order is not None
    warung.menu.set_portions(warung.rendang.id, None, SYSTEM)

    give_back(warung, order)
    assert warung.portions(warung.rendang) is None

    warung.menu.set_portions(warung.rendang.id, 4, SYSTEM)
    assert warung.portions(warung.rendang) == 4 == sum_of_moves(warung)


def test_a_count_made_while_others_buy_is_never_lost(warung: Warung) -> None:
    def count(_: int) -> None:
        with warung.db.write() as session:
            dish = session.get_one(Dish, warung.rendang.id)
            set_portions(session, dish, 50, system_clock())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: count(n) if n % 5 == 0 else buy(warung, n), range(1, 41)))

    assert warung.portions(warung.rendang) == sum_of_moves(warung)
