"""What staff do beside the board, in a real browser: type an order, mark what is sold out, count, look up, take over."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from core.base.ids import new_uid
from core.events.record import Actor
from tests.e2e.phones import slow_down
from tests.e2e.test_five_taps import COUNT, LINK, counted
from tests.e2e.test_the_main_job import COUNTER, sign_in
from tests.running_program import Program
from tests.screens.camera import Theme
from tests.shop import CASHIER

ROUND = "a" * 22
MANAGER = Actor("staff", 2, "Manager")
SCREENS = [
    f"/new/{ROUND}",
    "/menu",
    "/shift",
    "/shift/sheets",
    "/history",
    "/history/payments",
    "/history?from=2026-11-29&to=2026-11-28",
    "/switch",
    "/display",
    "/people",
    "/me",
    "/audit",
]
DEVICES = [(1366, 768), (820, 1180), (360, 740), (320, 640)]


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: the same pages on both."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture
def counter(browser: Browser, program: Program) -> Iterator[Page]:
    context = browser.new_context(viewport=COUNTER, locale="id-ID", has_touch=True)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.on("console", lambda line: pytest.fail(line.text) if "Content Security Policy" in line.text else None)
    sign_in(page, program, "manager")
    yield page
    context.close()


def test_from_new_order_to_a_qr_in_four_taps_and_paid_without_another(counter: Page, program: Program) -> None:
    counter.add_init_script(COUNT)
    counter.goto(f"{program.url}/cashier")
    counter.locator(".bar__places a[href='/cashier/new']").tap()
    counter.locator(".pick", has_text="Es Teh").tap()
    counter.locator("button[name=method][value=qris]").tap()

    expect(counter.locator(".desk__qr img")).to_be_visible()
    taps, keys = counted(counter)
    assert (taps - LINK, keys) == (3, 0)
    number = counter.locator(".desk__number").inner_text()
    display = counter.context.new_page()
    display.goto(f"{program.url}/cashier/display")
    expect(display.locator(".display__qr")).to_be_visible()
    order = program.core.counter.shown_to_guests(program.shop.outlet.id, MANAGER)
    assert order is not None

    program.simulator.pay(program.shop.attempt(order).reference)

    expect(display.locator(".display__number")).to_contain_text(number)
    expect(counter.locator(".desk .badge--good").first).to_be_visible()


def test_picking_keeps_the_place_in_the_menu_and_what_was_looked_for(counter: Page, program: Program) -> None:
    counter.goto(f"{program.url}/cashier/new")
    counter.fill("[name=find]", "es")
    expect(counter.locator(".pick")).to_have_count(1)

    counter.locator(".pick", has_text="Es Teh").tap()
    expect(counter.locator(".walk__line")).to_have_count(1)
    counter.locator(".stepper button").last.tap()

    expect(counter.locator(".walk__line output")).to_have_text("2")


def test_on_a_phone_a_bar_leads_to_the_order_below_the_menu(counter: Page, program: Program) -> None:
    counter.set_viewport_size({"width": 360, "height": 740})
    counter.goto(f"{program.url}/cashier/new")
    bar = counter.locator(".walk__bar")
    expect(bar).to_have_count(0)

    counter.locator(".pick", has_text="Es Teh").tap()
    expect(bar).to_be_in_viewport()
    expect(bar).to_contain_text("1")
    bar.tap()

    expect(counter.locator("#order h1")).to_be_in_viewport()
    assert counter.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_dish_with_questions_is_answered_and_comes_back_to_the_basket(counter: Page, program: Program) -> None:
    counter.goto(f"{program.url}/cashier/new")
    counter.locator("a.pick", has_text="Mi Goreng").tap()
    counter.locator(".question label", has_text="Pedas").first.tap()
    counter.locator("form button.button--primary").tap()

    expect(counter.locator(".walk__line")).to_contain_text("Mi Goreng")


def test_sold_out_in_one_tap_and_what_is_being_typed_survives_news(counter: Page, program: Program) -> None:
    counter.goto(f"{program.url}/cashier/menu")
    dish = program.shop.dishes["Sate Ayam"]
    counter.locator(f"#dish-{dish.id} button[name=sold_out]").tap()
    expect(counter.locator(f"#dish-{dish.id} .badge--bad")).to_be_visible()
    field = counter.locator(f"#dish-{program.shop.dishes['Es Teh'].id} [name=portions]")
    field.fill("12")

    program.core.menu.set_sold_out(program.shop.dishes["Rendang"].id, sold_out=True, by=CASHIER)

    expect(counter.locator(f"#dish-{program.shop.dishes['Rendang'].id} .badge--bad")).to_be_visible()
    expect(field).to_have_value("12")
    expect(field).to_be_focused()
    counter.keyboard.press("Enter")
    expect(counter.locator(f"#dish-{program.shop.dishes['Es Teh'].id} [name=portions][value='12']")).to_be_visible()
    assert program.shop.portions("Es Teh") == 12


def test_a_number_typed_and_left_is_not_written_over_by_news(counter: Page, program: Program) -> None:
    shop = program.shop
    program.core.menu.set_portions(shop.dishes["Es Teh"].id, 9, CASHIER)
    counter.goto(f"{program.url}/cashier/menu")
    field = counter.locator(f"#dish-{shop.dishes['Es Teh'].id} [name=portions]")
    field.fill("12")
    counter.fill("input[name=find]", "")

    program.core.menu.set_portions(shop.dishes["Es Teh"].id, 8, CASHIER)

    expect(counter.locator(f"#dish-{shop.dishes['Es Teh'].id} [name=portions][value='8']")).to_be_visible()
    expect(field).to_have_value("12")


@pytest.mark.parametrize("status", [409, 503])
def test_a_step_on_the_menu_that_was_refused_says_so_and_leaves_the_list(
    counter: Page, program: Program, status: int
) -> None:
    counter.goto(f"{program.url}/cashier/menu")
    dish = program.shop.dishes["Sate Ayam"]
    refusal = f"<html><body><main><div class=empty><h1>x</h1><p>Tidak bisa {status}</p></div></main></body></html>"
    counter.route("**/sale", lambda route: route.fulfill(status=status, body=refusal, content_type="text/html"))

    counter.locator(f"#dish-{dish.id} button[name=sold_out]").tap()

    expect(counter.locator("#toast")).to_have_text(f"Tidak bisa {status}")
    expect(counter.locator(f"#dish-{dish.id}")).to_be_visible()


def test_a_portion_count_that_cannot_be_says_why(counter: Page, program: Program) -> None:
    counter.goto(f"{program.url}/cashier/menu")
    field = counter.locator(f"#dish-{program.shop.dishes['Es Teh'].id} [name=portions]")
    # In one go: news that comes in between would bring the pattern back.
    field.evaluate("(input) => { input.removeAttribute('pattern'); input.value = 'abc'; input.form.requestSubmit(); }")

    expect(counter.locator("#toast")).not_to_be_empty()
    expect(field).to_have_value("abc")


def test_every_tap_counts_however_quickly_they_come(counter: Page, program: Program) -> None:
    counter.goto(f"{program.url}/cashier/new")
    slow_down(counter)
    tea, sate = (counter.locator("button.pick", has_text=name) for name in ("Es Teh", "Sate Ayam"))

    counter.evaluate(
        "(picks) => picks.forEach((pick) => pick.click())",
        [tea.element_handle(), sate.element_handle(), tea.element_handle()],
    )

    expect(counter.locator(".walk__line", has_text="Es Teh").locator("output")).to_have_text("2")
    expect(counter.locator(".walk__line", has_text="Sate Ayam").locator("output")).to_have_text("1")


def test_plus_plus_plus_is_three_more_and_paying_waits_for_them(counter: Page, program: Program) -> None:
    counter.goto(f"{program.url}/cashier/new")
    counter.locator("button.pick", has_text="Es Teh").tap()
    expect(counter.locator(".walk__line")).to_have_count(1)
    slow_down(counter)
    more = counter.locator(".walk__line .stepper button").last

    for _ in range(3):
        more.tap()
    expect(counter.locator(".walk__line output")).to_have_text("4")
    counter.locator("button[name=method][value=cash]").tap()

    counter.wait_for_url("**/cashier?order=*")
    expect(counter.locator(".desk .lines li")).to_contain_text("4×")


def test_who_is_quicker_at_paying_than_the_last_tap_orders_it_too(counter: Page, program: Program) -> None:
    counter.goto(f"{program.url}/cashier/new")
    counter.locator("button.pick", has_text="Es Teh").tap()
    expect(counter.locator(".walk__line")).to_have_count(1)
    slow_down(counter)

    counter.locator("button.pick", has_text="Sate Ayam").tap()
    counter.locator("button[name=method][value=cash]").tap()

    counter.wait_for_url("**/cashier?order=*")
    expect(counter.locator(".desk .lines li")).to_have_count(2)


def test_a_tap_that_was_lost_counts_once_when_it_is_tapped_again(counter: Page, program: Program) -> None:
    counter.goto(f"{program.url}/cashier/new")
    arrived: list[str] = []

    def lose_the_answer(route: Route) -> None:
        arrived.append(route.request.post_data or "")
        route.fetch(max_redirects=0)
        route.abort()

    counter.route("**/lines", lose_the_answer, times=1)
    counter.locator("button.pick", has_text="Es Teh").tap()
    expect(counter.locator("#toast")).to_contain_text("Sambungan putus")

    counter.locator("button.pick", has_text="Es Teh").tap()

    expect(counter.locator(".walk__line output")).to_have_text("1")
    assert len(arrived) == 1


def test_a_dish_that_sold_out_meanwhile_says_so_and_the_order_stays(counter: Page, program: Program) -> None:
    counter.goto(f"{program.url}/cashier/new")
    counter.locator("button.pick", has_text="Es Teh").tap()
    expect(counter.locator(".walk__line")).to_have_count(1)
    program.core.menu.set_sold_out(program.shop.dishes["Sate Ayam"].id, sold_out=True, by=CASHIER)

    counter.locator("button.pick", has_text="Sate Ayam").tap()

    expect(counter.locator("#toast")).to_contain_text("Sate Ayam")
    expect(counter.locator(".pick--out", has_text="Sate Ayam")).to_be_visible()
    expect(counter.locator(".walk__line")).to_have_count(1)


def test_a_note_can_be_said_about_any_dish(counter: Page, program: Program) -> None:
    counter.goto(f"{program.url}/cashier/new")
    counter.locator("li", has=counter.locator("button.pick", has_text="Es Teh")).locator(".pick__more").tap()
    counter.fill("[name=note]", "Tanpa es")
    counter.locator("form button.button--primary").tap()

    expect(counter.locator(".walk__line")).to_contain_text("Tanpa es")


def test_the_order_begun_is_found_again_after_a_look_at_the_board(counter: Page, program: Program) -> None:
    counter.goto(f"{program.url}/cashier/new")
    counter.locator("button.pick", has_text="Es Teh").tap()
    expect(counter.locator(".walk__line")).to_have_count(1)
    counter.goto(f"{program.url}/cashier")

    counter.locator(".bar__places a[href='/cashier/new']").tap()
    expect(counter.locator(".walk__line")).to_contain_text("Es Teh")

    counter.locator(".walk__display a[href*=fresh]").tap()
    expect(counter.locator(".walk__line")).to_have_count(0)


def test_the_banner_of_a_pause_leads_to_the_menu_from_wherever_it_stands(counter: Page, program: Program) -> None:
    program.core.house.pause("Dapur penuh", 30, CASHIER)
    for address in ("/cashier", "/cashier/new"):
        counter.goto(f"{program.url}{address}")
        counter.locator("a.banner").tap()
        counter.wait_for_url("**/cashier/menu")
        expect(counter.locator(".pause__form, .banner form").first).to_be_attached()


def test_on_a_phone_money_that_cannot_be_carried_off_is_refused_where_it_was_typed(
    counter: Page, program: Program
) -> None:
    counter.set_viewport_size({"width": 360, "height": 740})
    counter.goto(f"{program.url}/cashier/shift")
    counter.fill("form[action$='/movement'] [name=amount]", "200000000")
    counter.fill("form[action$='/movement'] [name=reason]", "Ke bank")

    counter.locator("form[action$='/movement'] button").click()

    expect(counter.locator("main [role=alert]")).to_be_in_viewport(ratio=1)
    expect(counter.locator("main [role=alert]")).to_be_focused()


def test_notes_add_up_while_they_are_counted(counter: Page, program: Program) -> None:
    counter.goto(f"{program.url}/cashier/shift")
    counter.fill("[name=note_100000]", "1")
    counter.fill("[name=note_50000]", "2")
    expect(counter.locator("[name=counted]")).to_have_value("200.000")

    counter.locator("form[data-count] button").tap()

    expect(counter.locator(".bill__total").first).to_contain_text("pas")


@pytest.mark.parametrize("width", [1366, 1280, 1024, 820, 600, 360, 320])
def test_the_bar_fits_and_shows_where_one_is(counter: Page, program: Program, width: int) -> None:
    counter.set_viewport_size({"width": width, "height": 740})
    for address in ("", "/kitchen", "/tables", "/money", "/history", "/pictures", "/people", "/devices"):
        counter.goto(f"{program.url}/cashier{address}")
        bar, here = counter.locator(".bar"), counter.locator(".bar__places [aria-current]")

        assert counter.evaluate("document.documentElement.scrollWidth") <= width, address
        assert bar.evaluate("(bar) => bar.scrollWidth <= bar.clientWidth"), address
        expect(bar.locator(".bar__places a")).to_have_count(12)
        place, row = here.bounding_box(), counter.locator(".bar__places").bounding_box()
        assert place is not None
        assert row is not None
        assert row["x"] - 1 <= place["x"], address
        assert place["x"] + place["width"] <= row["x"] + row["width"] + 1, address
        assert place["height"] >= 44
        expect(here).to_be_in_viewport()
        # Its name stands there, however narrow the screen.
        assert here.locator("span").evaluate("(name) => name.clientWidth > 12 && name.clientHeight > 8")


@pytest.mark.parametrize(("language", "theme"), [("id", "light"), ("en", "dark")])
@pytest.mark.parametrize("screen", SCREENS)
def test_these_screens_break_no_rule_of_accessibility_and_fit(
    counter: Page, program: Program, screen: str, language: str, theme: Theme
) -> None:
    shop = program.shop
    table = program.core.counter.counter(shop.outlet.id)
    for pick in shop.picks("Es Teh", "Mi Goreng"):
        program.core.baskets.add(table.token, f"counter:{ROUND}", pick, key=new_uid())
    order = shop.order("Es Teh", pay_by="cash", charge=False)
    program.core.cash.take(order.uid, 50_000, CASHIER)
    counter.context.add_cookies([{"name": "meja_lang", "value": language, "url": program.url}])
    counter.emulate_media(color_scheme=theme)
    broken: list[str] = []
    for width, height in DEVICES:
        counter.set_viewport_size({"width": width, "height": height})
        counter.goto(f"{program.url}/cashier{screen}")
        found = Axe().run(counter)
        broken += [f"{width}: {found.generate_report()}"] if found.violations_count else []
        if counter.evaluate("document.documentElement.scrollWidth") > width:
            broken.append(f"{width}: wider than its screen")

    assert broken == []
