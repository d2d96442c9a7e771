"""What a kitchen's screen shows."""

from datetime import timedelta

import pytest

from core.menu.quote import Pick
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.services.kitchen_cards import KitchenView
from tests.services.test_station_steps import COOK
from tests.shop import CASHIER, Shop
from tests.stations import open_two_stations, paid_in_cash


def view(shop: Shop, station: int | None = None) -> KitchenView:
    return shop.core.kitchen_display.view(shop.outlet.id, station)


def called(shop: Shop, station: int | None = None) -> list[str]:
    return [card.order.uid for card in shop.core.kitchen_display.callable_back(shop.outlet.id, station)]


def makes(shop: Shop, order: Order) -> None:
    shop.core.kitchen.start(order.uid, CASHIER)
    shop.core.kitchen.ready(order.uid, CASHIER)
    shop.passes(timedelta(minutes=1))


def counts(shop: Shop, station: int | None = None) -> list[tuple[str, int, list[tuple[str, int]]]]:
    return [
        (dish.line.name, dish.count, [(option["name"], count) for option, count in dish.options])
        for dish in view(shop, station).all_day
    ]


def test_a_screen_shows_the_lines_of_its_station_and_of_all_without_one(shop: Shop) -> None:
    kitchen, bar = open_two_stations(shop)
    paid_in_cash(shop, "Sate Ayam", "Es Teh")

    def lines(station: int | None) -> list[str]:
        return [row.line.name for row in view(shop, station).cards[0].lines]

    assert (lines(kitchen.id), lines(bar.id), lines(None)) == (["Sate Ayam"], ["Es Teh"], ["Sate Ayam", "Es Teh"])
    assert [station.name for station in view(shop).stations] == ["Dapur", "Bar"]


def test_a_station_that_is_not_there_shows_the_whole_kitchen(shop: Shop) -> None:
    paid_in_cash(shop, "Sate Ayam")

    screen = view(shop, 10**6)

    assert (screen.station, len(screen.cards)) == (None, 1)


def test_the_whole_kitchen_sees_what_a_station_has_made(shop: Shop) -> None:
    _, bar = open_two_stations(shop)
    order = paid_in_cash(shop, "Sate Ayam", "Es Teh")
    shop.core.stations.start(order.uid, bar.id, COOK)
    shop.core.stations.ready(order.uid, bar.id, COOK)

    (card,) = view(shop).cards

    assert [(row.line.name, row.is_cooked) for row in card.lines] == [("Sate Ayam", False), ("Es Teh", True)]
    assert card.stage == "cooking"


def test_all_day_counts_what_is_still_to_be_made_with_options_apart(shop: Shop) -> None:
    mild, hot = (option.id for option in shop.dishes["Mi Goreng"].option_groups[0].options)
    mi = shop.dishes["Mi Goreng"].id
    for picks in ([Pick(mi, 2, (hot,))], [Pick(mi, 1, (mild,)), Pick(shop.dishes["Es Teh"].id, 1)]):
        order = shop.core.checkout.place_picks(
            shop.tables[0].token, picks, key=f"key-{len(picks):05}", pay_by=PaymentMethod.CASH
        )
        shop.core.cash.take(order.uid, 1_000_000, CASHIER)

    assert counts(shop) == [("Mi Goreng", 3, [("Pedas", 2), ("Biasa", 1)]), ("Es Teh", 1, [])]


def test_what_is_struck_off_made_or_cancelled_is_not_counted(shop: Shop) -> None:
    kitchen, bar = open_two_stations(shop)
    first, second, third = (paid_in_cash(shop, "Sate Ayam", "Es Teh", table=number) for number in range(3))
    tea = next(line for line in shop.page(first).order.lines if line.name == "Es Teh")

    shop.core.stations.strike(first.uid, tea.id, COOK, is_cooked=True)
    shop.core.stations.start(second.uid, kitchen.id, COOK)
    shop.core.stations.ready(second.uid, kitchen.id, COOK)
    shop.core.kitchen.cancel(third.uid, "Habis", CASHIER, may_void=True)

    assert counts(shop) == [("Es Teh", 1, []), ("Sate Ayam", 1, [])]
    assert (counts(shop, kitchen.id), counts(shop, bar.id)) == ([("Sate Ayam", 1, [])], [("Es Teh", 1, [])])


def test_the_last_ones_made_can_be_called_back_the_newest_first(shop: Shop) -> None:
    orders = [paid_in_cash(shop, "Es Teh", table=number % 3) for number in range(14)]
    for order in orders:
        makes(shop, order)
    shop.core.kitchen.serve(orders[-1].uid, CASHIER)

    assert called(shop) == [order.uid for order in reversed(orders)][:12]


def test_a_station_calls_back_what_it_made_even_while_another_cooks(shop: Shop) -> None:
    kitchen, bar = open_two_stations(shop)
    food, both = paid_in_cash(shop, "Sate Ayam"), paid_in_cash(shop, "Sate Ayam", "Es Teh")
    makes(shop, food)
    for station in (kitchen, bar):
        shop.core.stations.start(both.uid, station.id, COOK)
    shop.core.stations.ready(both.uid, bar.id, COOK)

    assert (called(shop, kitchen.id), called(shop, bar.id), called(shop)) == ([food.uid], [both.uid], [food.uid])


def test_what_belongs_to_no_station_is_called_back_by_the_first(shop: Shop) -> None:
    old = paid_in_cash(shop, "Es Teh")
    makes(shop, old)
    kitchen, bar = open_two_stations(shop)

    assert (called(shop, kitchen.id), called(shop, bar.id)) == ([old.uid], [])


def test_nothing_of_yesterday_is_offered(shop: Shop) -> None:
    makes(shop, paid_in_cash(shop, "Es Teh"))

    shop.passes(timedelta(hours=25))

    assert called(shop) == []


@pytest.mark.parametrize("seconds", [7, 9])
def test_a_stations_step_may_be_taken_back_for_eight_seconds(shop: Shop, seconds: int) -> None:
    _, bar = open_two_stations(shop)
    order = paid_in_cash(shop, "Sate Ayam", "Es Teh")
    shop.core.stations.start(order.uid, bar.id, COOK)
    shop.passes(timedelta(seconds=seconds))

    moved = shop.core.kitchen_display.just_moved(order.uid, shop.outlet.id, bar.id)

    assert (moved is not None) == (seconds < 8)
    assert shop.core.kitchen_display.just_moved(order.uid, shop.outlet.id + 1, bar.id) is None


def test_what_a_party_orders_later_is_added(shop: Shop) -> None:
    first, later, elsewhere = (paid_in_cash(shop, "Es Teh", table=table) for table in (0, 0, 1))

    assert {card.order.uid: card.is_added for card in view(shop).cards} == {
        first.uid: False,
        later.uid: True,
        elsewhere.uid: False,
    }


def test_how_long_orders_take_is_told_once_three_were_made_lately(shop: Shop) -> None:
    for minutes in (4, 8, 12):
        assert view(shop).average_minutes is None
        order = paid_in_cash(shop, "Es Teh")
        shop.core.kitchen.start(order.uid, COOK)
        shop.passes(timedelta(minutes=minutes))
        shop.core.kitchen.ready(order.uid, COOK)

    assert view(shop).average_minutes == 8
    shop.passes(timedelta(hours=3))
    assert view(shop).average_minutes is None
