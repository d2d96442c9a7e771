"""What of the menu, the basket and the order's page changes by itself."""

import gzip
import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from core.events.record import SYSTEM, Actor
from core.menu.models import Dish
from core.outlets.models import Outlet
from core.services.demo_sales import DAYS
from core.services.sales import EVERY, FEWEST_ORDERS
from kiosk.menu_bytes import FRESH_SECONDS
from tests.kiosk.conftest import Diner
from tests.services.opening import opens, serves_food, stand_at
from tests.shop import CASHIER, Shop

COOK = Actor("staff", 4)


def in_english(diner: Diner) -> Diner:
    diner.browser.post("/language", data={"language": "en", "next": diner.table})
    return diner


def house_of(page: str) -> str:
    """Read what the menu's head says, as plain words."""
    found = re.search(r'id="house">(.*?)</header>', page, re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def later(diner: Diner, minutes: int = 0) -> str:
    """Let time pass, and open the menu when its bytes may have changed."""
    diner.shop.passes(timedelta(minutes=minutes), at_the_gateway=False)
    time.sleep(FRESH_SECONDS + 0.1)
    return diner.opens().text


def sells(shop: Shop, *names: str, times: int) -> None:
    for _ in range(times):
        order = shop.order(*names, pay_by="cash", charge=False)
        shop.core.cash.take(order.uid, 1_000_000, CASHIER)


def cooks_three(shop: Shop, minutes: int) -> None:
    for _ in range(3):
        order = shop.order("Sate Ayam", pay_by="cash", charge=False)
        shop.core.cash.take(order.uid, 100_000, CASHIER)
        shop.core.kitchen.start(order.uid, COOK)
        shop.passes(timedelta(minutes=minutes), at_the_gateway=False)
        shop.core.kitchen.ready(order.uid, COOK)


def test_a_house_without_hours_says_nothing_of_them(diner: Diner) -> None:
    assert house_of(diner.opens().text).startswith("Pesan dan bayar dari tempat duduk Anda.")
    assert "Buka" not in house_of(diner.opens().text)


def test_the_menus_head_says_until_when_it_is_open_and_when_it_opens_again(diner: Diner) -> None:
    opens(diner.shop, "daily 10:00-22:00")
    stand_at(diner.shop, 21, 58)
    assert "Buka sampai 22.00" in house_of(diner.opens().text)
    assert "Open until 22:00" in house_of(in_english(diner).opens().text)

    assert "Closed. Opens tomorrow at 10:00." in house_of(later(diner, 2))
    diner.browser.post("/language", data={"language": "id", "next": diner.table})
    assert "Tutup. Buka lagi besok pukul 10.00." in house_of(diner.opens().text)


def test_the_menus_bytes_change_in_the_minute_of_opening_without_anybody_writing_anything(diner: Diner) -> None:
    opens(diner.shop, "daily 10:00-22:00")
    stand_at(diner.shop, 9, 59)
    first = diner.opens().headers["etag"]
    time.sleep(FRESH_SECONDS + 0.1)
    assert diner.opens("", **{"If-None-Match": first}).status_code == 304

    later(diner, 1)

    assert diner.opens("", **{"If-None-Match": first}).status_code == 200


def test_a_paused_house_says_why_and_for_how_long_in_steps(diner: Diner) -> None:
    diner.shop.core.house.pause("Dapur penuh", 25)
    assert "Dapur penuh, ± 25 menit." in house_of(diner.opens().text)

    assert "Dapur penuh, ± 15 menit." in house_of(later(diner, 12))
    assert "Dapur penuh" not in house_of(later(diner, 13))


def test_a_pauses_reason_is_shown_as_text_whatever_it_says(diner: Diner) -> None:
    diner.shop.core.house.pause("<b>penuh</b> {{7*7}}", None)

    page = diner.opens().text

    assert "&lt;b&gt;penuh&lt;/b&gt; {{7*7}}" in page
    assert "<b>penuh</b>" not in page


def test_the_menus_head_says_how_long_a_guest_will_wait(diner: Diner) -> None:
    cooks_three(diner.shop, 12)
    assert "Waktu tunggu ± 15 menit" in house_of(diner.opens().text)
    assert "Wait ± 15 minutes" in house_of(in_english(diner).opens().text)


def test_ordering_while_closed_brings_the_basket_back_with_one_sentence(diner: Diner) -> None:
    opens(diner.shop, "daily 10:00-22:00")
    stand_at(diner.shop, 21, 59)
    diner.adds("Sate Ayam")
    page = diner.opens(f"{diner.table}/basket").text
    diner.shop.passes(timedelta(minutes=1), at_the_gateway=False)

    answer = diner.pays_by("qris", page=page)

    assert answer.status_code == 409
    assert "Kami sedang tutup; Anda bisa memesan lagi besok pukul 10.00. Keranjang Anda tetap tersimpan." in answer.text
    assert "Sate Ayam" in answer.text
    assert 'name="method"' not in answer.text
    assert "Tutup. Buka lagi besok pukul 10.00." in answer.text


def test_a_basket_can_be_filled_while_the_kitchen_is_full_and_is_ordered_afterwards(diner: Diner) -> None:
    diner.shop.core.house.pause("Dapur penuh", 25)
    diner.adds("Sate Ayam")
    paused = diner.opens(f"{diner.table}/basket").text
    assert "Dapur penuh, ± 25 menit." in paused
    assert 'name="method"' not in paused
    # It looks again by itself, as it says: where there is no JavaScript too.
    again = f'<noscript><meta http-equiv="refresh" content="20; url={diner.table}/basket"></noscript>'
    assert again in paused

    diner.shop.core.house.resume()

    assert again not in diner.opens(f"{diner.table}/basket").text
    assert diner.order_at(diner.pays_by("cash")).total == 32_340


def test_a_part_of_the_menu_outside_its_hours_is_grey_last_and_says_when(diner: Diner) -> None:
    stand_at(diner.shop, 10, 44)
    serves_food(diner.shop, 6 * 60, 11 * 60, 10 * 60 + 45)
    page = diner.opens().text
    assert "Disajikan 06.00–11.00" in page
    assert "pesanan terakhir 10.45" in page
    assert "dish--out" not in page

    page = later(diner, 1)

    assert page.count("dish--out") == 4
    assert "Nanti" in page
    assert 'name="dish_id"' not in page
    dish = diner.opens(f"{diner.table}/dishes/{diner.shop.dishes['Sate Ayam'].id}").text
    assert "Tidak tersedia jam segini" in dish
    assert "Disajikan 06.00–11.00" in dish
    assert "data-add" not in dish


def test_a_dish_that_is_added_a_minute_too_late_says_why(diner: Diner) -> None:
    stand_at(diner.shop, 11)
    serves_food(diner.shop, 6 * 60, 11 * 60)

    answer = diner.adds("Sate Ayam")

    assert answer.status_code == 409
    assert "Sate Ayam disajikan pukul 06.00 sampai 11.00." in answer.text


def test_a_basket_that_holds_a_dish_outside_its_hours_is_told(diner: Diner) -> None:
    stand_at(diner.shop, 10, 59)
    serves_food(diner.shop, 6 * 60, 11 * 60)
    diner.adds("Sate Ayam")
    diner.shop.passes(timedelta(minutes=1), at_the_gateway=False)

    page = diner.opens(f"{diner.table}/basket").text

    assert "Sate Ayam disajikan pukul 06.00 sampai 11.00. Yang lain tetap di keranjang." in page
    assert 'name="method"' not in page


def test_what_sells_best_is_labelled_and_from_three_on_has_a_row_of_its_own(diner: Diner) -> None:
    sells(diner.shop, "Sate Ayam", "Es Teh", times=FEWEST_ORDERS)
    page = later(diner, 10)
    assert page.count("Terlaris</span>") == 2
    assert 'id="best"' not in page

    sells(diner.shop, "Mi Goreng", times=6)
    page = later(diner, 10)

    shelf = re.search(r'id="best".*?</section>', page, re.DOTALL)
    assert shelf is not None
    assert re.findall(r"<h3><a[^>]*>([^<]+)</a>", shelf[0]) == ["Sate Ayam", "Es Teh", "Mi Goreng"]
    assert '<a href="#best">Terlaris</a>' in page


def test_what_is_sold_out_leaves_the_best_sellers_row(diner: Diner) -> None:
    sells(diner.shop, "Sate Ayam", "Es Teh", "Mi Goreng", times=FEWEST_ORDERS)
    assert 'id="best"' in later(diner, 10)

    diner.shop.core.menu.set_sold_out(diner.shop.dishes["Es Teh"].id, sold_out=True, by=SYSTEM)

    assert 'id="best"' not in later(diner)


def test_the_houses_own_favourites_give_way_to_what_really_sells(diner: Diner) -> None:
    with diner.shop.core.db.write() as session:
        session.get_one(Dish, diner.shop.dishes["Rendang"].id).labels = ["best_seller"]
        session.get_one(Outlet, diner.shop.outlet.id).menu_version += 1
    assert "Favorit</span>" in diner.opens().text

    sells(diner.shop, "Sate Ayam", times=FEWEST_ORDERS)

    page = later(diner, 10)
    assert "Favorit</span>" not in page
    assert "Terlaris</span>" in page


def pays_cash(diner: Diner) -> None:
    order = diner.order_at(diner.pays_by("cash"))
    diner.shop.core.cash.take(order.uid, 1_000_000, CASHIER)


def test_the_empty_basket_bar_offers_the_same_again(diner: Diner, neighbour: Diner) -> None:
    diner.adds("Sate Ayam", 2)
    assert "Sama seperti tadi" not in diner.opens(f"{diner.table}/basket-bar").text
    pays_cash(diner)

    assert "2× Sate Ayam" in diner.opens(f"{diner.table}/basket-bar").text
    assert "Sama seperti tadi" not in neighbour.opens(f"{diner.table}/basket-bar").text
    page = diner.does(f"{diner.table}/again")

    assert str(page.url).endswith("/basket")
    assert "Sate Ayam" in page.text
    assert 'name="method"' in page.text
    assert "Sama seperti tadi" not in diner.opens(f"{diner.table}/basket-bar").text


def test_same_again_says_what_is_missing(diner: Diner) -> None:
    diner.adds("Sate Ayam")
    diner.adds("Es Teh")
    pays_cash(diner)
    diner.shop.core.menu.set_sold_out(diner.shop.dishes["Es Teh"].id, sold_out=True, by=SYSTEM)
    assert "Sama seperti tadi" in diner.opens(f"{diner.table}/basket").text

    page = diner.does(f"{diner.table}/again")

    assert "Kali ini tidak tersedia: Es Teh." in page.text
    assert 'name="method"' in page.text


@pytest.mark.parametrize("said", ["x", "1.2.3", "%00", "9" * 400, "<b>"])
def test_an_address_that_claims_something_was_left_out_breaks_nothing(diner: Diner, said: str) -> None:
    assert diner.opens(f"{diner.table}/basket?left_out={said}").status_code == 200


def test_the_basket_offers_what_others_had_with_it(diner: Diner) -> None:
    sells(diner.shop, "Sate Ayam", "Es Teh", "Mi Goreng", times=FEWEST_ORDERS)
    diner.shop.passes(EVERY, at_the_gateway=False)

    page = diner.adds("Sate Ayam").text

    beside = re.search(r"Sering dipesan bersama.*?</section>", page, re.DOTALL)
    assert beside is not None
    assert f'name="dish_id" value="{diner.shop.dishes["Es Teh"].id}"' in beside[0]
    assert f"/dishes/{diner.shop.dishes['Mi Goreng'].id}" in beside[0]
    assert "Sering dipesan bersama" not in diner.opens(f"{diner.table}/basket").text.replace(beside[0], "")


def test_a_price_that_changed_shows_old_and_new_and_keeps_the_basket(diner: Diner) -> None:
    page = diner.adds("Sate Ayam").text
    with diner.shop.core.db.write() as session:
        session.get_one(Dish, diner.shop.dishes["Sate Ayam"].id).price = 30_000

    answer = diner.pays_by("qris", page=page)

    assert answer.status_code == 409
    assert "totalnya tadi Rp32.340, sekarang Rp34.650" in answer.text
    assert diner.order_at(diner.pays_by("qris", page=answer.text)).total == 34_650


def test_a_paid_order_says_when_it_will_be_ready_and_is_honest_when_it_is_late(diner: Diner) -> None:
    cooks_three(diner.shop, 12)
    diner.adds("Sate Ayam")
    order = diner.order_at(diner.pays_by("cash"))
    diner.shop.core.cash.take(order.uid, 100_000, CASHIER)
    promised = diner.shop.page(order).order.promised_at
    assert promised is not None

    page = diner.opens(f"/orders/{order.uid}").text
    assert re.search(r"LUNAS · Siap sekitar \d\d\.\d[05]", page)

    diner.shop.passes(timedelta(minutes=30), at_the_gateway=False)
    page = diner.opens(f"/orders/{order.uid}").text
    assert "Siap sekitar" not in page
    assert re.search(r"Tadi kami bilang \d\d\.\d[05]; ternyata perlu sedikit lebih lama", page)

    diner.shop.core.kitchen.start(order.uid, COOK)
    diner.shop.core.kitchen.ready(order.uid, COOK)
    page = in_english(diner).opens(f"/orders/{order.uid}").text
    assert "We said" not in page
    assert "PAID</p>" in page


def test_without_a_promise_a_paid_order_names_no_time(diner: Diner) -> None:
    diner.adds("Sate Ayam")
    order = diner.order_at(diner.pays_by("cash"))
    diner.shop.core.cash.take(order.uid, 100_000, CASHIER)

    assert "LUNAS</p>" in diner.opens(f"/orders/{order.uid}").text


def test_the_demo_is_open_all_day_and_knows_what_sells_from_a_week_of_sales(demo: TestClient) -> None:
    page = demo.get("/t/the-token-of-a-table").text

    assert "Buka 24 jam" in page
    assert 'id="best"' in page
    assert "Disajikan 06.00–11.00" in page
    assert DAYS * 3 >= FEWEST_ORDERS


def test_the_demo_menu_with_every_head_it_may_have_fits_into_25_kilobytes(
    demo: TestClient, weigh: Callable[[TestClient], int]
) -> None:
    demo.app.state.core.house.pause("Dapur penuh sekali, mohon bersabar sebentar ya", 25)  # type: ignore[attr-defined] # the client knows no more than a callable
    time.sleep(FRESH_SECONDS + 0.1)

    assert weigh(demo) <= 25 * 1024


@pytest.fixture
def weigh() -> Callable[[TestClient], int]:
    """Weigh the menu with its styles and scripts, as they travel."""

    def weighed(demo: TestClient) -> int:
        page = demo.get("/t/the-token-of-a-table")
        files = re.findall(r'(?:href|src)="(/static/[\w/.-]+\.(?:css|js)\?v=\w+)"', page.text)
        parts = [gzip.compress(demo.get(file).content, 9) for file in files]
        return int(page.headers["content-length"]) + sum(len(part) for part in parts)

    return weighed
