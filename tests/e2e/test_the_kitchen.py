"""The kitchen's screens in a real browser: two stations, lines struck off, keys of a bump bar, tones, and recall."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from core.events.record import Actor
from core.orders.models import Order
from tests.e2e.test_the_main_job import sign_in
from tests.running_program import Program
from tests.stations import open_two_stations, paid_in_cash

COOK = Actor("staff", 4, "Dapur")
MANAGER = Actor("staff", 2, "Manager")
WALL = {"width": 1366, "height": 768}
DEVICES = [(1366, 768), (820, 1180), (360, 740)]
HEARD = """for (const name of ["tone", "tone-stop"])
  document.getElementById(name).addEventListener("play", () => (window.heard ??= []).push(name))"""


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: the same pages on both."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@contextmanager
def screen(browser: Browser, program: Program, path: str = "/kitchen", **options: Any) -> Iterator[Page]:
    """A screen on the wall, signed in; a script error or a broken CSP fails the test."""
    wanted: dict[str, Any] = {"viewport": WALL, "locale": "id-ID"}
    context = browser.new_context(**(wanted | options))
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.on("console", lambda line: pytest.fail(line.text) if "Content Security Policy" in line.text else None)
    # A cashier's sign-in ends on the board, where the screens' own addresses are one step away.
    sign_in(page, program, "kasir")
    page.goto(f"{program.url}/cashier{path}")
    if options.get("java_script_enabled", True):
        expect(page.locator("#light")).to_have_attribute("data-state", "live", timeout=8_000)
    yield page
    context.close()


@pytest.fixture
def wall(browser: Browser, program: Program) -> Iterator[Page]:
    with screen(browser, program) as page:
        yield page


def sells(program: Program, *names: str, table: int = 0) -> Order:
    return paid_in_cash(program.shop, *(names or ("Es Teh",)), table=table)


def ticket(page: Page, order: Order) -> Locator:
    return page.locator(f"#k-{order.uid}")


def bump(page: Page, order: Order) -> Locator:
    return ticket(page, order).locator(".ticket__bump")


def test_two_stations_make_one_order_and_the_wall_calls_it_when_both_are_through(
    browser: Browser, program: Program
) -> None:
    kitchen, bar = open_two_stations(program.shop)
    with (
        screen(browser, program, f"/kitchen?station={kitchen.id}") as stove,
        screen(browser, program, f"/kitchen?station={bar.id}") as counter,
        screen(browser, program, "/ready") as numbers,
    ):
        order = sells(program, "Sate Ayam", "Es Teh")
        expect(ticket(stove, order)).to_contain_text("Sate Ayam")
        expect(ticket(counter, order)).to_contain_text("Es Teh")
        expect(ticket(counter, order)).not_to_contain_text("Sate Ayam")

        bump(counter, order).click()
        expect(ticket(counter, order)).to_have_class("ticket ticket--fresh ticket--started")
        expect(numbers.locator(f"#s-{order.uid}")).to_be_visible()
        counter.wait_for_timeout(700)
        bump(counter, order).click()
        expect(ticket(counter, order)).to_have_count(0)
        expect(numbers.locator(f"#c-{order.uid}")).to_have_count(0)

        bump(stove, order).click()
        expect(ticket(stove, order)).to_contain_text("Dimasak")
        stove.wait_for_timeout(700)
        bump(stove, order).click()
        expect(numbers.locator(f"#c-{order.uid}")).to_be_visible()
        assert program.shop.status(order)[0] == "ready"


def test_the_station_that_was_chosen_is_there_again_after_a_look_elsewhere(browser: Browser, program: Program) -> None:
    open_two_stations(program.shop)
    with screen(browser, program) as page:
        page.locator(".stations a", has_text="Bar").click()
        expect(page.locator(".stations [aria-current]")).to_contain_text("Bar")
        page.locator(".bar__places a[href='/cashier/ready']").click()
        page.goto(f"{program.url}/cashier/kitchen")

        expect(page.locator(".stations [aria-current]")).to_contain_text("Bar")


def test_a_line_that_is_tapped_is_struck_off_on_every_screen_and_after_a_reload(
    browser: Browser, program: Program
) -> None:
    order = sells(program, "Sate Ayam", "Es Teh", "Rendang")
    with screen(browser, program, has_touch=True) as mine, screen(browser, program) as theirs:
        for name in ("Sate Ayam", "Rendang"):
            ticket(mine, order).locator("button.ticket__line", has_text=name).tap()
        for page in (mine, theirs):
            expect(ticket(page, order).locator(".ticket__cooked")).to_have_count(2)

        mine.reload()
        expect(ticket(mine, order).locator(".ticket__cooked")).to_have_count(2)
        ticket(mine, order).locator("button.ticket__line", has_text="Rendang").tap()

        for page in (mine, theirs):
            expect(ticket(page, order).locator(".ticket__cooked .ticket__name")).to_have_text(["Sate Ayam"])


def test_the_queue_is_worked_off_with_keys_alone(wall: Page, program: Program) -> None:
    first, second, third = (sells(program, table=table) for table in range(3))
    expect(wall.locator(".ticket")).to_have_count(3)

    wall.keyboard.press("2")
    expect(bump(wall, second)).to_be_focused()
    wall.keyboard.press("ArrowRight")
    expect(bump(wall, third)).to_be_focused()
    wall.keyboard.press("ArrowLeft")
    wall.keyboard.press("ArrowLeft")
    expect(bump(wall, first)).to_be_focused()

    wall.keyboard.press("Enter")
    expect(ticket(wall, first)).to_contain_text("Dimasak")
    wall.keyboard.press("1")
    wall.keyboard.press("Space")

    # Bumped: the next one has moved up, and is chosen.
    expect(ticket(wall, first)).to_have_count(0)
    expect(bump(wall, second)).to_be_focused()
    assert [program.shop.status(order)[0] for order in (first, second)] == ["ready", "confirmed"]


@pytest.mark.parametrize(("width", "height"), DEVICES)
def test_a_step_pressed_far_down_the_queue_is_undone_where_it_was_pressed(
    wall: Page, program: Program, width: int, height: int
) -> None:
    wall.set_viewport_size({"width": width, "height": height})
    orders = [sells(program, "Mi Goreng", "Es Teh") for _ in range(16)]
    bump = ticket(wall, orders[-1]).locator(".ticket__bump")
    expect(bump).to_be_visible()

    bump.click()
    expect(wall.locator("#toast")).to_contain_text("dipindah ke Dimasak")

    expect(wall.locator("#toast button")).to_be_in_viewport(ratio=1)
    wall.locator("#toast button").click()
    expect(bump).to_contain_text("Mulai")
    assert program.shop.status(orders[-1])[0] == "confirmed"


def test_enter_chooses_the_first_ticket_when_none_is_chosen(wall: Page, program: Program) -> None:
    order = sells(program)
    expect(ticket(wall, order)).to_be_visible()

    wall.keyboard.press("Enter")

    expect(bump(wall, order)).to_be_focused()
    assert program.shop.status(order)[0] == "confirmed"


def test_a_press_that_bounces_and_a_key_that_is_held_bump_once(wall: Page, program: Program) -> None:
    first, second = sells(program, table=0), sells(program, table=1)
    expect(wall.locator(".ticket")).to_have_count(2)
    wall.keyboard.press("1")

    wall.keyboard.press("Enter")
    wall.keyboard.press("Enter")
    expect(ticket(wall, first)).to_contain_text("Dimasak")
    wall.keyboard.press("Enter")
    wall.wait_for_timeout(700)
    for _ in range(12):
        wall.keyboard.down("Enter")  # Held: only the first of them is no repetition.
    wall.keyboard.up("Enter")

    expect(ticket(wall, first)).to_have_count(0)
    wall.wait_for_timeout(700)
    assert [program.shop.status(order)[0] for order in (first, second)] == ["ready", "confirmed"]


def test_a_second_tap_on_start_is_not_ready(browser: Browser, program: Program) -> None:
    order = sells(program)
    with screen(browser, program, has_touch=True) as page:
        bump(page, order).tap()
        expect(ticket(page, order)).to_contain_text("Dimasak")
        bump(page, order).tap()
        page.wait_for_timeout(300)

        assert program.shop.status(order)[0] == "preparing"


def test_lines_are_struck_off_with_keys(wall: Page, program: Program) -> None:
    order = sells(program, "Sate Ayam", "Es Teh")
    expect(ticket(wall, order)).to_be_visible()

    wall.keyboard.press("1")
    wall.keyboard.press("ArrowUp")
    wall.keyboard.press("Enter")

    expect(ticket(wall, order).locator(".ticket__cooked")).to_contain_text("Es Teh")
    expect(ticket(wall, order).locator("button.ticket__line", has_text="Es Teh")).to_be_focused()


def test_the_counts_come_and_go_with_a_key_and_follow_what_happens(wall: Page, program: Program) -> None:
    wall.keyboard.press("a")
    expect(wall.locator(".all-day")).to_contain_text("Tidak ada antrean")

    for table in range(2):
        sells(program, "Mi Goreng", table=table)
    expect(wall.locator(".all-day > ul > li")).to_contain_text("2×")
    expect(wall.locator(".all-day li li")).to_have_text("2× Biasa")

    wall.keyboard.press("A")
    expect(wall.locator(".all-day")).to_have_count(0)


def test_what_was_made_is_called_back_with_three_keys(wall: Page, program: Program) -> None:
    order = sells(program)
    for step in (program.core.kitchen.start, program.core.kitchen.ready):
        step(order.uid, COOK)

    wall.keyboard.press("r")
    expect(wall).to_have_url(f"{program.url}/cashier/kitchen/recall?")
    wall.keyboard.press("1")
    wall.keyboard.press("Enter")

    expect(ticket(wall, order)).to_contain_text("Dimasak")
    assert program.shop.status(order)[0] == "preparing"


def test_a_cancelled_order_falls_with_a_tone_of_its_own_until_it_was_seen(wall: Page, program: Program) -> None:
    order = sells(program, "Sate Ayam")
    expect(ticket(wall, order)).to_be_visible()
    wall.evaluate(HEARD)
    wall.mouse.click(600, 700)  # Seen as a new order; the tone of that is over.
    expect(wall.locator("[data-ringing]")).to_have_count(0)
    wall.evaluate("window.heard = []")

    program.core.kitchen.cancel(order.uid, "Tamu pergi", MANAGER, may_void=True)

    expect(ticket(wall, order)).to_have_attribute("data-ringing", "")
    expect(ticket(wall, order)).to_contain_text("BATAL")
    expect(ticket(wall, order).locator("del")).to_have_text("Sate Ayam")
    assert wall.evaluate("window.heard") == ["tone-stop"]
    wall.reload()
    expect(ticket(wall, order)).to_be_visible()

    bump(wall, order).click()
    expect(ticket(wall, order)).to_have_count(0)


def test_a_number_that_is_called_chimes_once_after_the_screen_was_touched(browser: Browser, program: Program) -> None:
    with screen(browser, program, "/ready") as page:
        page.locator("#sound").click()
        expect(page.locator("#sound")).to_have_attribute("data-state", "on")
        page.evaluate("document.getElementById('tone').addEventListener('play', () => (window.heard ??= []).push(1))")
        # What is still sounding does not begin anew.
        expect(page.locator("#tone")).to_have_js_property("paused", value=True)
        order = sells(program)
        for step in (program.core.kitchen.start, program.core.kitchen.ready):
            step(order.uid, COOK)

        expect(page.locator(f"#c-{order.uid}")).to_be_visible()
        page.wait_for_timeout(500)
        assert page.evaluate("window.heard") == [1]


def test_the_kitchen_works_without_a_script(browser: Browser, program: Program) -> None:
    _, bar = open_two_stations(program.shop)
    order = sells(program, "Sate Ayam", "Es Teh")
    with screen(browser, program, f"/kitchen?station={bar.id}", java_script_enabled=False) as page:
        ticket(page, order).locator("button.ticket__line").click()
        expect(ticket(page, order).locator(".ticket__cooked")).to_contain_text("Es Teh")
        bump(page, order).click()
        bump(page, order).click()
        expect(ticket(page, order)).to_have_count(0)
        page.locator("[data-key=r]").click()
        bump(page, order).click()
        expect(ticket(page, order)).to_be_visible()
        page.locator("[data-key=a]").click()
        expect(page.locator(".all-day")).to_be_visible()


def test_every_word_of_a_ticket_is_large_enough_for_three_metres(wall: Page, program: Program) -> None:
    order = sells(program, "Mi Goreng")
    expect(ticket(wall, order)).to_be_visible()

    sizes = {
        part: ticket(wall, order).locator(part).first.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")
        for part in ("h2", "header p", ".ticket__name", ".ticket__option", ".ticket__age b")
    }

    # On a screen of 32 inches a pixel is half a millimetre: 22 of them are a letter of 8 mm, 9 minutes of arc at 3 m.
    assert sizes["h2"] >= 52
    assert min(sizes.values()) >= 22


@pytest.mark.parametrize(("language", "contrast"), [("id", "no-preference"), ("en", "more")])
def test_the_kitchens_screens_break_no_rule_of_accessibility_and_fit(
    browser: Browser, program: Program, language: str, contrast: str
) -> None:
    kitchen, bar = open_two_stations(program.shop)
    orders = [sells(program, "Mi Goreng", "Es Teh", table=number % 3) for number in range(6)]
    line = program.shop.page(orders[0]).order.lines[0]
    program.core.stations.strike(orders[0].uid, line.id, COOK, is_cooked=True)
    program.core.stations.start(orders[1].uid, bar.id, COOK)
    program.core.stations.ready(orders[1].uid, bar.id, COOK)
    program.core.kitchen.cancel(orders[2].uid, "Tamu pergi", MANAGER, may_void=True)
    program.core.kitchen.start(orders[3].uid, COOK)
    program.core.kitchen.ready(orders[3].uid, COOK)
    broken: list[str] = []
    with screen(browser, program, contrast=contrast, reduced_motion="reduce") as page:
        page.context.add_cookies([{"name": "meja_lang", "value": language, "url": program.url}])
        for path in ("/kitchen?counts=yes", f"/kitchen?station={kitchen.id}", "/kitchen/recall", "/ready"):
            for width, height in DEVICES:
                page.set_viewport_size({"width": width, "height": height})
                page.goto(f"{program.url}/cashier{path}")
                page.keyboard.press("1")
                found = Axe().run(page)
                broken += [f"{path} {width}: {found.generate_report()}"] if found.violations_count else []
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    broken.append(f"{path} {width}: wider than its screen")

    assert broken == []
