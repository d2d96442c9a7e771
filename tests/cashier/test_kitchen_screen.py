"""The kitchen's screen and the wall screen."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from core.orders.models import Order
from core.outlets.models import Outlet
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

    shown = re.sub(r"<[^>]*>", " ", page).split()
    at = shown.index("1×")
    assert shown[at : at + 4] == ["1×", "Mi", "Goreng", "Biasa"]


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


def test_the_wall_speaks_both_languages_at_once_to_whoever_stands_before_it(cook: Counter) -> None:
    for language in ("id", "en"):
        page = cook.sees(f"/cashier/ready?lang={language}")

        assert '<span lang="id">Siap diambil</span> <span lang="en">Ready to collect</span>' in page


def test_what_was_not_fetched_yesterday_is_not_called_today_but_stays_on_the_board(cashier: Counter) -> None:
    left, cooking = paid(cashier, "Sate Ayam"), paid(cashier, "Es Teh")
    for order, steps in ((left, ("start", "ready")), (cooking, ("start",))):
        for step in steps:
            cashier.does(order, step)
    assert left.uid in cashier.sees("/cashier/ready/numbers")

    cashier.shop.passes(timedelta(hours=24))
    cashier.signs_in("kasir")

    wall = cashier.sees("/cashier/ready/numbers")
    assert left.uid not in wall
    assert cooking.uid not in wall
    assert left.uid in cashier.lane("ready")


def test_a_number_called_just_before_the_days_end_is_still_called_just_after(cook: Counter) -> None:
    order = paid(cook, "Sate Ayam")
    for step in ("start", "ready"):
        cook.does(order, step)

    with cook.shop.core.db.write() as session:
        # The day ends between the call and now, whatever time it is: the hour that has just begun is the cut-off.
        outlet = session.get_one(Outlet, cook.shop.outlet.id)
        now = cook.shop.clock().astimezone(ZoneInfo(outlet.zone))
        outlet.day_cutoff_hour = now.hour
        session.get_one(Order, order.id).moved_at = now - timedelta(minutes=90)

    assert order.uid in cook.sees("/cashier/ready/numbers")
