"""An owner adds a cashier, the cashier works, and the moment the owner disables them their board is gone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from core.staff.models import StaffMember
from tests.cheap_secrets import cheap_hash
from tests.e2e.test_staff_at_hand import database_url
from tests.e2e.test_the_main_job import AT_ONCE, COUNTER, sign_in
from tests.running_program import Program

PIN = "112358"

__all__ = ["database_url"]


@pytest.fixture
def owner(browser: Browser, program: Program) -> Iterator[Page]:
    with program.core.db.write() as session:
        session.execute(update(StaffMember).where(StaffMember.username == "owner").values(pin_hash=cheap_hash(PIN)))
    page = _counter(browser)
    sign_in(page, program, "owner")
    yield page
    page.context.close()


@pytest.fixture
def cashier(browser: Browser) -> Iterator[Page]:
    page = _counter(browser)
    yield page
    page.context.close()


def _counter(browser: Browser) -> Page:
    context = browser.new_context(viewport=COUNTER, locale="id-ID")
    page = context.new_page()
    page.set_default_timeout(8_000)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.on("console", lambda line: pytest.fail(line.text) if "Content Security Policy" in line.text else None)
    return page


def test_a_cashier_is_added_signs_in_and_is_shut_out_at_once(owner: Page, cashier: Page, program: Program) -> None:
    owner.locator(".bar__places a[href='/cashier/people']").click()
    owner.locator("details.card summary").click()
    owner.fill("[name=name]", "Budi")
    owner.fill("[name=username]", "budi")
    owner.fill("#add-pin", PIN)
    owner.locator(".person-form button").click()
    expect(owner.locator(".secret dd").first).to_have_text("budi")
    password = owner.locator(".secret dd").nth(1).inner_text()

    cashier.goto(f"{program.url}/cashier/login")
    cashier.fill("[name=username]", "budi")
    cashier.fill("[name=password]", password)
    cashier.locator("button.button--primary").click()
    cashier.wait_for_url(re.compile(r"/cashier$"))
    expect(cashier.locator("#light")).to_have_attribute("data-state", "live")

    owner.goto(f"{program.url}/cashier/people")
    expect(owner.locator(".staff__row", has_text="budi")).to_contain_text("Masuk di 1 layar")
    owner.locator(".staff__row", has_text="budi").click()
    owner.fill("#disable-pin", PIN)
    owner.locator("button[value=disable]").click()
    expect(owner.locator(".people-head")).to_contain_text("Tidak aktif")

    # Nobody touches the cashier's screen.
    cashier.wait_for_url(re.compile(r"/cashier/login"), timeout=AT_ONCE)
    cashier.fill("[name=username]", "budi")
    cashier.fill("[name=password]", password)
    cashier.locator("button.button--primary").click()
    expect(cashier.locator("[role=alert]")).to_be_visible()
    owner.goto(f"{program.url}/cashier/audit?kind=people")
    expect(owner.locator(".act").first).to_contain_text("tidak boleh masuk lagi")


def test_on_a_phone_where_somebody_is_signed_in_can_be_read(owner: Page, cashier: Page, program: Program) -> None:
    sign_in(cashier, program, "kasir")
    owner.set_viewport_size({"width": 360, "height": 740})

    owner.goto(f"{program.url}/cashier/people/kasir")

    row = owner.locator(".moves .row").first
    words, button = row.locator(".grow").bounding_box(), row.locator("button").bounding_box()
    assert words is not None
    assert button is not None
    assert words["width"] >= 200
    assert button["x"] + button["width"] <= 360
