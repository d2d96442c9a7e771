"""The cashier's screen in a real browser: keys, sound, the connection light, and nothing that covers the board."""

import re
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_the_main_job import COUNTER, sign_in
from tests.running_program import Program
from tests.shop import CASHIER

SCREENS = ["", "/kitchen", "/ready", "/shift", "/money"]
DEVICES = [(1366, 768), (820, 1180), (360, 740)]
PLAYS = "window.plays = 0; document.getElementById('tone').addEventListener('play', () => window.plays++)"


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: a counter that hears of PostgreSQL's news stands in test_the_main_job."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture
def counter(browser: Browser, program: Program) -> Iterator[Page]:
    context = browser.new_context(viewport=COUNTER, locale="id-ID")
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    sign_in(page, program, "kasir")
    expect(page.locator("#light")).to_have_attribute("data-state", "live", timeout=5_000)
    yield page
    context.close()


def sells(program: Program) -> str:
    """Sell a dish for cash from somewhere else, and give its order's uid."""
    order = program.shop.order("Es Teh", pay_by="cash", charge=False)
    program.core.cash.take(order.uid, 50_000, CASHIER)
    return order.uid


def test_a_scanner_and_two_taps_take_the_cash(counter: Page, program: Program) -> None:
    order = program.shop.order("Sate Ayam", "Es Teh", pay_by="cash", charge=False)
    expect(counter.locator("#find")).to_be_focused()

    counter.keyboard.type(order.claim_code or "")
    counter.keyboard.press("Enter")
    counter.locator("[data-note='50000']").click()
    counter.locator("[data-confirm]").click()

    change = f"Rp{50_000 - order.cash_total:,}".replace(",", ".")
    expect(counter.locator(".change__amount")).to_have_text(change)
    expect(counter.locator("#find")).to_be_focused()
    expect(counter.locator("#find")).to_have_value("")


def test_a_code_that_is_scanned_where_money_is_typed_lands_in_its_field(counter: Page, program: Program) -> None:
    before, scanned = (program.shop.order("Es Teh", pay_by="cash", charge=False) for _ in range(2))
    counter.goto(f"{program.url}/cashier?order={before.uid}")
    counter.keyboard.press("F2")
    counter.keyboard.type("5000")
    expect(counter.locator("#tendered")).to_have_value("5000")
    counter.wait_for_timeout(500)

    # A scanner writes faster than anybody types.
    counter.keyboard.insert_text((scanned.claim_code or "").lower())

    expect(counter.locator("#tendered")).to_have_value("5000")
    expect(counter.locator("#find")).to_be_focused()
    counter.keyboard.press("Enter")
    expect(counter.locator(".desk__number")).to_have_text(scanned.label)


def test_notes_add_up_and_too_little_cannot_be_confirmed(counter: Page, program: Program) -> None:
    order = program.shop.order("Rendang", pay_by="cash", charge=False)
    counter.goto(f"{program.url}/cashier?order={order.uid}")

    counter.locator("[data-note='20000']").click()
    expect(counter.locator("[data-confirm]")).to_be_disabled()
    counter.locator("[data-note='20000']").click()
    counter.locator("[data-note='20000']").click()

    expect(counter.locator("#tendered")).to_have_value("Rp60.000")
    expect(counter.locator("[data-confirm]")).to_be_enabled()
    counter.locator("[data-exact]").click()
    expect(counter.locator("[data-change]")).to_contain_text("Rp0")


def test_what_is_being_typed_survives_a_new_order(counter: Page, program: Program) -> None:
    order = program.shop.order("Rendang", pay_by="cash", charge=False)
    counter.goto(f"{program.url}/cashier?order={order.uid}")
    counter.keyboard.press("F2")
    counter.keyboard.type("75000")

    uid = sells(program)

    expect(counter.locator(f"#o-{uid}")).to_be_visible()
    expect(counter.locator("#tendered")).to_have_value("75000")
    expect(counter.locator("#tendered")).to_be_focused()


def test_enter_starts_the_oldest_and_undo_takes_it_back(counter: Page, program: Program) -> None:
    first, second = sells(program), sells(program)
    expect(counter.locator(".lane--new .slip")).to_have_count(2)

    counter.keyboard.press("Enter")

    expect(counter.locator(f".lane--preparing #o-{first}")).to_be_visible()
    expect(counter.locator(f".lane--new #o-{second}")).to_be_visible()
    counter.locator("#toast button").click()
    expect(counter.locator(f".lane--new #o-{first}")).to_be_visible()


def hold(page: Page, key: str) -> None:
    """Hold a key down for two seconds: it repeats, as a keyboard does by itself."""
    for _ in range(40):
        page.keyboard.down(key)
        page.wait_for_timeout(50)
    page.keyboard.up(key)


def test_a_key_that_is_held_down_starts_one_order(counter: Page, program: Program) -> None:
    first, second, third = (sells(program) for _ in range(3))
    expect(counter.locator(".lane--new .slip")).to_have_count(3)

    hold(counter, "Enter")

    expect(counter.locator(f".lane--preparing #o-{first}")).to_be_visible()
    counter.wait_for_load_state("networkidle")
    assert [program.shop.core.orders.page(uid).order.status for uid in (second, third)] == ["confirmed"] * 2


