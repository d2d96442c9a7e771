"""What a board is sent that has an earlier print: what has changed since, and never less."""

import random
import re
from datetime import timedelta

from core.orders.models import Order
from tests.cashier.conftest import Counter
from tests.cashier.prints import Slips, bare, name_of

SLIPS = Slips(
    whole=re.compile(r'<li class="slip[^>]*id="o-([\w-]+)".*?\n</li>', re.DOTALL),
    empty=re.compile(r'<li id="o-([\w-]+)" data-same></li>'),
)


def sold(counter: Counter, dish: str = "Es Teh") -> Order:
    order = counter.shop.order(dish)
    counter.shop.wallet.pays(order)
    return order


def looks(counter: Counter, there: str = "", path: str = "/cashier/board", language: str = "id") -> str:
    """Ask for the board as a screen does that has a print."""
    answer = counter.browser.get(f"{path}?lang={language}", headers={"Meja-Print": there})
    assert answer.status_code == 200
    return answer.text


def test_a_screen_that_has_a_print_is_sent_what_has_changed_since(cashier: Counter) -> None:
    first, second = sold(cashier), sold(cashier)
    there = looks(cashier)

    cashier.does(first, "start")
    sent = looks(cashier, name_of(there))

    assert SLIPS.stayed(sent) == {second.uid}
    assert f"/cashier/orders/{first.uid}/ready" in sent


def test_a_page_that_a_step_leads_to_leaves_the_slips_of_its_board_as_well(cashier: Counter) -> None:
    first, second = sold(cashier), sold(cashier)
    there = looks(cashier)

    cashier.does(first, "start")
    page = looks(cashier, name_of(there), "/cashier")

    assert SLIPS.stayed(page) == {second.uid}


def test_who_names_no_print_or_one_that_nobody_knows_is_sent_everything(cashier: Counter) -> None:
    order = sold(cashier)
    in_english = name_of(looks(cashier, language="en"))

    for there in ("", "nobody-printed-this", in_english):
        sent = looks(cashier, there)

        assert SLIPS.stayed(sent) == set()
        assert f"/cashier/orders/{order.uid}/start" in sent
        assert "data-since" not in sent


def test_a_print_of_long_ago_is_not_known_any_more(cashier: Counter) -> None:
    order = sold(cashier)
    there = name_of(looks(cashier))
    for _ in range(7):
        for step in ("start", "undo"):
            cashier.does(order, step)
            looks(cashier)

    assert "data-since" not in looks(cashier, there)


def test_minutes_that_have_passed_are_news(cashier: Counter) -> None:
    order = sold(cashier)
    there = name_of(looks(cashier))

    cashier.shop.passes(timedelta(minutes=1))
    sent = looks(cashier, there)

    assert SLIPS.stayed(sent) == set()
    assert order.uid in sent


def test_whatever_print_a_screen_has_what_it_is_sent_makes_the_board(cashier: Counter) -> None:
    chance = random.Random(5)
    orders = [sold(cashier) for _ in range(6)]
    prints = [looks(cashier)]

    for _ in range(40):
        cashier.does(chance.choice(orders), chance.choice(["start", "ready", "undo"]))
        cashier.shop.passes(timedelta(seconds=chance.randrange(20)))
        there = chance.choice(prints[-8:])
        sent, whole = looks(cashier, name_of(there)), looks(cashier)
        prints.append(whole)

        assert bare(SLIPS.laid_over(there, sent)) == bare(whole)
    assert len(SLIPS.whole.findall(prints[-1])) == len(orders)
