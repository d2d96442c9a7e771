"""The menu at hand: sold out in one tap, portions counted, orders paused with a reason."""

import re
from datetime import timedelta

import pytest

from tests.cashier.conftest import Counter
from tests.shop import CASHIER

STOCK = "/cashier/menu"


def press(counter: Counter, name: str, what: str, **fields: str) -> str:
    dish = counter.shop.dishes[name]
    return counter.after(counter.browser.post(f"{STOCK}/{dish.id}/{what}", data=fields))


def row(page: str, counter: Counter, name: str) -> str:
    found = re.search(rf'id="dish-{counter.shop.dishes[name].id}".*?</li>', page, re.DOTALL)
    assert found is not None, name
    return found[0]


def menu(counter: Counter) -> str:
    return counter.sees(f"/t/{counter.shop.tables[0].token}")


def test_a_dish_is_sold_out_in_one_tap_and_back_in_another(cook: Counter) -> None:
    off = press(cook, "Es Teh", "sale", sold_out="yes")
    guests_see = menu(cook)
    on = press(cook, "Es Teh", "sale", sold_out="no")

    assert "HABIS" in row(off, cook, "Es Teh")
    assert 'value="no"' in row(off, cook, "Es Teh")
    assert "HABIS" not in row(off, cook, "Sate Ayam")
    assert "Habis" in guests_see
    assert "HABIS" not in row(on, cook, "Es Teh")


def test_portions_are_counted_and_no_longer_counted(cook: Counter) -> None:
    few = press(cook, "Es Teh", "portions", portions="4")
    none = press(cook, "Es Teh", "portions", portions="0")
    assert cook.shop.portions("Es Teh") == 0
    uncounted = press(cook, "Es Teh", "portions", portions="")

    assert "SISA 4" in row(few, cook, "Es Teh")
    assert "HABIS TERJUAL" in row(none, cook, "Es Teh")
    assert cook.shop.portions("Es Teh") is None
    assert "badge" not in row(uncounted, cook, "Es Teh")


def test_a_number_no_kitchen_makes_is_refused_and_changes_nothing(cook: Counter) -> None:
    dish = cook.shop.dishes["Rendang"]

    answer = cook.browser.post(f"{STOCK}/{dish.id}/portions", data={"portions": "100000"})

    assert answer.status_code == 422
    assert "portions" in answer.text
    assert cook.shop.portions("Rendang") == 3


@pytest.mark.parametrize("dish", ["0", "999999", str(2**70)])
def test_a_dish_that_is_not_there_is_not_found(cook: Counter, dish: str) -> None:
    assert cook.browser.post(f"{STOCK}/{dish}/sale", data={"sold_out": "yes"}).status_code == 404


def test_dishes_are_looked_for_in_both_languages_and_what_was_looked_for_stays(cook: Counter) -> None:
    found = cook.sees(f"{STOCK}?find=sate")
    after = cook.browser.post(
        f"{STOCK}/{cook.shop.dishes['Sate Ayam'].id}/sale", data={"sold_out": "yes", "find": "sate"}
    )

    assert "Sate Ayam" in found
    assert "Es Teh" not in found
    assert after.headers["location"] == f"{STOCK}?find=sate"
    assert "Tidak ada menu bernama itu" in cook.sees(f"{STOCK}?find=pizza")


def test_the_menu_at_hand_speaks_the_readers_language(cook: Counter) -> None:
    cook.browser.cookies.set("meja_lang", "en")

    page = cook.sees(STOCK)

    assert "<h2>Food</h2>" in page
    assert "<h2>Makanan</h2>" not in page


def test_orders_are_paused_with_a_reason_that_guests_and_colleagues_read(cashier: Counter) -> None:
    page = cashier.after(cashier.browser.post(f"{STOCK}/pause", data={"reason": "Dapur penuh", "minutes": "30"}))

    assert "Pesanan baru berhenti: Dapur penuh" in page
    assert "± 30 menit lagi" in page
    assert "Pesanan baru berhenti: Dapur penuh" in cashier.sees("/cashier/board")
    assert "Dapur penuh, ± 30 menit." in menu(cashier)


def test_a_pause_ends_by_hand_or_by_itself(cashier: Counter) -> None:
    cashier.browser.post(f"{STOCK}/pause", data={"reason": "Istirahat", "minutes": ""})
    assert "Sampai diakhiri" in cashier.sees(STOCK)
    resumed = cashier.after(cashier.browser.post(f"{STOCK}/resume"))
    cashier.browser.post(f"{STOCK}/pause", data={"reason": "Istirahat", "minutes": "15"})
    cashier.shop.clock.added += timedelta(minutes=16)

    assert "Pesanan baru berhenti" not in resumed
    assert "Pesanan baru berhenti" not in cashier.sees(STOCK)
    assert "Pesanan baru berhenti" not in cashier.sees("/cashier")


def test_a_pause_without_a_reason_is_asked_again_with_what_was_typed(cashier: Counter) -> None:
    nothing = cashier.browser.post(f"{STOCK}/pause", data={"reason": " ", "minutes": "15"})
    too_long = cashier.browser.post(f"{STOCK}/pause", data={"reason": "x" * 61})

    assert nothing.status_code == 422
    assert "tamu" in nothing.text
    assert too_long.status_code == 422
    assert "x" * 61 in too_long.text


def test_the_kitchen_sees_a_pause_and_cannot_call_one(cook: Counter) -> None:
    cook.shop.core.house.pause("Dapur penuh", None, CASHIER)

    page = cook.sees(STOCK)

    assert "Dapur penuh" in page
    assert f"{STOCK}/resume" not in page
    assert cook.browser.post(f"{STOCK}/pause", data={"reason": "x"}).status_code == 403
