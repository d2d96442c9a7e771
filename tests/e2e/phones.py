"""A diner's phone for the browser tests: what it reports as wrong fails the test."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize

from core.orders.models import Order
from tests.running_program import Program
from tests.shop import Shop

PHONE: ViewportSize = {"width": 360, "height": 740}
_ORDER = re.compile(r"/orders/([\w-]{22})")
_SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""What phones call three bars in a basement: 400 kbit/s, and 400 ms for every answer."""


@contextmanager
def open_phone(browser: Browser, url: str, *, language: str = "id", **options: Any) -> Iterator[Page]:
    """Give a phone that reads a language; a script error or a broken CSP fails the test when it is put away."""
    context = browser.new_context(**({"viewport": PHONE} | options))
    context.add_cookies([{"name": "meja_lang", "value": language, "url": url}])
    page = context.new_page()
    page.set_default_timeout(8_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
    yield page
    context.close()
    assert wrong == []


def slow_down(phone: Page) -> None:
    """Let every answer come as it does on a bad line."""
    phone.context.new_cdp_session(phone).send("Network.emulateNetworkConditions", _SLOW_3G)


def adds(phone: Page, url: str, dish: str = "Sate Ayam") -> None:
    """Open the menu and tap the "+" of a dish; the bar at the foot tells when it is in."""
    phone.goto(url)
    phone.locator("li.dish", has_text=dish).locator("button.plus").click()
    phone.locator("#basket-bar[data-count='1']").wait_for()


def opens_the_basket(phone: Page, url: str) -> None:
    adds(phone, url)
    phone.goto(f"{url}/basket")


def order_on(phone: Page, program: Program) -> Order:
    """Give the order whose page is open."""
    found = _ORDER.search(phone.url)
    assert found is not None, phone.url
    return program.core.orders.page(found[1]).order


def orders_in(shop: Shop) -> list[Order]:
    """List everything that was ordered, whatever became of it."""
    from sqlalchemy import select

    with shop.core.db.read() as session:
        return list(session.scalars(select(Order).order_by(Order.id)))
