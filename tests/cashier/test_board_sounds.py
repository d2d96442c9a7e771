"""What the board gives a browser to sound by, and what it says aloud."""

import re
from datetime import timedelta

from sqlalchemy import update

from core.outlets.models import Outlet
from tests.cashier.conftest import Counter
from tests.cashier.prints import name_of
from tests.cashier.test_board_changes import SLIPS, looks
from tests.services.test_ways_out import close


def said(board: str) -> list[str]:
    return re.findall(r'data-says="([^"]*)"', board)


def test_a_payment_by_qris_is_told_with_its_amount_and_its_table(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam")
    cashier.shop.wallet.pays(order)

    assert said(cashier.sees()) == [f"QRIS, {order.total} rupiah, Meja 1"]


def test_it_is_said_in_the_outlets_language_whoever_reads_the_board(cashier: Counter) -> None:
    with cashier.shop.core.db.write() as session:
        session.execute(update(Outlet).values(language="en"))
    order = cashier.shop.order("Sate Ayam")
    cashier.shop.wallet.pays(order)

    for reader in ("id", "en"):
        board = cashier.sees(f"/cashier/board?lang={reader}")
        assert said(board) == [f"QRIS, {order.total} rupiah, Table 1"]
        assert 'data-language="en"' in board


def test_an_outlet_that_changes_its_language_says_what_stands_there_anew(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam")
    cashier.shop.wallet.pays(order)
    there = name_of(looks(cashier))
    with cashier.shop.core.db.write() as session:
        session.execute(update(Outlet).values(language="en"))

    assert SLIPS.stayed(looks(cashier, there)) == set()
    assert said(looks(cashier)) == [f"QRIS, {order.total} rupiah, Table 1"]


def test_cash_is_not_said_the_cashier_has_it_in_hand(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam", pay_by="cash", charge=False)
    cashier.does(order, "cash", tendered="100000")

    board = cashier.sees()

    assert "data-sound" in board
    assert said(board) == []
    assert "data-paid" not in board


def test_what_is_begun_is_not_said_again(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam")
    cashier.shop.wallet.pays(order)
    cashier.does(order, "start")

    assert said(cashier.sees()) == []


def test_money_that_needs_somebody_sounds_as_trouble_and_each_case_by_itself(cashier: Counter) -> None:
    shop = cashier.shop
    assert "trouble" not in cashier.sees()

    seen = []
    for _ in range(2):
        order = shop.order("Sate Ayam")
        attempt = shop.attempt(order)
        for _ in range(3):
            shop.passes(timedelta(minutes=40))
            shop.gateway_works()
        shop.wallet.pays(order, attempt=attempt, late=True)
        seen += alarms(cashier)

    assert len(set(seen)) == 2


def test_a_gateway_that_is_gone_sounds_as_trouble(cashier: Counter) -> None:
    for _ in range(5):
        cashier.shop.core.worker.breaker.was_silent()

    assert re.search(r'id="gateway-\w+" data-sound="trouble"|data-sound="trouble" id="gateway-\w+"', cashier.sees())


def test_each_kind_of_news_has_a_tone_of_its_own(cashier: Counter) -> None:
    page = cashier.sees("/cashier")

    tones = {address: cashier.opens(address).content for address in re.findall(r'<audio [^>]*src="([^"]+)"', page)}
    assert len(set(tones.values())) == 3
    assert all(tone.startswith(b"RIFF") for tone in tones.values())


def test_orders_are_stopped_and_taken_again_from_the_board(manager: Counter) -> None:
    page = manager.sees("/cashier")
    assert 'value="Dapur penuh"' in page

    answer = manager.browser.post(
        "/cashier/menu/pause", data={"reason": "Dapur penuh", "minutes": "15", "back": "cashier"}
    )
    assert answer.headers["location"] == "/cashier"
    assert "Dapur penuh" in manager.sees("/cashier/board")

    answer = manager.browser.post("/cashier/menu/resume", data={"back": "cashier"})
    assert answer.headers["location"] == "/cashier"
    assert "Dapur penuh" not in manager.sees("/cashier/board")


def test_a_money_case_that_was_settled_and_comes_back_sounds_again(cashier: Counter) -> None:
    """Whoever touched it the first time must not have silenced what the bank does weeks later."""
    shop = cashier.shop
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    attempt = shop.attempt(order)
    chargeback = f"/simulator/transactions/{attempt.reference}/chargeback"
    shop.simulator.call("POST", chargeback, {"amount": 9_000})
    shop.hears_of(attempt)
    (case,) = shop.cases()
    first = alarms(cashier)
    close(shop, case, lost=9_000)
    assert alarms(cashier) == []

    shop.simulator.call("POST", chargeback)
    shop.hears_of(attempt)

    assert len(first) == len(alarms(cashier)) == 1
    assert alarms(cashier) != first


def alarms(counter: Counter) -> list[str]:
    return re.findall(r'id="(cases-\d+)" data-sound="trouble"', counter.sees())
