"""The main job's budget: a guest who knows what to eat has a QR to pay after five taps, and types nothing."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.phones import open_phone, order_on, slow_down
from tests.running_program import Program

# Kept over page changes: the sixth tap or the first key is counted wherever it falls.
COUNT = """
  const count = (name) => sessionStorage.setItem(name, Number(sessionStorage.getItem(name) ?? 0) + 1);
  addEventListener("pointerdown", () => count("taps"), { capture: true });
  addEventListener("keydown", () => count("keys"), { capture: true });
  addEventListener("beforeinput", () => count("keys"), { capture: true });
"""
LINK = 1
"""The tap on the link that the phone's camera shows falls outside our pages."""


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: thumbs know no databases."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture
def phone(browser: Browser, program: Program) -> Iterator[Page]:
    with open_phone(browser, program.url, has_touch=True, is_mobile=True) as phone:
        phone.add_init_script(COUNT)
        yield phone


def counted(phone: Page) -> tuple[int, int]:
    """Give the taps and the keys so far, with the tap on the link."""
    taps, keys = phone.evaluate("['taps', 'keys'].map((name) => Number(sessionStorage.getItem(name) ?? 0))")
    return taps + LINK, keys


def test_from_the_sticker_to_a_saved_qr_in_five_taps_and_paid_without_another(phone: Page, program: Program) -> None:
    phone.goto(program.table_url())
    phone.locator("li.dish", has_text="Sate Ayam").locator("button.plus").tap()
    phone.locator("#basket-bar a").tap()
    phone.locator("button[name=method][value=qris]").tap()
    expect(phone.locator("figure.qr img")).to_be_visible()
    with phone.expect_download() as saved:
        phone.locator("a[download]").tap()
    assert saved.value.suggested_filename.endswith(".png")
    assert counted(phone) == (5, 0)

    order = order_on(phone, program)
    program.simulator.pay(program.shop.attempt(order).reference)

    expect(phone.locator(".ticket__paid")).to_be_visible()
    expect(phone.locator(".ticket__number")).to_contain_text(order.label)
    assert counted(phone) == (5, 0)


def test_cash_takes_four_taps(phone: Page, program: Program) -> None:
    phone.goto(program.table_url())
    phone.locator("li.dish", has_text="Es Teh").locator("button.plus").tap()
    phone.locator("#basket-bar a").tap()
    phone.locator("button[name=method][value=cash]").tap()

    phone.wait_for_url(re.compile(r"/orders/"))
    expect(phone.locator(".ticket__code")).to_be_visible()
    assert counted(phone) == (4, 0)


def test_a_thumb_that_is_quicker_than_the_line_finds_its_dish_in_the_basket(phone: Page, program: Program) -> None:
    slow_down(phone)
    phone.goto(program.table_url())
    phone.locator("li.dish", has_text="Es Teh").locator("button.plus").tap()
    phone.locator("#basket-bar a").tap()

    expect(phone.locator(".line h2")).to_have_text("Es Teh")


def test_the_counter_sees_a_sixth_tap_and_a_first_key(phone: Page, program: Program) -> None:
    phone.goto(program.table_url())

    phone.locator("#search").tap()
    phone.keyboard.press("a")

    taps, keys = counted(phone)
    assert taps == 1 + LINK
    assert keys >= 1
