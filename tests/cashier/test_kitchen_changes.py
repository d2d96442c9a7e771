"""What a kitchen's screen is sent that has an earlier print: the tickets that changed since, and never less."""

import random
import re
from datetime import timedelta

import pytest

from core.orders.models import Order
from core.outlets.models import Station
from tests.cashier.conftest import Counter
from tests.cashier.prints import Slips, bare, name_of
from tests.stations import open_two_stations, paid_in_cash

SLIPS = Slips(
    whole=re.compile(r'<article class="ticket[^>]*id="k-([\w-]+)".*?</article>', re.DOTALL),
    empty=re.compile(r'<article id="k-([\w-]+)" data-same></article>'),
)


@pytest.fixture
def stations(cook: Counter) -> tuple[Station, Station]:
    return open_two_stations(cook.shop)


def looks(cook: Counter, there: str = "", query: str = "", path: str = "/cashier/kitchen/tickets") -> str:
    """Ask for the kitchen as a screen does that has a print."""
    answer = cook.browser.get(f"{path}{query}", headers={"Meja-Print": there})
    assert answer.status_code == 200
    return answer.text


def test_a_screen_that_has_a_print_is_sent_what_has_changed_since(cook: Counter) -> None:
    first, second = paid_in_cash(cook.shop, "Sate Ayam"), paid_in_cash(cook.shop, "Es Teh")
    there = looks(cook)

    cook.does(first, "start", back="kitchen")
    sent = looks(cook, name_of(there))

    assert SLIPS.stayed(sent) == {second.uid}
    assert f"/cashier/orders/{first.uid}/ready" in sent


def test_a_page_that_a_step_leads_to_leaves_the_tickets_as_well(cook: Counter) -> None:
    first, second = paid_in_cash(cook.shop, "Sate Ayam"), paid_in_cash(cook.shop, "Es Teh")
    there = looks(cook)

    cook.does(first, "start", back="kitchen")
    page = looks(cook, name_of(there), path="/cashier/kitchen")

    assert SLIPS.stayed(page) == {second.uid}


def test_who_names_no_print_or_one_of_another_station_is_sent_everything(
    cook: Counter, stations: tuple[Station, Station]
) -> None:
    order = paid_in_cash(cook.shop, "Sate Ayam", "Es Teh")
    kitchen, bar = (f"?station={station.id}" for station in stations)

    for there in ("", "nobody-printed-this", name_of(looks(cook, query=bar)), name_of(looks(cook, query="?lang=en"))):
        sent = looks(cook, there, kitchen)

        assert SLIPS.stayed(sent) == set()
        assert f"/cashier/orders/{order.uid}/start" in sent
        assert "data-since" not in sent


def test_a_line_that_is_struck_off_changes_its_ticket_alone(cook: Counter) -> None:
    first, second = paid_in_cash(cook.shop, "Sate Ayam", "Es Teh"), paid_in_cash(cook.shop, "Es Teh")
    there = looks(cook)
    line = cook.shop.page(first).order.lines[0]

    cook.does(first, "lines", back="kitchen", cooked=str(line.id))
    sent = looks(cook, name_of(there))

    assert SLIPS.stayed(sent) == {second.uid}
    assert 'class="ticket__cooked"' in sent


def test_minutes_that_have_passed_are_news(cook: Counter) -> None:
    order = paid_in_cash(cook.shop, "Es Teh")
    there = name_of(looks(cook))

    cook.shop.passes(timedelta(minutes=1))
    sent = looks(cook, there)

    assert SLIPS.stayed(sent) == set()
    assert order.uid in sent


def test_a_print_of_long_ago_is_not_known_any_more(cook: Counter) -> None:
    order = paid_in_cash(cook.shop, "Es Teh")
    there = name_of(looks(cook))
    for _ in range(7):
        for step in ("start", "undo"):
            cook.does(order, step, back="kitchen")
            looks(cook)

    assert "data-since" not in looks(cook, there)


def test_whatever_print_a_screen_has_what_it_is_sent_makes_the_kitchen(
    cook: Counter, stations: tuple[Station, Station]
) -> None:
    chance = random.Random(7)
    orders = [paid_in_cash(cook.shop, *chance.sample(["Sate Ayam", "Es Teh", "Mi Goreng"], 2)) for _ in range(5)]
    queries = ["", *(f"?station={station.id}&counts=yes" for station in stations)]
    prints = {query: [looks(cook, query=query)] for query in queries}

    for _ in range(40):
        order, station = chance.choice(orders), chance.choice(["", *(str(one.id) for one in stations)])
        _acts(cook, chance, order, station)
        cook.shop.passes(timedelta(seconds=chance.randrange(20)))
        for query, known in prints.items():
            there = chance.choice(known[-8:])
            sent, whole = looks(cook, name_of(there), query), looks(cook, query=query)
            known.append(whole)

            assert bare(SLIPS.laid_over(there, sent)) == bare(whole)
    assert any(SLIPS.whole.findall(known[-1]) for known in prints.values())


def _acts(cook: Counter, chance: random.Random, order: Order, station: str) -> None:
    step = chance.choice(["start", "ready", "undo", "recall", "lines"])
    fields = {"station": station} if station else {}
    if step == "lines":
        line = chance.choice(cook.shop.page(order).order.lines)
        fields[chance.choice(["cooked", "uncooked"])] = str(line.id)
    cook.does(order, step, back="kitchen", **fields)
