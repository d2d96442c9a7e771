"""A cash sale from the login to the table, and a refund: with keys alone, and nobody ever has to look for where they are."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import update

from core.orders.models import Order
from core.staff.models import StaffMember
from tests.cheap_secrets import cheap_hash
from tests.e2e.phones import orders_in
from tests.e2e.test_the_main_job import COUNTER
from tests.running_program import PASSWORD, Program
from tests.shop import CASHIER

PIN = "135790"
MOST_STOPS = 90
"""A longer way to anything on a page is none."""
BACK = "Shift+Tab"
READERS = (("id", "light"), ("en", "dark"))
FOCUS = (Path(__file__).parent / "focus_seen.js").read_text(encoding="utf-8")


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: the money of these steps is tested on both."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture
def patient() -> Iterator[None]:
    """Wait longer than a browser's five seconds: other tests run beside this one."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(params=READERS, ids=["id", "en"])
def hands(browser: Browser, program: Program, patient: None, request: pytest.FixtureRequest) -> Iterator["Hands"]:
    language, theme = request.param
    with program.core.db.write() as session:
        managers = update(StaffMember).where(StaffMember.username == "manager")
        session.execute(managers.values(pin_hash=cheap_hash(PIN)))
    context = browser.new_context(viewport=COUNTER, locale="id-ID", color_scheme=theme, reduced_motion="reduce")
    context.add_cookies([{"name": "meja_lang", "value": language, "url": program.url}])
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    yield Hands(page, program)
    context.close()


class Hands:
    """Somebody without a mouse. At every stop the place where they are must be plain to see."""

    def __init__(self, page: Page, program: Program) -> None:
        self.page = page
        self.program = program

    def goes_to(self, target: Locator, key: str = "Tab") -> None:
        """Press a key until something has the focus."""
        expect(target).to_be_attached()
        for _ in range(MOST_STOPS):
            if target.evaluate("(wanted) => wanted === document.activeElement"):
                self.sees_where()
                return
            self.page.keyboard.press(key)
            self.sees_where()
        pytest.fail(f"{target} is no stop on the way")

    def sees_where(self) -> None:
        fault = self.page.evaluate(FOCUS)
        assert fault == "", f"{self.page.url}: {fault}"

    def presses(self, target: Locator, key: str = "Tab") -> None:
        self.goes_to(target, key)
        self.page.keyboard.press("Enter")

    def writes(self, text: str) -> None:
        self.page.keyboard.type(text)


def test_a_cash_sale_and_a_refund_need_no_mouse(hands: Hands) -> None:
    signs_in(hands)
    types_the_order(hands)
    takes_the_cash(hands)
    brings_it_to_the_table(hands)
    gives_the_money_back(hands)


def signs_in(hands: Hands) -> None:
    page = hands.page
    page.goto(f"{hands.program.url}/cashier/login")
    hands.goes_to(page.locator("[name=username]"))
    hands.writes("kasir")
    hands.goes_to(page.locator("[name=password]"))
    hands.writes(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cashier")
    expect(page.locator("#find")).to_be_focused()
    hands.sees_where()


def types_the_order(hands: Hands) -> None:
    page = hands.page
    hands.presses(page.locator(".bar__places a[href='/cashier/new']"), BACK)
    page.wait_for_url("**/cashier/new/*")
    hands.goes_to(page.locator("input[name=find]"))
    hands.writes("es teh")
    expect(page.locator(".pick")).to_have_count(1)
    hands.sees_where()

    hands.presses(page.locator("button.pick", has_text="Es Teh"))
    expect(page.locator(".walk__line output")).to_have_text("1")
    hands.sees_where()
    hands.presses(page.locator(".walk__line .stepper button").last)
    expect(page.locator(".walk__line output")).to_have_text("2")
    hands.sees_where()

    hands.presses(page.locator("button[name=method][value=cash]"))
    page.wait_for_url("**/cashier?order=*")


def takes_the_cash(hands: Hands) -> None:
    page = hands.page
    # What stands on the desk is what Enter means, from the field that always has the focus.
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.press("F2")
    expect(page.locator("#tendered")).to_be_focused()
    hands.sees_where()
    hands.writes("50000")
    page.keyboard.press("Enter")
    expect(page.locator(".change__amount")).to_be_visible()
    hands.sees_where()


def brings_it_to_the_table(hands: Hands) -> None:
    page, order = hands.page, only_order(hands)
    page.keyboard.press("Enter")
    for lane in ("preparing", "ready"):
        step = page.locator(f"#lane-{lane} .slip__step")
        expect(step).to_have_count(1)
        hands.sees_where()
        hands.presses(step, BACK)
    expect(page.locator("#lane-done .slip")).to_have_count(1)
    hands.sees_where()
    assert hands.program.shop.status(order) == ("served", "paid")


def gives_the_money_back(hands: Hands) -> None:
    page, order = hands.page, only_order(hands)
    expect(page.locator("#find")).to_be_focused()
    hands.writes(order.label)
    page.keyboard.press("Enter")
    summary = page.locator(".give-back summary")
    hands.presses(summary)
    hands.goes_to(page.locator(".give-back [name=amount]"))
    page.keyboard.press("Control+A")
    hands.writes("5000")
    hands.goes_to(page.locator(".give-back [name=reason]"))
    hands.writes("Es tum")
    sells_elsewhere(hands)
    expect(page.locator(".give-back [name=reason]")).to_be_focused()
    hands.writes("pah")
    expect(page.locator(".give-back [name=reason]")).to_have_value("Es tumpah")

    hands.goes_to(page.locator(".give-back [name=way]:checked"))
    hands.goes_to(page.locator(".give-back [name=pin]"))
    hands.writes(PIN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cashier?order=*")
    expect(page.locator(".desk")).to_contain_text("Rp5.000")
    hands.sees_where()
    assert hands.program.shop.status(order) == ("served", "partially_refunded")


def sells_elsewhere(hands: Hands) -> None:
    """Let the board change under the hands."""
    shop = hands.program.shop
    order = shop.order("Sate Ayam", pay_by="cash", charge=False)
    shop.core.cash.take(order.uid, order.cash_total, CASHIER)
    expect(hands.page.locator(f"#o-{order.uid}")).to_be_visible()
    hands.sees_where()


def only_order(hands: Hands) -> Order:
    return orders_in(hands.program.shop)[0]
