"""What is left on a screen that somebody has signed out of, and what another website can make of our pages."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_the_main_job import COUNTER, sign_in
from tests.running_program import Program

LOGIN = re.compile(r"/cashier/login")
PAGES = ("/cashier/history", "/cashier/shift", "/cashier")
FRAMED = ("/cashier/login", "/cashier", "/kiosk", "{table}")


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: what a browser keeps is no matter of the database."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture
def screen(browser: Browser, program: Program) -> Iterator[Page]:
    context = browser.new_context(viewport=COUNTER, locale="id-ID")
    page = context.new_page()
    page.set_default_timeout(20_000)
    sign_in(page, program, "kasir")
    yield page
    context.close()


def signs_out(page: Page, program: Program) -> None:
    page.goto(f"{program.url}/cashier/switch")
    page.locator("form[action$='/logout'] button").click()
    page.wait_for_url(LOGIN)


def test_after_signing_out_the_back_button_shows_the_login_and_nothing_else(screen: Page, program: Program) -> None:
    for path in PAGES:
        screen.goto(f"{program.url}{path}")
    expect(screen.locator("#board")).to_be_visible()
    signs_out(screen, program)

    seen = []
    for _ in range(len(PAGES) + 1):
        screen.go_back()
        screen.wait_for_url(LOGIN)
        seen.append(screen.locator("main").inner_text())

    assert all("Kata sandi" in text for text in seen), seen


def test_after_the_next_person_took_over_the_back_button_shows_that_persons_pages(
    screen: Page, program: Program
) -> None:
    program.core.door.set_pin("dapur", "864209")
    screen.goto(f"{program.url}/cashier/history")
    screen.goto(f"{program.url}/cashier/switch")
    screen.locator("label", has_text="Dapur").first.click()
    screen.fill("[name=pin]", "864209")
    screen.locator("form button.button--primary").click()
    screen.wait_for_url(re.compile(r"/cashier/kitchen"))

    # The kitchen's tickets arrive as a step within the page, which is not the step back that is waited for.
    for path in ("/cashier/switch", "/cashier/history"):
        screen.go_back()
        screen.wait_for_url(f"{program.url}{path}")

    # Whoever cooks reads no history: what was on this screen before is not theirs.
    expect(screen.locator("main")).to_contain_text("tidak boleh")


def test_no_page_stands_in_a_frame_of_another_website(screen: Page, program: Program) -> None:
    frames = [path.format(table=f"/t/{program.shop.tables[0].token}") for path in FRAMED]
    screen.goto(f"{program.simulator.url}/")
    refused: list[str] = []
    screen.on("console", lambda line: refused.append(line.text) if "frame-ancestors" in line.text else None)

    for path in frames:
        screen.evaluate(
            """(address) => new Promise((resolve) => {
                const frame = document.createElement("iframe");
                frame.addEventListener("load", resolve);
                frame.src = address;
                document.body.append(frame);
            })""",
            f"{program.url}{path}",
        )

    shown = [frame for frame in screen.frames[1:] if frame.url.startswith(program.url) and frame.query_selector("main")]
    assert shown == []
    assert len(refused) == len(frames)
