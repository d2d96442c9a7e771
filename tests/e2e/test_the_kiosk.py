"""The kiosk tablet in a real browser: five taps without a key, nothing left behind, readable in every state."""

import re
import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from sqlalchemy import select

from core.orders.models import Order
from core.outlets.devices import Device
from tests.e2e.test_the_main_job import COUNTER, sign_in
from tests.running_program import Program
from tests.screens.camera import Theme
from tests.shop import CASHIER
from tests.web.patience import soon

PORTRAIT: ViewportSize = {"width": 800, "height": 1280}
LANDSCAPE: ViewportSize = {"width": 1280, "height": 800}
SOON = 8_000
SIXTY_MILLIMETRES = 60 * 96 / 25.4
_QUIET_GROUND = 65 / 57
"""What a QR picture measures against the code in it, at the smallest: four modules on each side are white."""


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: what is seen is the same on both."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture(params=[PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def tablet(request: pytest.FixtureRequest, browser: Browser, program: Program) -> Iterator[Page]:
    """A tablet that is paired. A script error or a broken CSP fails the test."""
    context = browser.new_context(viewport=request.param, has_touch=True, locale="id-ID")
    wrong: list[str] = []
    page = watched(context, wrong)
    page.goto(f"{program.url}/")
    page.locator("form[action$='/kiosk/demo'] button").click()
    page.wait_for_url(re.compile(r"/kiosk$"))
    yield page
    context.close()
    assert wrong == []


def watched(context: BrowserContext, wrong: list[str]) -> Page:
    page = context.new_page()
    page.set_default_timeout(SOON)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    return page


