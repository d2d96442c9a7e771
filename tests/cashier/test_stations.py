"""The kitchen's screens where there are two stations: whose lines they show, and what a cook does with them."""

import re
from datetime import timedelta

import pytest
from httpx2 import Response
from sqlalchemy import update

from core.menu.models import Dish
from core.orders.models import Order
from core.outlets.models import Station
from tests.cashier.conftest import MANAGERS_PIN, Counter, with_pins
from tests.stations import open_two_stations, paid_in_cash


@pytest.fixture
def stations(cook: Counter) -> tuple[Station, Station]:
    return open_two_stations(cook.shop)


def line(cook: Counter, order: Order, name: str) -> str:
    return str(next(line.id for line in cook.shop.page(order).order.lines if line.name == name))


def moves(cook: Counter, order: Order, step: str, station: Station | None = None, **fields: str) -> Response:
    return cook.does(order, step, back="kitchen", **({"station": str(station.id)} if station else {}), **fields)


def ticket(cook: Counter, order: Order, query: str = "") -> str:
    """One ticket of the kitchen's screen; nothing when it is not there."""
    page = cook.sees(f"/cashier/kitchen/tickets{query}")
    found = re.search(rf'<article[^>]*id="k-{order.uid}".*?</article>', page, re.DOTALL)
    return found[0] if found else ""


def test_a_house_with_one_kitchen_has_nothing_to_choose(cook: Counter) -> None:
    paid_in_cash(cook.shop, "Sate Ayam")

    page = cook.sees("/cashier/kitchen")

    assert "station=" not in page
    assert "1 tiket" in page


def test_a_screen_shows_its_stations_lines_and_the_chooser_says_whose(
    cook: Counter, stations: tuple[Station, Station]
) -> None:
    order = paid_in_cash(cook.shop, "Sate Ayam", "Es Teh")
    kitchen, bar = stations

    assert "Sate Ayam" in ticket(cook, order, f"?station={kitchen.id}")
    assert "Es Teh" not in ticket(cook, order, f"?station={kitchen.id}")
    assert "Es Teh" in ticket(cook, order, f"?station={bar.id}")
    page = cook.sees(f"/cashier/kitchen?station={bar.id}")
    assert re.findall(r'aria-current="true">([^<]+) <b>', page) == ["Bar"]
    assert f'hx-get="/cashier/kitchen/tickets?station={bar.id}"' in page


def test_a_ticket_says_what_a_cook_goes_by_in_the_readers_language(cook: Counter) -> None:
    with cook.shop.core.db.write() as session:
        labels = ["best_seller", "contains_peanuts", "non_halal", "contains_egg", "spicy"]
        session.execute(update(Dish).where(Dish.name == "Sate Ayam").values(labels=labels))
    order = paid_in_cash(cook.shop, "Sate Ayam")
    with cook.shop.core.db.write() as session:
        session.execute(update(Dish).values(labels=["halal"]))

    said = [re.findall(r"<span[^>]*>([^<]*)</span>", part) for part in labels_on(cook, order)]

    assert said == [
        ["Non-halal", "Pedas", "Mengandung kacang tanah, telur"],
        ["Non-halal", "Spicy", "Contains peanuts, egg"],
    ]


def labels_on(cook: Counter, order: Order) -> list[str]:
    tickets = [ticket(cook, order, f"?lang={language}") for language in ("id", "en")]
    return [re.search(r'<span class="ticket__labels">(.*?</span>)</span>', each, re.DOTALL)[1] for each in tickets]  # type: ignore[index]


def test_the_chooser_counts_what_each_station_has(cook: Counter, stations: tuple[Station, Station]) -> None:
    bar = stations[1]
    orders = [paid_in_cash(cook.shop, *names) for names in (("Sate Ayam",), ("Sate Ayam", "Es Teh"), ("Rendang",))]
    for step in ("start", "ready"):
        cook.does(orders[-1], step)

    page = cook.sees(f"/cashier/kitchen?station={bar.id}")

    assert re.findall(r">(\w+) <b>(\d+)</b></a>", page) == [("Semua", "2"), ("Dapur", "2"), ("Bar", "1")]


def test_the_choice_stays_on_the_device_until_all_is_chosen(cook: Counter, stations: tuple[Station, Station]) -> None:
    bar = stations[1]

    cook.sees(f"/cashier/kitchen?station={bar.id}")
    assert re.findall(r'aria-current="true">([^<]+) <b>', cook.sees("/cashier/kitchen")) == ["Bar"]

    cook.sees("/cashier/kitchen?station=all")
    assert re.findall(r'aria-current="true">([^<]+) <b>', cook.sees("/cashier/kitchen")) == ["Semua"]


