"""A manager plays a test payment and watches it come through, without touching the page again."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_the_main_job import COUNTER, sign_in
from tests.running_program import Program

POLLED = re.compile(r"/cashier/money/notifications/rehearsal$")


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: the page is the same on both databases."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture
def screen(browser: Browser, program: Program) -> Iterator[Page]:
    context = browser.new_context(viewport=COUNTER, locale="id-ID")
    page = context.new_page()
    page.set_default_timeout(20_000)
    sign_in(page, program, "manager")
    yield page
    context.close()


def test_it_comes_through_by_itself_and_then_the_page_is_at_rest(screen: Page, program: Program) -> None:
    screen.goto(f"{program.url}/cashier/money/notifications")
    screen.get_by_role("button", name="Coba satu pembayaran").click()

    expect(screen.get_by_text("Semuanya berjalan")).to_be_visible()
    expect(screen.locator(".rehearsed .is-done")).to_have_count(3)

    asked: list[str] = []
    screen.on("request", lambda request: asked.append(request.url) if POLLED.search(request.url) else None)
    screen.wait_for_timeout(2_500)
    assert asked == []
    expect(screen.get_by_role("button", name="Coba lagi")).to_be_visible()