def test_a_key_that_is_held_down_takes_the_cash_and_leaves_the_change_to_read(counter: Page, program: Program) -> None:
    order = program.shop.order("Sate Ayam", pay_by="cash", charge=False)
    counter.goto(f"{program.url}/cashier?order={order.uid}")
    counter.locator("[data-note='50000']").click()
    expect(counter.locator("[data-confirm]")).to_be_focused()

    hold(counter, "Enter")

    expect(counter.locator(".change__amount")).to_be_visible()
    assert program.shop.status(order) == ("confirmed", "paid")


def test_a_new_order_sounds_until_somebody_touches_the_screen(counter: Page, program: Program) -> None:
    counter.evaluate(PLAYS)
    uid = sells(program)
    expect(counter.locator(f"#o-{uid}[data-ringing]")).to_be_visible()

    counter.wait_for_timeout(9_000)
    assert counter.evaluate("window.plays") == 2
    expect(counter).to_have_title(re.compile(r"^\(1\)"))
    counter.mouse.click(600, 740)

    expect(counter.locator("[data-ringing]")).to_have_count(0)
    played = counter.evaluate("window.plays")
    counter.wait_for_timeout(9_000)
    assert counter.evaluate("window.plays") == played


def test_without_a_line_the_light_says_so_and_the_board_is_right_soon_after(counter: Page, program: Program) -> None:
    counter.context.set_offline(True)
    expect(counter.locator("#light")).to_have_attribute("data-state", "lost", timeout=25_000)
    uid = sells(program)

    counter.context.set_offline(False)

    expect(counter.locator(f"#o-{uid}")).to_be_visible(timeout=6_000)
    expect(counter.locator("#light")).to_have_attribute("data-state", "live", timeout=8_000)


def test_a_refused_step_says_why_beside_the_board(counter: Page, program: Program) -> None:
    uid = sells(program)
    card = counter.locator(f".lane--new #o-{uid}")
    expect(card).to_be_visible()
    # This screen does not hear that somebody else was faster. A look already under way would tell it.
    counter.wait_for_load_state("networkidle")
    counter.route("**/cashier/board*", lambda route: route.abort())
    program.core.kitchen.start(uid, CASHIER)

    card.locator("button").click()

    expect(counter.locator("#toast")).to_contain_text("Pesanan ini")
    expect(counter.locator("#board")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), DEVICES)
def test_a_step_pressed_far_down_the_board_is_undone_where_it_was_pressed(
    counter: Page, program: Program, width: int, height: int
) -> None:
    counter.set_viewport_size({"width": width, "height": height})
    uids = [sells(program) for _ in range(9)]
    last = counter.locator(f".lane--new #o-{uids[-1]}")
    expect(last).to_be_visible()

    last.locator("button").click()
    expect(counter.locator("#toast")).to_contain_text("dipindah ke Dimasak")

    expect(counter.locator("#toast button")).to_be_in_viewport(ratio=1)
    counter.locator("#toast button").click()
    expect(last).to_be_visible()


@pytest.mark.parametrize(("width", "height"), DEVICES)
def test_a_wrong_pin_at_the_end_of_a_long_desk_is_told_where_it_was_typed(
    counter: Page, program: Program, width: int, height: int
) -> None:
    counter.set_viewport_size({"width": width, "height": height})
    order = program.shop.order(*["Sate Ayam", "Es Teh", "Mi Goreng"] * 6, pay_by="cash", charge=False)
    program.core.cash.take(order.uid, 5_000_000, CASHIER)
    counter.goto(f"{program.url}/cashier?order={order.uid}")
    counter.locator(".cancel summary").click()
    counter.fill(".cancel [name=reason]", "Tamu pergi")
    counter.fill(".cancel [name=pin]", "999999")

    counter.locator(".cancel form button").click()

    expect(counter.locator("#toast")).to_contain_text("PIN")
    expect(counter.locator("#toast > *")).to_be_in_viewport(ratio=1)
    assert program.shop.status(order) == ("confirmed", "paid")


def test_a_screen_without_motion_offers_no_undo_that_comes_too_late(counter: Page, program: Program) -> None:
    counter.emulate_media(reduced_motion="reduce")
    uid = sells(program)
    counter.locator(f".lane--new #o-{uid} button").click()
    expect(counter.locator("#toast button")).to_be_visible()

    expect(counter.locator("#toast button")).to_be_hidden(timeout=10_000)


def test_on_a_tablet_that_lies_on_its_side_a_dish_can_be_read_on_its_card(counter: Page, program: Program) -> None:
    counter.set_viewport_size({"width": 1024, "height": 768})
    uid = sells(program)
    expect(counter.locator(f".lane--new #o-{uid}")).to_be_visible()

    lane = counter.locator(".lane--new").bounding_box()
    done = counter.locator(".lane--done").bounding_box()

    assert lane is not None
    assert done is not None
    assert lane["width"] >= 160
    assert done["y"] + done["height"] <= 768


def test_every_screen_fits_its_device(counter: Page, program: Program) -> None:
    for _ in range(3):
        sells(program)

    shown = {}
    for path, (width, height) in product(SCREENS, DEVICES):
        counter.set_viewport_size({"width": width, "height": height})
        counter.goto(f"{program.url}/cashier{path}")
        shown[path, width] = counter.evaluate("document.documentElement.scrollWidth")

    assert {screen: wide for screen, wide in shown.items() if wide > screen[1]} == {}