@pytest.mark.parametrize("station", ["999999", "all", ""])
def test_a_station_that_is_not_there_is_the_whole_kitchen(
    cook: Counter, stations: tuple[Station, Station], station: str
) -> None:
    order = paid_in_cash(cook.shop, "Sate Ayam", "Es Teh")

    shown = ticket(cook, order, f"?station={station}")

    assert len(stations) == 2
    assert "Sate Ayam" in shown
    assert "Es Teh" in shown


def test_at_a_station_that_is_not_there_every_button_works(cook: Counter, stations: tuple[Station, Station]) -> None:
    order = paid_in_cash(cook.shop, "Sate Ayam", "Es Teh")
    screen = cook.sees("/cashier/kitchen?station=4242")

    assert re.findall(r'hx-get="[^"]*tickets\?([^"]*)"', screen) == ["station=all"]
    assert "/cashier/kitchen/recall?station=all" in screen
    fields = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', ticket(cook, order, "?station=4242"))
    )
    assert cook.does(order, "start", **fields).status_code == 303
    assert cook.shop.status(order)[0] == "preparing"


def test_a_station_that_is_no_number_is_refused(cook: Counter) -> None:
    assert cook.opens("/cashier/kitchen?station=1%20OR%201").status_code == 422


def test_each_station_takes_its_own_steps_and_comes_back_to_its_own_screen(
    cook: Counter, stations: tuple[Station, Station]
) -> None:
    kitchen, bar = stations
    order = paid_in_cash(cook.shop, "Sate Ayam", "Es Teh")

    answer = moves(cook, order, "start", bar)
    assert answer.headers["location"] == f"/cashier/kitchen?moved={order.uid}&station={bar.id}"
    assert f"/cashier/orders/{order.uid}/undo" in cook.after(answer)
    assert f"{order.uid}/ready" in ticket(cook, order, f"?station={bar.id}")
    assert f"{order.uid}/start" in ticket(cook, order, f"?station={kitchen.id}")

    moves(cook, order, "ready", bar)
    assert ticket(cook, order, f"?station={bar.id}") == ""
    assert cook.shop.status(order)[0] == "preparing"
    moves(cook, order, "start", kitchen)
    moves(cook, order, "ready", kitchen)

    assert cook.shop.status(order)[0] == "ready"


def test_a_station_takes_its_slip_back(cook: Counter, stations: tuple[Station, Station]) -> None:
    bar = stations[1]
    order = paid_in_cash(cook.shop, "Sate Ayam", "Es Teh")
    moves(cook, order, "start", bar)

    assert moves(cook, order, "undo", bar).headers["location"] == f"/cashier/kitchen?station={bar.id}"

    assert cook.shop.status(order)[0] == "confirmed"


def test_a_step_of_the_whole_kitchen_goes_on_working_as_before(
    cook: Counter, stations: tuple[Station, Station]
) -> None:
    order = paid_in_cash(cook.shop, "Sate Ayam", "Es Teh")

    for step in ("start", "ready"):
        assert moves(cook, order, step, station=None).status_code == 303

    assert cook.shop.status(order)[0] == "ready"
    assert ticket(cook, order, f"?station={stations[0].id}") == ""


def test_a_station_without_a_part_in_an_order_is_not_found(cook: Counter, stations: tuple[Station, Station]) -> None:
    tea = paid_in_cash(cook.shop, "Es Teh")

    assert moves(cook, tea, "start", stations[0]).status_code == 404


def test_a_tap_strikes_a_line_off_for_every_screen_and_another_puts_it_back(
    cook: Counter, stations: tuple[Station, Station]
) -> None:
    bar = stations[1]
    order = paid_in_cash(cook.shop, "Sate Ayam", "Es Teh")
    tea = line(cook, order, "Es Teh")

    answer = moves(cook, order, "lines", bar, cooked=tea)
    assert answer.headers["location"] == f"/cashier/kitchen?station={bar.id}"
    for query in (f"?station={bar.id}", ""):
        assert f'name="uncooked" value="{tea}" aria-pressed="true"' in ticket(cook, order, query)

    moves(cook, order, "lines", bar, uncooked=tea)
    assert f'name="cooked" value="{tea}" aria-pressed="false"' in ticket(cook, order, f"?station={bar.id}")


@pytest.mark.parametrize("fields", [{}, {"cooked": "999999"}])
def test_a_line_that_is_not_there_is_not_found(cook: Counter, fields: dict[str, str]) -> None:
    order = paid_in_cash(cook.shop, "Es Teh")

    assert cook.does(order, "lines", back="kitchen", **fields).status_code == 404


def test_a_cancelled_order_is_struck_through_with_its_reason_until_it_was_seen(cook: Counter) -> None:
    order = paid_in_cash(cook.shop, "Sate Ayam")
    cook.signs_in("manager")
    cook.does(order, "cancel", reason="<b>tamu pergi</b>")
    cook.signs_in("dapur")

    shown = ticket(cook, order)
    assert "BATAL" in shown
    assert "&lt;b&gt;tamu pergi&lt;/b&gt;" in shown
    assert "<del>Sate Ayam</del>" in shown
    assert 'data-sound="stop"' in shown
    assert "/start" not in shown

    assert "Sudah dilihat" in shown
    assert moves(cook, order, "seen").headers["location"] == "/cashier/kitchen"
    assert ticket(cook, order) == ""


