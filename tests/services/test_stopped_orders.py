"""What is not wanted any more stays before the cooks until one of each station has seen it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.orders.models import Order
from core.orders.station_tickets import StationTicket
from core.services.kitchen_cards import KitchenCard
from tests.services.test_money_taken_back import MANAGER, bank_takes_back, gateway_reverses
from tests.services.test_station_steps import COOK
from tests.shop import CASHIER, Shop
from tests.stations import open_two_stations, paid_in_cash


def cards(shop: Shop, station: int | None = None) -> tuple[KitchenCard, ...]:
    return shop.core.kitchen_display.view(shop.outlet.id, station).cards


def stopped(shop: Shop, station: int | None = None) -> list[list[str]]:
    """The lines of each card that is struck through."""
    return [[row.line.name for row in card.lines] for card in cards(shop, station) if card.is_stopped]


def cancels(shop: Shop, order: Order) -> None:
    shop.core.kitchen.cancel(order.uid, "Habis", MANAGER, may_void=True)


@pytest.mark.parametrize("steps", [(), ("start",), ("start", "ready")])
def test_a_cancelled_order_stays_until_it_was_seen(shop: Shop, steps: tuple[str, ...]) -> None:
    order = paid_in_cash(shop, "Sate Ayam", "Es Teh")
    for step in steps:
        getattr(shop.core.kitchen, step)(order.uid, CASHIER)

    cancels(shop, order)
    shop.passes(timedelta(hours=1))
    assert stopped(shop) == [["Sate Ayam", "Es Teh"]]
    assert cards(shop)[0].is_cancelled

    for _ in range(2):
        shop.core.stations.see(order.uid, None, COOK)
    assert cards(shop) == ()


def test_each_station_sees_its_own_lines_and_says_so_itself(shop: Shop) -> None:
    kitchen, bar = open_two_stations(shop)
    order = paid_in_cash(shop, "Sate Ayam", "Es Teh")

    cancels(shop, order)
    assert (stopped(shop, kitchen.id), stopped(shop, bar.id)) == ([["Sate Ayam"]], [["Es Teh"]])

    shop.core.stations.see(order.uid, bar.id, COOK)
    assert (stopped(shop, kitchen.id), stopped(shop, bar.id)) == ([["Sate Ayam"]], [])
    assert stopped(shop) == [["Sate Ayam"]]


def test_what_the_kitchen_never_had_it_need_not_hear_of(shop: Shop) -> None:
    order = shop.order("Sate Ayam", pay_by="cash", charge=False)

    cancels(shop, order)

    with shop.core.db.read() as session:
        assert session.scalar(select(func.count()).select_from(StationTicket)) == 0


def test_a_station_with_nothing_in_the_order_hears_nothing(shop: Shop) -> None:
    kitchen, bar = open_two_stations(shop)

    cancels(shop, paid_in_cash(shop, "Es Teh"))

    assert (stopped(shop, kitchen.id), stopped(shop, bar.id)) == ([], [["Es Teh"]])


def test_stopped_orders_stand_before_everything_else(shop: Shop) -> None:
    orders = [paid_in_cash(shop, "Es Teh", table=number % 3) for number in range(3)]

    cancels(shop, orders[2])

    assert [card.order.uid for card in cards(shop)] == [orders[2].uid, orders[0].uid, orders[1].uid]


def test_money_that_went_back_whole_stops_the_order_and_once_seen_it_is_as_it_was(shop: Shop) -> None:
    order = paid_in_cash(shop, "Sate Ayam")
    shop.core.kitchen.start(order.uid, CASHIER)

    shop.core.refunds.ask(order.uid, order.cash_total, "Terlalu lama", MANAGER, in_cash=True)
    (card,) = cards(shop)
    assert (card.is_stopped, card.is_cancelled, shop.status(order)) == (True, False, ("preparing", "refunded"))

    shop.core.stations.see(order.uid, None, COOK)
    (card,) = cards(shop)
    assert (card.is_stopped, card.stage) == (False, "cooking")
    shop.core.kitchen.ready(order.uid, CASHIER)
    assert cards(shop) == ()


def test_a_part_of_the_money_stops_nothing(shop: Shop) -> None:
    order = paid_in_cash(shop, "Sate Ayam")

    shop.core.refunds.ask(order.uid, 5_000, "Terlalu lama", MANAGER, in_cash=True)

    assert stopped(shop) == []


@pytest.mark.parametrize("gone", [bank_takes_back, gateway_reverses])
def test_a_payment_that_did_not_last_stops_the_order(shop: Shop, gone: Callable[[Shop, Order], None]) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)

    gone(shop, order)

    assert shop.status(order)[0] == "confirmed"
    assert stopped(shop) == [["Sate Ayam"]]


def test_a_refunded_order_that_is_cancelled_afterwards_is_news_again(shop: Shop) -> None:
    order = paid_in_cash(shop, "Sate Ayam")
    shop.core.refunds.ask(order.uid, order.cash_total, "Terlalu lama", MANAGER, in_cash=True)
    shop.core.stations.see(order.uid, None, COOK)

    cancels(shop, order)

    assert cards(shop)[0].is_cancelled


def test_a_refund_after_the_cancellation_is_none_of_the_kitchens_business(shop: Shop) -> None:
    order = paid_in_cash(shop, "Sate Ayam")
    cancels(shop, order)
    shop.core.stations.see(order.uid, None, COOK)

    shop.core.refunds.ask(order.uid, order.cash_total, "Habis", MANAGER, in_cash=True)

    assert cards(shop) == ()