class Finger:
    """Touches the tablet, and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def taps_on(self, place: str) -> None:
        self.page.locator(place).first.click()
        self.taps += 1


def newest(program: Program) -> Order:
    with program.core.db.read() as session:
        return session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).one()


def begins(tablet: Page, serving: str = "dine_in") -> None:
    tablet.locator(".call__begin").click()
    tablet.locator(f"[name=serving][value={serving}]").click()
    sees(tablet, ".till__empty")  # fetched by a script: from now on a "+" stays on the page


def adds(tablet: Page, dish: str = "Sate Ayam") -> None:
    tablet.locator(".plate", has_text=dish).locator("button.plate__plus").click()
    sees(tablet, ".till__count")


def sees(tablet: Page, place: str) -> None:
    """Wait for something; the machine may be busy with other tests."""
    expect(tablet.locator(place)).to_be_visible(timeout=15_000)


def orders(tablet: Page, program: Program, method: str = "qris") -> Order:
    begins(tablet)
    adds(tablet)
    tablet.locator("[data-drawer]").click()
    tablet.locator(f"#drawer [name=method][value={method}]").click()
    tablet.wait_for_url(re.compile(r"/kiosk/order$"))
    return newest(program)


def pays(program: Program, order: Order) -> None:
    program.simulator.pay(program.shop.attempt(order).reference, issuer="gopay")


def test_five_taps_and_not_one_character_lead_to_the_number(tablet: Page, program: Program) -> None:
    finger = Finger(tablet)
    tablet.evaluate("addEventListener('keydown', () => sessionStorage.setItem('typed', 'yes'))")

    finger.taps_on(".call__begin")
    finger.taps_on("[name=serving][value=dine_in]")
    sees(tablet, ".till__empty")
    finger.taps_on(".plate button.plate__plus")
    finger.taps_on("[data-drawer]")
    finger.taps_on("#drawer [name=method][value=qris]")

    picture = tablet.locator("figure.qr img")
    sees(tablet, "figure.qr img")
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] / _QUIET_GROUND >= SIXTY_MILLIMETRES
    order = newest(program)
    pays(program, order)
    expect(tablet.locator(".ticket__number")).to_have_text(order.label, timeout=4_000)
    assert finger.taps == 5
    assert tablet.evaluate("sessionStorage.getItem('typed')") is None
    assert program.shop.status(order) == ("confirmed", "paid")
    tablet.wait_for_url(re.compile(r"/kiosk$"), timeout=14_000)


def test_a_stand_is_typed_on_the_keypad_and_stays_while_the_basket_changes(tablet: Page, program: Program) -> None:
    begins(tablet)
    adds(tablet)
    tablet.locator("[data-drawer]").click()
    tablet.locator(".stand summary").click()
    for digit in "123":
        tablet.locator(f".keypad button[value='{digit}']").click()
    tablet.locator(".keypad button[value=back]").click()
    expect(tablet.locator("#stand-shown")).to_have_text("12")

    tablet.locator("#drawer .stepper button").last.click()
    expect(tablet.locator("#drawer .stepper output")).to_have_text("2")
    expect(tablet.locator("#stand")).to_have_value("12")
    tablet.locator("#drawer [name=method][value=cash]").click()

    expect(tablet.locator(".ticket__code")).to_be_visible()
    order = newest(program)
    assert (order.stand, order.subtotal) == (12, 56_000)


def test_nobody_there_for_a_minute_and_nothing_is_left(browser: Browser, tablet: Page) -> None:
    tablet.locator("header .language").click()
    expect(tablet.locator("h1")).to_have_text("Where will you eat?")
    tablet.clock.install()
    tablet.locator("[name=serving][value=take_away]").click()
    sees(tablet, ".till__empty")
    adds(tablet)

    tablet.clock.run_for(61_000)
    expect(tablet.locator("#still")).to_be_visible()
    expect(tablet.locator("#still")).to_contain_text(re.compile(r"in 1[345] seconds"))
    tablet.mouse.click(5, 400)  # any touch, anywhere
    expect(tablet.locator("#still")).to_be_hidden()
    expect(tablet.locator(".till__count")).to_have_text("1")
    tablet.clock.run_for(77_000)

    tablet.wait_for_url(re.compile(r"/kiosk$"))
    expect(tablet.locator(".call__begin")).to_contain_text("Sentuh untuk mulai")
    assert {cookie["name"] for cookie in tablet.context.cookies()} == {"meja_kiosk"}
    assert tablet.evaluate("sessionStorage.length") == 0
    tablet.go_back()
    tablet.wait_for_url(re.compile(r"/kiosk$"))
    begins(tablet)


def test_the_idle_clock_rests_while_a_qr_can_be_paid(tablet: Page, program: Program) -> None:
    tablet.clock.install()
    order = orders(tablet, program)
    expect(tablet.locator("figure.qr img")).to_be_visible()

    tablet.clock.run_for(180_000)

    expect(tablet.locator("figure.qr img")).to_be_visible()
    expect(tablet.locator("#still")).to_be_hidden()
    pays(program, order)
    expect(tablet.locator(".ticket__number")).to_have_text(order.label)


def test_a_lost_line_covers_the_screen_and_the_basket_is_there_when_it_is_back(tablet: Page) -> None:
    begins(tablet)
    adds(tablet)

    tablet.context.set_offline(True)
    expect(tablet.locator("#lost")).to_contain_text("Kasir siap membantu", timeout=12_000)
    expect(tablet.locator("#lost")).to_be_visible(timeout=12_000)
    tablet.context.set_offline(False)

    expect(tablet.locator("#lost")).to_be_hidden(timeout=12_000)
    expect(tablet.locator(".till__count")).to_have_text("1")


def test_a_number_can_be_read_without_a_line_until_the_way_home(tablet: Page, program: Program) -> None:
    order = orders(tablet, program, "cash")
    sees(tablet, ".ticket__code")
    program.core.cash.take(order.uid, 100_000, CASHIER)
    sees(tablet, ".payment--done")

    tablet.context.set_offline(True)
    tablet.wait_for_timeout(4_000)
    expect(tablet.locator("#lost")).to_be_hidden()
    expect(tablet.locator(".ticket__number")).to_have_text(order.label)

    expect(tablet.locator("#lost")).to_be_visible(timeout=12_000)
    tablet.context.set_offline(False)
    tablet.wait_for_url(re.compile(r"/kiosk$"), timeout=15_000)


def test_the_first_screen_and_the_basket_follow_the_house_without_a_touch(tablet: Page, program: Program) -> None:
    call = tablet.locator(".call__words")
    expect(call).to_contain_text("Pesan di sini")
    tablet.wait_for_timeout(300)  # until it listens

    program.core.house.pause("Dapur penuh", 25)
    expect(call).to_contain_text("Dapur penuh, ± 25 menit.", timeout=4_000)
    found = Axe().run(tablet)
    assert found.violations_count == 0, found.generate_report()
    begins(tablet)
    adds(tablet)
    tablet.locator("[data-drawer]").click()
    expect(tablet.locator("#drawer")).to_contain_text("Dapur penuh, ± 25 menit.")
    expect(tablet.locator("#drawer [name=method]")).to_have_count(0)

    program.core.house.resume()
    expect(tablet.locator("#drawer [name=method]")).to_have_count(2, timeout=25_000)


def test_a_touch_without_a_line_leads_nowhere_and_orders_nothing(tablet: Page, program: Program) -> None:
    begins(tablet)
    adds(tablet)
    tablet.locator("[data-drawer]").click()
    expect(tablet.locator("#drawer")).to_be_visible()
    tablet.route("**/kiosk/pulse", lambda request: request.abort())  # gone, and the tablet has not noticed

    tablet.locator("#drawer [name=method][value=qris]").click()

    expect(tablet.locator("#lost")).to_be_visible(timeout=12_000)
    tablet.unroute("**/kiosk/pulse")
    expect(tablet.locator("#lost")).to_be_hidden(timeout=12_000)
    tablet.locator("#drawer [name=method][value=qris]").click()
    expect(tablet.locator("figure.qr img")).to_be_visible()
    with program.core.db.read() as session:
        assert len(session.scalars(select(Order)).all()) == 1


def test_a_code_approved_on_the_cashiers_side_turns_the_tablet_and_a_revocation_ends_it(
    browser: Browser, program: Program
) -> None:
    wrong: list[str] = []
    context, office = browser.new_context(viewport=PORTRAIT), browser.new_context(viewport=COUNTER)
    tablet, desk = watched(context, wrong), watched(office, wrong)
    tablet.goto(f"{program.url}/kiosk")
    sign_in(desk, program, "manager")
    desk.goto(f"{program.url}/cashier/devices")

    desk.fill("[name=code]", tablet.locator(".pair__characters").inner_text())
    desk.fill("[name=name]", "Kios depan")
    desk.locator("form[action$='/approve'] button").click()

    expect(tablet.locator(".call__begin")).to_be_visible(timeout=5_000)
    begins(tablet)
    desk.locator("form[action$='/revoke'] button").click()
    expect(tablet.locator(".pair__characters")).to_be_visible(timeout=5_000)
    with program.core.db.read() as session:
        assert session.scalars(select(Device.name)).all() == ["Kios depan"]
    context.close()
    office.close()
    assert wrong == []


def test_the_hidden_corner_opens_after_five_seconds_and_not_after_a_touch(tablet: Page) -> None:
    tablet.locator(".call__begin").click()
    expect(tablet.locator(".where")).to_be_visible()
    corner = tablet.locator(".tools__name")
    corner.click()
    tablet.wait_for_timeout(300)
    assert tablet.url.endswith("/kiosk/start")

    corner.hover()
    tablet.mouse.down()
    tablet.wait_for_url(re.compile(r"/kiosk/staff$"), timeout=7_000)
    tablet.mouse.up()

    expect(tablet.locator(".keypad")).to_be_visible()


def test_everything_can_be_touched_and_nothing_is_smaller_than_64_pixels(tablet: Page) -> None:
    begins(tablet)
    adds(tablet)
    too_small = """() => [...document.querySelectorAll("button, a[href], summary, .choice")]
        .filter((one) => one.checkVisibility() && !one.closest(".skip, h3") && !one.matches(".skip"))
        .filter((one) => one.offsetHeight < 64 || one.offsetWidth < 64)
        .map((one) => one.outerHTML.slice(0, 120))"""

    assert tablet.evaluate(too_small) == []
    tablet.locator("a.plate__plus").first.click()
    expect(tablet.locator("#sheet")).to_be_visible()
    assert tablet.evaluate(too_small) == []
    tablet.locator(".sheet__close").click()
    tablet.locator("[data-drawer]").click()
    expect(tablet.locator("#drawer")).to_be_visible()
    assert tablet.evaluate(too_small) == []


def test_low_reach_brings_every_control_to_the_lower_part_and_lasts_for_one_guest(tablet: Page) -> None:
    tablet.locator(".call__begin").click()
    tablet.locator("[data-reach-switch]").click()
    tablet.locator("[name=serving][value=dine_in]").click()
    sees(tablet, ".till__empty")
    adds(tablet)
    height = tablet.viewport_size["height"]  # type: ignore[index] # it has one

    highest = tablet.evaluate("""() => Math.min(...[...document.querySelectorAll("button, a[href]")]
        .filter((one) => one.checkVisibility() && !one.matches(".skip")).map((one) => one.getBoundingClientRect())
        .filter((box) => box.bottom > 0).map((box) => box.top))""")
    assert highest >= height * 0.36
    tablet.locator("#over button").click()
    tablet.wait_for_url(re.compile(r"/kiosk$"))
    assert tablet.evaluate("document.documentElement.hasAttribute('data-low')") is False


def states_before_the_order(tablet: Page) -> Iterator[str]:
    """Bring the tablet into every state before an order is placed, one after the other."""
    yield "first screen"
    tablet.locator(".call__begin").click()
    sees(tablet, ".where")
    yield "where to eat"
    tablet.locator("[name=serving][value=dine_in]").click()
    sees(tablet, ".till__empty")
    yield "menu"
    adds(tablet)
    tablet.locator("a.plate__plus").first.click()
    sees(tablet, "#sheet")
    yield "dish"
    tablet.locator(".sheet__close").click()
    tablet.locator("[data-drawer]").click()
    sees(tablet, "#drawer")
    tablet.locator(".stand summary").click()
    yield "basket with keypad"
    tablet.locator("#drawer [name=method][value=qris]").click()


def states_of_the_order(tablet: Page, program: Program) -> Iterator[str]:
    """Bring the order that was placed into every state that the tablet shows, and the tablet into those beside it."""
    sees(tablet, "figure.qr img")
    yield "qr"
    order = newest(program)
    program.simulator.expire(program.shop.attempt(order).reference)
    assert soon(lambda: str(program.shop.attempt(order).state) == "expired")
    tablet.reload()
    sees(tablet, "[data-stage=qr_expired]")
    yield "qr expired"
    tablet.locator("form[action$='/cash'] button").click()
    sees(tablet, ".ticket__code")
    yield "cash"
    program.core.cash.take(order.uid, 100_000, CASHIER)
    sees(tablet, ".payment--done")
    yield "paid"
    tablet.goto(f"{program.url}/kiosk/staff")
    sees(tablet, ".keypad")
    yield "corner"
    for dialog in ("still", "lost"):
        tablet.evaluate(f"document.getElementById('{dialog}').showModal()")
        yield dialog


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_state_fits_and_can_be_read_by_everybody(tablet: Page, program: Program, language: str) -> None:
    size = tablet.viewport_size
    assert size is not None
    tablet.emulate_media(reduced_motion="reduce")

    for state in chain(states_before_the_order(tablet), states_of_the_order(tablet, program)):
        if language == "en" and state == "where to eat":
            tablet.locator("header .language").click()
            expect(tablet.locator("html")).to_have_attribute("lang", "en")
        for theme in ("light", "dark"):
            tablet.emulate_media(color_scheme=theme)
            assert tablet.evaluate("document.documentElement.scrollWidth") <= size["width"], state
            assert tablet.evaluate("document.documentElement.scrollHeight") <= size["height"], state
            found = Axe().run(tablet)
            assert found.violations_count == 0, f"{state} {theme}: {found.generate_report()}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_code_and_the_list_of_tablets_can_be_read_by_everybody(
    browser: Browser, program: Program, theme: Theme
) -> None:
    context = browser.new_context(viewport=LANDSCAPE, color_scheme=theme)
    page = context.new_page()
    page.goto(f"{program.url}/kiosk")
    assert Axe().run(page).violations_count == 0
    sign_in(page, program, "manager")
    program.core.devices.pair_for_demo("a-token")
    for width in (360, 820, 1366):
        page.set_viewport_size({"width": width, "height": 768})
        page.goto(f"{program.url}/cashier/devices")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    context.close()