def test_what_was_made_is_called_back(cook: Counter, stations: tuple[Station, Station]) -> None:
    bar = stations[1]
    order = paid_in_cash(cook.shop, "Sate Ayam", "Es Teh")
    for step in ("start", "ready"):
        moves(cook, order, step)
    cook.shop.passes(timedelta(minutes=10))
    page = cook.sees(f"/cashier/kitchen/recall?station={bar.id}")
    assert f"/cashier/orders/{order.uid}/recall" in page
    assert "Es Teh" in page
    assert "Sate Ayam" not in page

    assert cook.after(moves(cook, order, "recall", bar))

    assert "Es Teh" in ticket(cook, order, f"?station={bar.id}")
    assert ticket(cook, order, f"?station={stations[0].id}") == ""
    assert "Belum ada yang selesai" in cook.sees(f"/cashier/kitchen/recall?station={bar.id}")


def test_the_counts_stand_beside_the_tickets_when_they_are_asked_for(
    cook: Counter, stations: tuple[Station, Station]
) -> None:
    orders = [paid_in_cash(cook.shop, "Es Teh", "Mi Goreng", table=table) for table in (0, 1)]
    bar = stations[1]
    assert "all-day" not in cook.sees("/cashier/kitchen")

    page = cook.sees(f"/cashier/kitchen?station={bar.id}&counts=yes")

    counts = re.search(r'<aside class="all-day".*?</aside>', page, re.DOTALL)
    assert counts is not None
    assert re.findall(r"<b>(\d+)×</b> <span>([^<]+)<", counts[0]) == [("2", "Es Teh")]
    whole = cook.sees("/cashier/kitchen?counts=yes&station=all")
    assert re.search(r"<b>2×</b> <span>Mi Goreng</span>\s*<ul><li>2× Biasa</li></ul>", whole)
    # Whoever strikes a line off comes back to the counts.
    answer = moves(cook, orders[1], "lines", bar, cooked=line(cook, orders[1], "Es Teh"), counts="yes")
    assert answer.headers["location"] == f"/cashier/kitchen?station={bar.id}&counts=yes"


@pytest.mark.parametrize(
    ("minutes", "band", "words"),
    [(3, "fresh", "3 mnt"), (11, "soon", "hampir telat"), (15, "late", "waktunya habis"), (19, "late", "telat 4 mnt")],
)
def test_the_age_is_said_in_words_and_minutes(cook: Counter, minutes: int, band: str, words: str) -> None:
    order = paid_in_cash(cook.shop, "Es Teh")
    cook.shop.passes(timedelta(minutes=minutes))

    shown = ticket(cook, order)

    assert f"ticket--{band}" in shown
    assert words in shown


def test_an_order_added_by_the_same_party_says_so(cook: Counter) -> None:
    first, added = (paid_in_cash(cook.shop, "Es Teh") for _ in range(2))

    assert "TAMBAHAN" not in ticket(cook, first)
    assert "TAMBAHAN" in ticket(cook, added)


def test_a_line_is_taken_off_from_the_desk_with_reason_and_pin(cook: Counter) -> None:
    with_pins(cook.shop)
    order = paid_in_cash(cook.shop, "Sate Ayam", "Es Teh")
    cook.signs_in("kasir")
    tea = line(cook, order, "Es Teh")
    desk = cook.sees(f"/cashier?order={order.uid}")
    assert f'name="not_made" value="{tea}"' in desk
    assert "Rp8.085" in desk  # 7.000 with its share of service and tax
    fields = {"amount": "8085", "reason": "Habis", "way": "cash", "not_made": tea}

    wrong = cook.does(order, "refund", pin="999999", **fields)
    assert wrong.status_code == 403
    assert f'name="not_made" value="{tea}" checked' in wrong.text

    page = cook.after(cook.does(order, "refund", pin=MANAGERS_PIN, **fields))
    assert "<del>Es Teh</del>" in page
    shown = ticket(cook, order)
    assert "SEBAGIAN BATAL" in shown
    assert "<del>Es Teh</del>" in shown
    assert "<del>Sate Ayam</del>" not in shown
    moves(cook, order, "seen")
    assert "/start" in ticket(cook, order)


def test_an_order_with_one_line_left_is_cancelled_as_a_whole(cook: Counter) -> None:
    order = paid_in_cash(cook.shop, "Sate Ayam")
    cook.signs_in("kasir")

    assert "not_made" not in cook.sees(f"/cashier?order={order.uid}")
