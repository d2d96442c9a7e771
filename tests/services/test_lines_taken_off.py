"""A line whose money goes back before it is made: its cooks hear of it, and the rest of the order goes on."""

from collections.abc import Sequence

import pytest

from core.orders.errors import IllegalStep, NothingLeftToMake, UnknownLine
from core.orders.models import Order
from core.payments.queries import refunds_of_order
from tests.services.test_refunds import MANAGER
from tests.services.test_station_steps import COOK
from tests.shop import CASHIER, Shop
from tests.stations import open_two_stations, paid_in_cash


def takes_off(shop: Shop, order: Order, *names: str, amount: int = 5_000) -> None:
    ids = [line.id for line in shop.page(order).order.lines if line.name in names]
    shop.core.refunds.ask(order.uid, amount, "Habis", MANAGER, in_cash=True, not_made=ids)


def screen(shop: Shop, station: int | None = None) -> list[tuple[bool, list[tuple[str, bool]]]]:
    """Each card: is there news, and its lines with whether they are struck through."""
    cards = shop.core.kitchen_display.view(shop.outlet.id, station).cards
    return [(card.is_stopped, [(row.line.name, row.is_stopped) for row in card.lines]) for card in cards]


def test_a_line_is_struck_through_until_it_was_seen_and_the_rest_is_made(shop: Shop) -> None:
    order = paid_in_cash(shop, "Sate Ayam", "Es Teh")

    takes_off(shop, order, "Es Teh")
    assert screen(shop) == [(True, [("Sate Ayam", False), ("Es Teh", True)])]
    assert shop.status(order) == ("confirmed", "partially_refunded")

    shop.core.stations.see(order.uid, None, COOK)
    assert screen(shop) == [(False, [("Sate Ayam", False), ("Es Teh", True)])]
    assert [(dish.line.name, dish.count) for dish in shop.core.kitchen_display.view(shop.outlet.id, None).all_day] == [
        ("Sate Ayam", 1)
    ]
    shop.core.kitchen.start(order.uid, CASHIER)
    shop.core.kitchen.ready(order.uid, CASHIER)
    assert screen(shop) == []


def test_only_the_station_that_makes_the_line_hears_of_it(shop: Shop) -> None:
    kitchen, bar = open_two_stations(shop)
    order = paid_in_cash(shop, "Sate Ayam", "Rendang", "Es Teh")

    takes_off(shop, order, "Rendang")

    assert screen(shop, kitchen.id) == [(True, [("Sate Ayam", False), ("Rendang", True)])]
    assert screen(shop, bar.id) == [(False, [("Es Teh", False)])]
    assert screen(shop) == [(True, [("Sate Ayam", False), ("Rendang", True), ("Es Teh", False)])]


def test_a_station_with_nothing_left_to_make_holds_nobody_up(shop: Shop) -> None:
    kitchen, bar = open_two_stations(shop)
    order = paid_in_cash(shop, "Sate Ayam", "Es Teh")

    takes_off(shop, order, "Es Teh")
    assert screen(shop, bar.id) == [(True, [("Es Teh", True)])]
    shop.core.stations.see(order.uid, bar.id, COOK)
    assert screen(shop, bar.id) == []
    shop.core.stations.start(order.uid, kitchen.id, COOK)
    shop.core.stations.ready(order.uid, kitchen.id, COOK)

    assert shop.status(order)[0] == "ready"
    assert shop.core.kitchen_display.callable_back(shop.outlet.id, bar.id) == []
    with pytest.raises(IllegalStep):
        shop.core.stations.recall(order.uid, bar.id, COOK)
    shop.core.stations.recall(order.uid, None, COOK)
    shop.core.stations.ready(order.uid, kitchen.id, COOK)
    assert shop.status(order)[0] == "ready"


def test_what_the_others_have_made_is_ready_with_the_line_that_is_taken_off(shop: Shop) -> None:
    kitchen, bar = open_two_stations(shop)
    order = paid_in_cash(shop, "Sate Ayam", "Es Teh")
    for station in (kitchen, bar):
        shop.core.stations.start(order.uid, station.id, COOK)
    shop.core.stations.ready(order.uid, kitchen.id, COOK)

    takes_off(shop, order, "Es Teh")

    assert shop.status(order)[0] == "ready"


def test_a_start_is_taken_back_where_another_station_has_nothing_left(shop: Shop) -> None:
    kitchen, _ = open_two_stations(shop)
    order = paid_in_cash(shop, "Sate Ayam", "Es Teh")
    takes_off(shop, order, "Es Teh")
    shop.core.stations.start(order.uid, kitchen.id, COOK)

    shop.core.stations.undo(order.uid, kitchen.id, COOK)

    assert shop.status(order)[0] == "confirmed"


def refused(shop: Shop, order: Order, ids: Sequence[int], why: type[Exception]) -> None:
    with pytest.raises(why):
        shop.core.refunds.ask(order.uid, 5_000, "Habis", MANAGER, in_cash=True, not_made=ids)
    with shop.core.db.read() as session:
        assert refunds_of_order(session, order.id) == []


def test_the_last_line_is_not_taken_off_the_order_is_cancelled_instead(shop: Shop) -> None:
    order = paid_in_cash(shop, "Sate Ayam", "Es Teh")

    refused(shop, order, [line.id for line in shop.page(order).order.lines], NothingLeftToMake)


def test_a_line_of_another_order_is_not_taken_off_and_no_money_moves(shop: Shop) -> None:
    order, other = paid_in_cash(shop, "Sate Ayam", "Es Teh"), paid_in_cash(shop, "Es Teh")

    refused(shop, order, [shop.page(other).order.lines[0].id], UnknownLine)


def test_what_stands_on_the_table_is_not_taken_off(shop: Shop) -> None:
    order = paid_in_cash(shop, "Sate Ayam", "Es Teh")
    for step in (shop.core.kitchen.start, shop.core.kitchen.ready, shop.core.kitchen.serve):
        step(order.uid, CASHIER)

    refused(shop, order, [shop.page(order).order.lines[0].id], IllegalStep)


def test_a_line_is_taken_off_once_and_no_cook_strikes_it_off(shop: Shop) -> None:
    order = paid_in_cash(shop, "Sate Ayam", "Es Teh", "Rendang")
    takes_off(shop, order, "Es Teh")

    with pytest.raises(UnknownLine):
        takes_off(shop, order, "Es Teh")
    tea = next(line for line in shop.page(order).order.lines if line.name == "Es Teh")
    with pytest.raises(IllegalStep):
        shop.core.stations.strike(order.uid, tea.id, COOK, is_cooked=True)
