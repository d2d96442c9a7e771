"""A diner orders and pays at the table, and the cashier sees it at once: three browsers, nothing reloaded."""

import binascii
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from core.payments.qris import read_qris
from tests.running_program import PASSWORD, Program

PHONE: ViewportSize = {"width": 360, "height": 740}
COUNTER: ViewportSize = {"width": 1366, "height": 768}
AT_ONCE = 4_000  # milliseconds; how fast it really is, `make bench` measures


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def phone(browser: Browser, javascript: bool) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, java_script_enabled=javascript, locale="id-ID")
    yield _watched(context)
    context.close()


@pytest.fixture
def counter(browser: Browser, program: Program) -> Iterator[Page]:
    context = browser.new_context(viewport=COUNTER, locale="id-ID")
    page = _watched(context)
    sign_in(page, program, "kasir")
    yield page
    context.close()


def _watched(context: BrowserContext) -> Page:
    """Open a page that fails the test when the browser reports an error, a broken CSP included."""
    page = context.new_page()
    page.set_default_timeout(8_000)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.on(
        "console", lambda line: pytest.fail(f"console: {line.text}") if "Content Security Policy" in line.text else None
    )
    return page


def sign_in(page: Page, program: Program, username: str) -> None:
    page.goto(f"{program.url}/cashier/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit], form button")
    page.wait_for_url(re.compile(r"/cashier$"))


def put_two_dishes_into_the_basket(phone: Page, program: Program) -> None:
    phone.goto(program.table_url())
    phone.locator("li", has_text="Sate Ayam").locator("button.plus").click()
    phone.goto(program.table_url())
    phone.locator("li", has_text="Mi Goreng").locator(".plus").click()
    phone.get_by_text("Pedas", exact=True).first.click()
    phone.locator("details.note summary").first.click()
    phone.locator("[name=note]").first.fill("tanpa bawang")
    phone.locator(".offer__buy button.button--primary").click()
    phone.wait_for_timeout(300)
    phone.goto(f"{program.table_url()}/basket")


def test_order_pay_by_qris_and_follow_it_to_the_table(
    phone: Page, counter: Page, program: Program, javascript: bool, tmp_path: Path
) -> None:
    put_two_dishes_into_the_basket(phone, program)
    expect(phone.locator("#basket")).to_contain_text("tanpa bawang")
    phone.locator("button[name=method][value=qris]").click()
    phone.wait_for_url(re.compile(r"/orders/"))
    uid = phone.url.rsplit("/", 1)[-1].partition("?")[0]
    expect(phone.locator("figure.qr img")).to_be_visible()
    attempt = program.core.orders.page(uid).attempt
    assert attempt is not None

    shown = read_off_the_screen(phone, tmp_path)
    assert shown == attempt.qr_text
    assert shown[-4:] == f"{binascii.crc_hqx(shown[:-4].encode(), 0xFFFF):04X}"
    assert read_qris(shown).amount == attempt.amount == program.core.orders.page(uid).order.total

    program.simulator.pay(attempt.reference, issuer="gopay")

    label = program.core.orders.page(uid).order.label
    expect(counter.locator("#board")).to_contain_text(label, timeout=AT_ONCE)
    if javascript:
        expect(phone.locator("main")).to_contain_text("LUNAS", ignore_case=True, timeout=AT_ONCE)
    else:
        phone.reload()
    expect(phone.locator("main")).to_contain_text("LUNAS", ignore_case=True)
    expect(phone.locator("main")).to_contain_text(label)

    for act, stage in (("start", "preparing"), ("ready", "ready"), ("serve", "served")):
        counter.locator(f"form[action$='/cashier/orders/{uid}/{act}'] button").first.click()
        if not javascript:
            counter.wait_for_timeout(300)
            phone.reload()
        expect(phone.locator(f"#progress[data-stage={stage}]")).to_be_visible(timeout=3_000)
    expect(phone.locator("#progress")).to_contain_text("Selamat makan")
    assert program.shop.status(program.core.orders.page(uid).order) == ("served", "paid")


def read_off_the_screen(phone: Page, folder: Path) -> str:
    picture = folder / "screen.png"
    phone.locator("figure.qr img").scroll_into_view_if_needed()
    phone.wait_for_load_state("networkidle")
    phone.screenshot(path=picture)
    read = subprocess.run(["zbarimg", "--raw", "--quiet", str(picture)], capture_output=True, check=True, timeout=20)
    return read.stdout.decode().strip()


def test_pay_cash_with_a_claim_code(phone: Page, counter: Page, program: Program, javascript: bool) -> None:
    put_two_dishes_into_the_basket(phone, program)
    phone.locator("button[name=method][value=cash]").click()
    phone.wait_for_url(re.compile(r"/orders/"))
    uid = phone.url.rsplit("/", 1)[-1].partition("?")[0]
    order = program.core.orders.page(uid).order
    assert order.claim_code is not None
    expect(phone.locator("main")).to_contain_text(re.compile(r"\s*".join(order.claim_code)))

    counter.fill("#find", order.claim_code.lower())
    counter.keyboard.press("Enter")
    counter.fill("#tendered", "100000")
    counter.keyboard.press("Enter")

    change = f"{100_000 - order.cash_total:,}".replace(",", ".")
    expect(counter.locator(".change__amount")).to_contain_text(f"Rp{change}")
    if not javascript:
        phone.reload()
    expect(phone.locator("main")).to_contain_text("LUNAS", ignore_case=True, timeout=3_000)
    assert program.shop.status(order) == ("confirmed", "paid")


def test_change_from_qris_to_cash_and_back(phone: Page, program: Program) -> None:
    put_two_dishes_into_the_basket(phone, program)
    phone.locator("button[name=method][value=qris]").click()
    phone.wait_for_url(re.compile(r"/orders/"))
    uid = phone.url.rsplit("/", 1)[-1].partition("?")[0]
    first = program.core.orders.page(uid).attempt
    assert first is not None

    phone.locator(f"form[action$='/orders/{uid}/cash'] button").click()
    expect(phone.locator("[data-stage=awaiting_cash]")).to_be_visible(timeout=10_000)
    assert program.simulator.status(first.reference)["transaction_status"] == "cancel"

    phone.locator(f"form[action$='/orders/{uid}/qris'] button").click()
    expect(phone.locator("figure.qr img")).to_be_visible(timeout=10_000)
    second = program.core.orders.page(uid).attempt
    assert second is not None
    assert second.reference != first.reference
    program.simulator.pay(second.reference)
    expect(phone.locator("main")).to_contain_text("LUNAS", ignore_case=True, timeout=15_000)
