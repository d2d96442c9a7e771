"""The kitchen's screen and the wall screen."""

import re
from datetime import timedelta

from core.orders.models import Order
from tests.cashier.conftest import Counter


def paid(counter: Counter, *dishes: str) -> Order:
    order = counter.shop.order(*dishes)
    counter.shop.wallet.pays(order)
    return order


def test_the_oldest_order_stands_first_whether_begun_or_not(cook: Counter) -> None:
    first = paid(cook, "Sate Ayam")
    cook.shop.passes(timedelta(minutes=2))
    second = paid(cook, "Es Teh")
    cook.does(second, "start", back="kitchen")

    uids = re.findall(r'id="k-([\w-]+)"', cook.sees("/cashier/kitchen/tickets"))

    assert uids == [first.uid, second.uid]


def test_quantity_comes_before_name_and_options_below(cook: Counter) -> None:
    paid(cook, "Mi Goreng")

    page = cook.sees("/cashier/kitchen")

    assert re.search(r"1×</span><span>Mi Goreng</span>\s*<span class=\"ticket__option\">Biasa</span>", page)


def test_nothing_unpaid_reaches_the_kitchen(cook: Counter) -> None:
    cook.shop.order("Sate Ayam")
    cook.shop.order("Sate Ayam", pay_by="cash")

    assert "Tidak ada antrean" in cook.sees("/cashier/kitchen")


def test_the_cook_starts_finishes_and_takes_back_on_the_kitchens_own_screen(cook: Counter) -> None:
    order = paid(cook, "Sate Ayam")

    started = cook.does(order, "start", back="kitchen")
    assert started.headers["location"] == f"/cashier/kitchen?moved={order.uid}"
    cook.does(order, "ready", back="kitchen")
    assert order.uid not in cook.sees("/cashier/kitchen/tickets")
    assert cook.does(order, "undo", back="kitchen").headers["location"] == "/cashier/kitchen"

    assert order.uid in cook.sees("/cashier/kitchen/tickets")


def test_a_screen_to_return_to_is_one_of_ours(cook: Counter) -> None:
    order = paid(cook, "Sate Ayam")

    assert cook.does(order, "start", back="https://evil.example").status_code == 422


def test_the_wall_calls_the_newest_number_first_and_names_nobody(cook: Counter) -> None:
    first, second, third = (paid(cook, "Sate Ayam") for _ in range(3))
    for order in (first, second):
        cook.does(order, "start")
        cook.does(order, "ready")
        cook.shop.passes(timedelta(seconds=30))
    cook.does(third, "start")

    page = cook.sees("/cashier/ready/numbers")

    assert re.findall(r'id="c-([\w-]+)"', page) == [second.uid, first.uid]
    assert re.findall(r'id="s-([\w-]+)"', page) == [third.uid]
    assert "Sate" not in page
    assert 'id="numbers"' in cook.sees("/cashier/ready")
