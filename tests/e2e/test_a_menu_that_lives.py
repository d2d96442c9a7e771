"""An open phone follows the house without being touched: what sells out, closes, pauses and opens again."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from core.events.record import SYSTEM
from core.menu.models import Dish
from core.outlets.models import Outlet
from tests.running_program import Program
from tests.shop import CASHIER

PHONE: ViewportSize = {"width": 360, "height": 740}
AT_ONCE = 2_000
"""Milliseconds."""


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, locale="id-ID")
    page = context.new_page()
    page.set_default_timeout(8_000)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    yield page
    context.close()


def opens_the_menu(phone: Page, program: Program) -> None:
    with phone.expect_websocket(lambda socket: "/live/menu/" in socket.url):
        phone.goto(program.table_url())
    phone.wait_for_timeout(300)


def fills_the_basket(phone: Page, program: Program) -> None:
    phone.locator("li.dish", has_text="Sate Ayam").locator("button.plus").click()
    expect(phone.locator(".basket-bar__count")).to_have_text("1")
    phone.goto(f"{program.table_url()}/basket")


def test_a_dish_that_sells_out_is_grey_and_last_on_an_open_phone_within_two_seconds(
    phone: Page, program: Program
) -> None:
    opens_the_menu(phone, program)
    sate = phone.locator("li.dish", has_text="Sate Ayam")
    expect(sate.locator("button.plus")).to_be_visible()

    program.core.menu.set_sold_out(program.shop.dishes["Sate Ayam"].id, sold_out=True, by=SYSTEM)

    expect(sate).to_have_class(re.compile("dish--out"), timeout=AT_ONCE)
    expect(sate).to_contain_text("Habis")
    expect(sate.locator("button.plus")).to_have_count(0)
    expect(phone.locator("li.dish").last).to_contain_text("Sate Ayam")

    program.core.menu.set_sold_out(program.shop.dishes["Sate Ayam"].id, sold_out=False, by=SYSTEM)
    expect(sate.locator("button.plus")).to_be_visible(timeout=AT_ONCE)


def test_who_goes_by_keyboard_is_told_what_is_in_the_basket_and_stays_at_the_dish(
    phone: Page, program: Program
) -> None:
    opens_the_menu(phone, program)
    plus = phone.locator("li.dish", has_text="Es Teh").locator("button.plus")
    plus.focus()
    phone.keyboard.press("Enter")
    expect(phone.locator("[aria-live=polite] .basket-bar__count")).to_have_text("1")

    program.core.menu.set_sold_out(program.shop.dishes["Sate Ayam"].id, sold_out=True, by=SYSTEM)
    expect(phone.locator("li.dish--out")).to_contain_text("Sate Ayam")

    expect(plus).to_be_focused()


def test_who_must_not_eat_something_leaves_it_out(phone: Page, program: Program) -> None:
    with program.core.db.write() as session:
        session.get_one(Dish, program.shop.dishes["Sate Ayam"].id).labels = ["contains_peanuts"]
        session.get_one(Dish, program.shop.dishes["Es Teh"].id).labels = ["vegetarian"]
        session.get_one(Outlet, program.shop.outlet.id).menu_version += 1
    opens_the_menu(phone, program)
    sate, tea = (phone.locator("li.dish", has_text=name) for name in ("Sate Ayam", "Es Teh"))

    phone.get_by_role("button", name="Tanpa kacang tanah").click()
    expect(sate).to_be_hidden()
    expect(tea).to_be_visible()
    expect(phone.locator("#allergy")).to_contain_text("beri tahu pelayan juga")

    phone.get_by_role("button", name="Vegetarian").click()
    phone.fill("#search", "rawon")
    expect(phone.locator("#words")).to_have_text("rawon, Vegetarian, Tanpa kacang tanah")
    phone.locator("#clear-search").click()
    phone.fill("#search", " teh  ES")
    expect(tea).to_be_visible()
    expect(sate).to_be_hidden()
    phone.fill("#search", "")
    expect(sate).to_be_visible()
    expect(phone.locator("#allergy")).to_be_hidden()


def test_an_open_menu_says_that_the_kitchen_is_full_and_that_it_goes_on(phone: Page, program: Program) -> None:
    opens_the_menu(phone, program)

    program.core.house.pause("Dapur penuh", 25)
    expect(phone.locator("#house")).to_contain_text("Dapur penuh, ± 25 menit.", timeout=AT_ONCE)

    program.core.house.resume()
    expect(phone.locator("#house")).not_to_contain_text("Dapur penuh", timeout=AT_ONCE)


def test_a_basket_that_waits_for_the_kitchen_can_be_ordered_when_it_goes_on(phone: Page, program: Program) -> None:
    program.core.house.pause("Dapur penuh", None)
    opens_the_menu(phone, program)
    fills_the_basket(phone, program)
    expect(phone.locator("#basket")).to_contain_text("Dapur penuh")
    expect(phone.locator("button[name=method]")).to_have_count(0)

    program.core.house.resume()

    expect(phone.locator("button[name=method]")).to_have_count(2, timeout=25_000)
    expect(phone.locator("#basket")).to_contain_text("Sate Ayam")


def test_a_basket_that_was_refused_by_a_pause_looks_again_by_itself_as_it_says(phone: Page, program: Program) -> None:
    opens_the_menu(phone, program)
    fills_the_basket(phone, program)
    program.core.house.pause("Dapur penuh", None)
    phone.locator("button[name=method][value=cash]").click()
    expect(phone.locator("#basket")).to_contain_text("halaman ini memeriksa lagi sendiri")
    expect(phone.locator("button[name=method]")).to_have_count(0)

    program.core.house.resume()

    expect(phone.locator("button[name=method]")).to_have_count(2, timeout=25_000)
    phone.locator("button[name=method][value=cash]").click()
    phone.wait_for_url(re.compile("/orders/"))


def test_the_same_again_takes_one_tap_from_the_menu(phone: Page, program: Program) -> None:
    opens_the_menu(phone, program)
    fills_the_basket(phone, program)
    phone.locator("button[name=method][value=cash]").click()
    phone.wait_for_url(re.compile("/orders/"))
    uid = phone.url.rsplit("/", 1)[-1].partition("?")[0]
    program.core.cash.take(uid, 100_000, CASHIER)
    opens_the_menu(phone, program)

    phone.locator(".again button").click()

    phone.wait_for_url(re.compile("/basket$"))
    expect(phone.locator("#basket")).to_contain_text("Sate Ayam")
    expect(phone.locator("button[name=method]")).to_have_count(2)


def test_a_price_that_changed_while_the_basket_stood_open_shows_old_and_new(phone: Page, program: Program) -> None:
    opens_the_menu(phone, program)
    fills_the_basket(phone, program)
    with program.core.db.write() as session:
        session.get_one(Dish, program.shop.dishes["Sate Ayam"].id).price = 30_000
        session.get_one(Outlet, program.shop.outlet.id).menu_version += 1

    phone.locator("button[name=method][value=cash]").click()

    expect(phone.locator("[role=alert]")).to_contain_text("totalnya tadi Rp32.340, sekarang Rp34.650")
    expect(phone.locator("#basket")).to_contain_text("Sate Ayam")
    phone.locator("button[name=method][value=cash]").click()
    phone.wait_for_url(re.compile("/orders/"))
