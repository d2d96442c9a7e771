"""Hostile text in a real browser: nothing of it runs, nothing of it is fetched, and no page bursts."""

import shutil
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from core.events.record import SYSTEM
from core.menu.quote import Pick
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.services.menu_files import MenuFiles, MenuFormat
from tests.e2e.phones import PHONE, open_phone
from tests.e2e.test_the_main_job import sign_in
from tests.kiosk.payloads import PAYLOADS
from tests.running_program import Program
from tests.shop import CASHIER


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: text is drawn alike from both."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


def ordered(program: Program) -> Order:
    """A menu of hostile names, and an order of it with hostile notes."""
    dishes = [{"name": f"{n} {text}"[:60], "description": text, "price": 9_000} for n, text in enumerate(PAYLOADS)]
    menu = yaml.safe_dump({"categories": [{"name": PAYLOADS[5], "dishes": dishes}]}, allow_unicode=True)
    MenuFiles(program.core.db, program.core.clock).import_menu(menu, MenuFormat.YAML, SYSTEM)
    table = program.shop.tables[0].token
    shown = [dish for group in program.core.menu.menu(table).categories for dish in group.dishes if dish.price == 9_000]
    picks = [Pick(dish.id, 1, (), text) for dish, text in zip(shown, PAYLOADS, strict=True)]
    return program.core.checkout.place_picks(
        table, picks, key="a-hostile-evening", pay_by=PaymentMethod.CASH, customer_name=PAYLOADS[6][:40]
    )


def fits(page: Page, width: int = PHONE["width"]) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def test_nothing_typed_by_anybody_runs_or_bursts_a_page(browser: Browser, program: Program) -> None:
    order = ordered(program)
    with open_phone(browser, program.url) as page:
        strangers: list[str] = []
        page.on("request", lambda request: strangers.append(request.url) if program.url not in request.url else None)

        page.goto(program.table_url())
        for text in (PAYLOADS[0], "{{7*7}}", "\u202e", "zzz<img src=x onerror=alert(1)>"):
            page.fill("#search", text)
        expect(page.locator("#words")).to_have_text("zzz<img src=x onerror=alert(1)>")
        page.fill("#search", "")
        fits(page)
        page.locator("li.dish h3 a", has_text="<img src=x onerror").first.click()
        page.locator("#sheet[open] details.note summary").click()
        page.locator("#sheet textarea").fill("W" * 140)
        page.locator("#sheet[open] .offer__buy button.button--primary").click()
        page.locator("#basket-bar[data-count='1']").wait_for()

        for path in (f"{program.table_url()}/basket", f"{program.url}/orders/{order.uid}"):
            page.goto(path)
            fits(page)
        program.core.cash.take(order.uid, 2_000_000, CASHIER)
        for path in (f"/orders/{order.uid}", f"/orders/{order.uid}/receipt"):
            page.goto(f"{program.url}{path}")
            fits(page)
        sign_in(page, program, "owner")
        page.set_viewport_size({"width": 1366, "height": 768})
        for path in ("/cashier", f"/cashier?order={order.uid}", "/cashier/kitchen", "/cashier/ready"):
            page.goto(f"{program.url}{path}")
            fits(page, 1366)

        assert strangers == []
