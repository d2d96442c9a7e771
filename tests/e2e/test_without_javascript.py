"""Everything up to the payment, and away from it again, on a phone that runs no script."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.orders.models import Order
from tests.e2e.phones import open_phone, order_on, orders_in
from tests.running_program import Program
from tests.web.patience import soon


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: forms are the same on both."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture
def phone(browser: Browser, program: Program) -> Iterator[Page]:
    with open_phone(browser, program.url, java_script_enabled=False) as phone:
        yield phone


def ordered(phone: Page, program: Program, method: str) -> Order:
    phone.goto(program.table_url())
    phone.locator("li.dish", has_text="Es Teh").locator("button.plus").click()
    phone.locator(f"button[name=method][value={method}]").click()
    phone.wait_for_url(re.compile(r"/orders/"))
    return order_on(phone, program)


def test_what_needs_a_script_is_not_there_and_categories_are_links(phone: Page, program: Program) -> None:
    phone.goto(program.table_url())

    expect(phone.locator("#search")).to_be_hidden()
    expect(phone.locator("[data-filter]").first).to_be_hidden()
    phone.locator(".tabs a").first.click()
    expect(phone).to_have_url(re.compile(r"#c\d+$"))


def test_a_dish_is_chosen_on_its_own_page_and_the_basket_is_changed(phone: Page, program: Program) -> None:
    phone.goto(program.table_url())
    phone.locator("li.dish", has_text="Mi Goreng").locator("a.plus").click()
    phone.get_by_text("Pedas", exact=True).click()
    phone.locator("details.note summary").click()
    phone.fill("[name=note]", "tanpa bawang")
    phone.fill("[name=quantity]", "2")
    phone.locator(".offer__buy button.button--primary").click()
    expect(phone.locator("#basket")).to_contain_text("tanpa bawang")
    expect(phone.locator(".line output")).to_have_text("2")

    phone.locator(".line .stepper button").last.click()
    expect(phone.locator(".line output")).to_have_text("3")
    for _ in range(3):
        phone.locator(".line .stepper button").first.click()

    expect(phone.locator("#basket")).to_contain_text("Keranjang Anda kosong")


def test_a_question_left_open_is_asked_again_and_nothing_is_lost(phone: Page, program: Program) -> None:
    phone.goto(f"{program.table_url()}/dishes/{program.shop.dishes['Mi Goreng'].id}")
    phone.locator(".offer__buy button.button--primary").click()

    # The browser itself asks for the answer that is missing.
    expect(phone.locator("#dish")).to_be_visible()
    assert orders_in(program.shop) == []


def test_from_qris_to_cash_and_back_and_given_up(phone: Page, program: Program) -> None:
    order = ordered(phone, program, "qris")
    expect(phone.locator("figure.qr img")).to_be_visible()

    phone.locator("form[action$='/cash'] button").click()
    assert soon(lambda: program.shop.stage(order) == "awaiting_cash")
    phone.reload()
    expect(phone.locator(".ticket__code")).to_be_visible()
    phone.locator("form[action$='/qris'] button").click()
    assert soon(lambda: program.shop.stage(order) == "qr")
    phone.reload()
    phone.locator(".giveup summary").click()
    phone.locator("form[action$='/cancel'] button").click()

    assert soon(lambda: program.shop.stage(order) == "cancelled")
    phone.reload()
    expect(phone.locator("main")).to_contain_text("Pesanan ini dibatalkan")


def test_a_new_qr_after_one_that_ran_out(phone: Page, program: Program) -> None:
    order = ordered(phone, program, "qris")
    assert soon(lambda: program.shop.stage(order) == "qr")
    program.simulator.expire(program.shop.attempt(order).reference)
    assert soon(lambda: program.shop.stage(order) == "qr_expired")
    phone.reload()

    phone.locator("form[action$='/new-qr'] button").click()

    assert soon(lambda: program.shop.stage(order) == "qr")
    phone.reload()
    expect(phone.locator("figure.qr img")).to_be_visible()
    assert len(program.shop.attempts(order)) == 2
