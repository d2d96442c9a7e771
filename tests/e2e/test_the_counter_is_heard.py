"""What a cashier hears who does not look: a payment, an order, trouble, and, where it is wanted, the amount said aloud."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.orders.models import Order
from tests.e2e.test_ten_boards import LISTEN, pays
from tests.e2e.test_the_main_job import COUNTER, sign_in
from tests.running_program import Program
from tests.shop import CASHIER

VOICE = """
window.spoken = [];
speechSynthesis.speak = (words) => spoken.push([words.text, words.lang]);
"""
"""A browser without a desktop has no voice to listen to: what it was given to say is what can be known."""


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: a browser sounds the same on both."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture
def counter(browser: Browser, program: Program) -> Iterator[Page]:
    context = browser.new_context(viewport=COUNTER, locale="id-ID")
    context.add_init_script(LISTEN + VOICE)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    sign_in(page, program, "kasir")
    is_ready(page)
    yield page
    context.close()


def is_ready(page: Page) -> None:
    expect(page.locator("#light")).to_have_attribute("data-state", "live", timeout=15_000)
    # Somebody has touched the page: from then on it may sound.
    page.mouse.click(600, 740)
    page.evaluate("heard.length = spoken.length = 0")


def appears(page: Page, order: Order) -> None:
    expect(page.locator(f"#lane-new #o-{order.uid}")).to_be_visible(timeout=15_000)


def test_a_payment_has_its_tone_and_its_order_rings_on_with_another(counter: Page, program: Program) -> None:
    order = pays(program)
    appears(counter, order)

    assert counter.evaluate("heard") == ["tone-paid"]
    counter.wait_for_timeout(8_500)
    assert counter.evaluate("heard") == ["tone-paid", "tone"]
    counter.mouse.click(600, 740)
    counter.wait_for_timeout(8_500)

    assert counter.evaluate("heard") == ["tone-paid", "tone"]


def test_cash_that_the_cashier_took_rings_as_an_order(counter: Page, program: Program) -> None:
    order = program.shop.order("Es Teh", pay_by="cash", charge=False)
    program.core.cash.take(order.uid, 50_000, CASHIER)
    appears(counter, order)

    assert counter.evaluate("heard") == ["tone"]


def test_trouble_has_a_tone_of_its_own_until_it_is_seen_and_again_when_it_comes_back(
    counter: Page, program: Program
) -> None:
    breaker = program.core.worker.breaker
    for _ in range(5):
        breaker.was_silent()
    expect(counter.locator("[data-sound=trouble]")).to_be_visible(timeout=15_000)
    assert counter.evaluate("heard") == ["tone-trouble"]

    counter.mouse.click(600, 740)
    breaker.was_answered()
    expect(counter.locator("[data-sound=trouble]")).to_have_count(0, timeout=15_000)
    for _ in range(5):
        breaker.was_silent()

    expect(counter.locator("[data-sound=trouble]")).to_be_visible(timeout=15_000)
    assert counter.evaluate("heard") == ["tone-trouble", "tone-trouble"]


def test_nothing_is_said_aloud_until_somebody_wants_it(counter: Page, program: Program) -> None:
    voice = counter.locator("#voice")
    expect(voice).to_have_attribute("aria-pressed", "false")

    appears(counter, pays(program))

    assert counter.evaluate("spoken") == []


def test_where_it_is_wanted_each_payment_is_said_once_with_its_amount_and_table(
    counter: Page, program: Program
) -> None:
    counter.locator("#voice").click()
    expect(counter.locator("#voice")).to_have_attribute("aria-pressed", "true")
    counter.reload()
    is_ready(counter)

    first = pays(program)
    appears(counter, first)
    second = pays(program)
    appears(counter, second)
    program.core.kitchen.start(second.uid, CASHIER)
    expect(counter.locator(f"#lane-preparing #o-{second.uid}")).to_be_visible()

    assert counter.evaluate("spoken") == [[f"QRIS, {order.total} rupiah, Meja 1", "id"] for order in (first, second)]


def test_a_board_that_is_muted_says_nothing_either(counter: Page, program: Program) -> None:
    counter.locator("#voice").click()
    counter.locator("#sound").click()
    expect(counter.locator("#sound")).to_have_attribute("data-state", "off")
    counter.evaluate("heard.length = spoken.length = 0")

    appears(counter, pays(program))

    assert counter.evaluate("[heard, spoken]") == [[], []]


def test_orders_are_stopped_from_the_board_in_two_presses_and_taken_again_in_one(
    browser: Browser, program: Program
) -> None:
    context = browser.new_context(viewport=COUNTER, locale="id-ID")
    page = context.new_page()
    sign_in(page, program, "manager")

    page.locator(".desk .pause summary").click()
    page.locator(".desk .pause button", has_text="15").click()

    expect(page.locator("#board .banner")).to_contain_text("Dapur penuh")
    page.locator(".desk .banner button").click()
    expect(page.locator("#board .banner")).to_have_count(0)
    expect(page).to_have_url(f"{program.url}/cashier")
    context.close()
