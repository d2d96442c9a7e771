"""A screen stands open for weeks. When the program is brought up to date under it, it says so, or opens itself anew."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_the_main_job import COUNTER, sign_in
from tests.running_program import Program

OLD = '[data-version="old"]'


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: the same pages on both."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture
def page(browser: Browser, program: Program) -> Iterator[Page]:
    context = browser.new_context(viewport=COUNTER, locale="id-ID")
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    sign_in(page, program, "manager")
    yield page
    context.close()


def opens_the_old_page(page: Page, address: str) -> None:
    """Open a page and date it back, as if the version before this one had written it."""
    page.goto(address)
    page.locator("#newer").evaluate("bar => bar.dataset.version = 'old'")


def looks_again(page: Page) -> None:
    page.evaluate("document.body.dispatchEvent(new CustomEvent('nudge'))")


@pytest.mark.parametrize("place", ["/cashier", "/cashier/kitchen", "/orders/{uid}"])
def test_an_old_page_offers_the_new_one_and_goes_on_working(page: Page, program: Program, place: str) -> None:
    order = program.shop.order("Es Teh")
    opens_the_old_page(page, program.url + place.format(uid=order.uid))
    offer = page.locator("#newer")

    looks_again(page)
    expect(offer).to_be_visible()
    program.simulator.pay(program.shop.attempt(order).reference)
    expect(page.locator("main").get_by_text(order.label).first).to_be_visible()

    offer.locator("a").click()
    expect(page.locator(OLD)).to_have_count(0)
    looks_again(page)
    page.wait_for_timeout(300)
    expect(offer).to_be_hidden()


def test_a_screen_that_nobody_touches_opens_the_new_page_by_itself(page: Page, program: Program) -> None:
    opens_the_old_page(page, f"{program.url}/cashier/display")

    program.shop.order("Es Teh")

    expect(page.locator(OLD)).to_have_count(0)
    expect(page.locator("#newer")).to_be_hidden()
