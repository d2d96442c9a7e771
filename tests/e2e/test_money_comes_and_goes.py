"""Late, double and refused money in a real browser: found, understood and settled, in both languages."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from core.orders.models import Order
from core.payments.models import MoneyCase
from core.staff.models import Role, StaffMember
from tests.cheap_secrets import cheap_hash
from tests.e2e.test_the_main_job import COUNTER, PHONE, sign_in
from tests.running_program import Program
from tests.screens.camera import Theme
from tests.shop import CASHIER
from tests.web.patience import soon

PIN = "135790"
SOON = 8_000
SIZES = [(360, 740), (820, 1180), (1366, 768)]


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: what is seen here is the same on both, and tests/cashier goes every way on both."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture(params=["id", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def house(program: Program) -> Program:
    with program.core.db.write() as session:
        managers = update(StaffMember).where(StaffMember.role == Role.MANAGER)
        session.execute(managers.values(pin_hash=cheap_hash(PIN)))
    return program


@pytest.fixture
def screen(browser: Browser, house: Program, language: str) -> Iterator[Page]:
    yield from _screen(browser, house, language)


def _screen(browser: Browser, house: Program, language: str, *, javascript: bool = True) -> Iterator[Page]:
    """The cashier's screen, to which a manager may come. A script error or a broken CSP fails the test."""
    context = browser.new_context(viewport=COUNTER, java_script_enabled=javascript)
    context.add_cookies([{"name": "meja_lang", "value": language, "url": house.url}])
    page = context.new_page()
    page.set_default_timeout(SOON)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    sign_in(page, house, "kasir")
    yield page
    context.close()
    assert wrong == []


def ordered(house: Program, *dishes: str) -> Order:
    order = house.shop.order(*(dishes or ("Sate Ayam",)))
    assert soon(lambda: str(house.shop.attempt(order).state) == "live")
    return order


def paid(house: Program, **how: Any) -> Order:
    order = ordered(house)
    house.shop.wallet.pays(order, **how)
    assert soon(lambda: house.shop.status(order) == ("confirmed", "paid"))
    return order


def late(house: Program, **how: Any) -> Order:
    """An order that ran out of time, and whose money came afterwards."""
    order = ordered(house)
    house.simulator.expire(house.shop.attempt(order).reference)
    assert soon(lambda: str(house.shop.attempt(order).state) == "expired")
    # Not by the clock: the running worker takes a clock that jumps for one that somebody set.
    with house.core.db.write() as session:
        session.execute(update(Order).where(Order.id == order.id).values(expires_at=house.shop.clock()))
    assert soon(lambda: house.shop.gateway_works() >= 0 and house.shop.status(order)[0] == "expired")
    house.shop.wallet.pays(order, late=True, **how)
    assert soon(lambda: len(house.shop.cases()) == 1)
    return order


def double(house: Program) -> Order:
    """A bill paid in cash, and its QR all the same."""
    order = ordered(house, "Sate Ayam", "Es Teh")
    attempt = house.shop.attempt(order)
    house.core.payments.to_cash(order.uid)
    assert soon(lambda: not house.shop.attempt(order).is_open)
    house.core.cash.take(order.uid, 100_000, CASHIER)
    house.shop.wallet.pays(order, attempt=attempt, late=True)
    assert soon(lambda: [str(case.kind) for case in house.shop.cases()] == ["double"])
    return order


def opens_the_case(screen: Page, house: Program) -> None:
    screen.goto(f"{house.url}/cashier")
    screen.locator(".alarm").click()
    screen.locator(".case .button--primary").click()


def test_late_money_is_found_from_the_board_and_cooked_after_all(screen: Page, house: Program, language: str) -> None:
    order = late(house)

    opens_the_case(screen, house)
    screen.locator("form[action$='/take'] button").click()
    expect(screen.locator("main")).to_contain_text({"id": "Anda yang menangani", "en": "You look after it"}[language])
    screen.locator("form[action$='/honour'] button").click()

    expect(screen.locator("main")).to_contain_text({"id": "Tetap dimasak", "en": "Cooked after all"}[language])
    assert house.shop.status(order) == ("confirmed", "paid")
    screen.goto(f"{house.url}/cashier")
    expect(screen.locator(f".lane--new #o-{order.uid}")).to_be_visible()
    expect(screen.locator(".alarm")).to_have_count(0)


def test_a_double_goes_back_and_the_page_follows_until_the_bank_confirms(
    screen: Page, house: Program, language: str
) -> None:
    order = double(house)

    opens_the_case(screen, house)
    screen.fill("#refund-reason", "Terbayar dua kali")
    screen.fill("#refund-pin", PIN)
    screen.locator("form[action$='/refund'] button").click()

    sent = {"id": "belum dikonfirmasi", "en": "not confirmed yet"}[language]
    confirmed = {"id": "Dikonfirmasi bank", "en": "Confirmed by the bank"}[language]
    expect(screen.locator("#case-refunds")).to_contain_text(sent)
    reference = house.shop.attempt(order).reference
    house.simulator.call("POST", f"/simulator/transactions/{reference}/confirm-refund")
    expect(screen.locator("#case-refunds")).to_contain_text(confirmed)
    assert house.shop.status(order) == ("confirmed", "paid")


def test_a_refused_refund_is_told_and_given_in_cash(screen: Page, house: Program, language: str) -> None:
    order = paid(house, issuer="bca")
    house.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})

    screen.goto(f"{house.url}/cashier?order={order.uid}")
    screen.locator(".give-back summary").click()
    screen.fill("#refund-reason", "Salah masak")
    screen.fill("#refund-pin", PIN)
    screen.locator(".give-back form button").click()
    expect(screen.locator("#order-money")).to_contain_text({"id": "Ditolak", "en": "Refused"}[language])
    screen.goto(f"{house.url}/cashier/orders/{order.uid}/refund")
    expect(screen.locator("input[value=cash]")).to_be_checked()
    screen.fill("#refund-reason", "Salah masak")
    screen.fill("#refund-pin", PIN)
    screen.locator("form[action$='/refund'] button").click()

    cash = {"id": "Dikembalikan tunai", "en": "Given in cash"}[language]
    expect(screen.locator("#order-money")).to_contain_text(cash)
    assert house.shop.status(order) == ("confirmed", "refunded")


def test_a_write_off_with_a_wrong_pin_keeps_the_reason_and_succeeds_with_the_right_one(
    screen: Page, house: Program, language: str
) -> None:
    late(house)
    opens_the_case(screen, house)

    screen.fill("#close-reason", "Tamu mengikhlaskan")
    screen.fill("#close-pin", "999999")
    screen.locator("form[action$='/close'] button").click()
    wrong = {"id": "PIN ini bukan PIN manajer", "en": "This PIN is not a manager's"}[language]
    expect(screen.locator("#close-pin-says")).to_contain_text(wrong)
    expect(screen.locator("#close-reason")).to_have_value("Tamu mengikhlaskan")
    expect(screen.locator("#close-pin")).to_have_value("")
    expect(screen.locator("#close-pin")).to_be_focused()
    screen.fill("#close-pin", PIN)
    screen.locator("form[action$='/close'] button").click()

    expect(screen.locator("main")).to_contain_text("Tamu mengikhlaskan")
    assert house.shop.cases() == []


def test_cash_is_taken_while_the_gateway_is_silent(screen: Page, house: Program, language: str) -> None:
    order = ordered(house)
    house.simulator.misbehave({"call": "*", "kind": "http_503"})
    house.core.payments.to_cash(order.uid)
    assert soon(lambda: house.shop.attempt(order).tries > 0)

    screen.goto(f"{house.url}/cashier?order={order.uid}")
    risk = {"id": "Belum pasti apakah QR sudah dibayar", "en": "Nobody can say whether the QR has been paid"}[language]
    expect(screen.locator("#desk")).to_contain_text(risk)
    screen.locator("[data-note='50000']").click()
    screen.locator("[data-confirm]").click()  # the browser itself asks for the PIN
    assert house.shop.status(order)[0] == "awaiting_payment"
    screen.fill("#cash-pin", "999999")
    screen.locator("[data-confirm]").click()
    expect(screen.locator("#toast")).to_contain_text("PIN")
    screen.fill("#cash-pin", PIN)
    screen.locator("[data-confirm]").click()

    expect(screen.locator(".change__amount")).to_be_visible()
    assert house.shop.status(order) == ("confirmed", "paid")
    house.simulator.behave()


def test_money_goes_back_without_javascript(browser: Browser, house: Program) -> None:
    order = paid(house)
    for screen in _screen(browser, house, "id", javascript=False):
        screen.goto(f"{house.url}/cashier?order={order.uid}")
        screen.locator(".give-back summary").click()
        screen.fill("#refund-amount", "5.000")
        screen.fill("#refund-pin", PIN)
        screen.fill("#refund-reason", " ")
        screen.locator(".give-back form button").click()
        expect(screen.locator("#refund-reason-says")).to_contain_text("Tuliskan alasannya")
        expect(screen.locator("#refund-amount")).to_have_value("5.000")
        screen.fill("#refund-reason", "Es teh tumpah")
        screen.fill("#refund-pin", PIN)
        screen.locator("form[action$='/refund'] button").click()
        expect(screen.locator("#order-money")).to_contain_text("Rp5.000")
    assert soon(lambda: house.shop.status(order) == ("confirmed", "partially_refunded"))


def test_the_guest_reads_where_the_money_is(browser: Browser, house: Program, language: str) -> None:
    order = late(house)
    context = browser.new_context(viewport=PHONE)
    context.add_cookies([{"name": "meja_lang", "value": language, "url": house.url}])
    phone = context.new_page()
    phone.goto(f"{house.url}/orders/{order.uid}")
    came = {"id": "Uang Anda masuk setelah QR berakhir", "en": "Your money came after the QR had ended"}[language]
    expect(phone.locator("main")).to_contain_text(came)

    house.core.refunds.ask(order.uid, order.total, "Tamu pergi", CASHIER)

    sent = {"id": "Menunggu konfirmasi bank", "en": "Your bank has yet to confirm it"}[language]
    expect(phone.locator("main")).to_contain_text(sent, timeout=SOON)
    house.simulator.call("POST", f"/simulator/transactions/{house.shop.attempt(order).reference}/confirm-refund")
    back = {"id": "Dikonfirmasi bank", "en": "Your bank confirmed it"}[language]
    expect(phone.locator("main")).to_contain_text(back, timeout=SOON)
    phone.goto(f"{house.url}/orders/{order.uid}/receipt")
    expect(phone.locator(".receipt")).to_contain_text({"id": "Dikembalikan", "en": "Returned"}[language])
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_of_money_fits_its_device_and_can_be_read_by_everybody(
    screen: Page, house: Program, theme: Theme
) -> None:
    order = paid(house)
    late(house)
    (case,) = house.shop.cases()
    screen.emulate_media(color_scheme=theme)
    pages = ["/cashier/money", f"/cashier/money/{case.uid}", f"/cashier/orders/{order.uid}/refund"]

    for path in [*pages, f"/cashier?order={order.uid}"]:
        for width, height in SIZES:
            screen.set_viewport_size({"width": width, "height": height})
            screen.goto(f"{house.url}{path}")
            if "?order" in path:
                screen.locator(".give-back summary").click()
            assert screen.evaluate("document.documentElement.scrollWidth") <= width, path
            found = Axe().run(screen)
            assert found.violations_count == 0, f"{path} {width}: {found.generate_report()}"


def test_the_badge_on_the_board_turns_red_when_less_than_a_day_is_left(screen: Page, house: Program) -> None:
    late(house, issuer="dana")
    screen.goto(f"{house.url}/cashier")
    expect(screen.locator(".alarm--calm")).to_be_visible()

    with house.core.db.write() as session:
        session.execute(update(MoneyCase).values(deadline_at=house.shop.clock() + timedelta(hours=5)))
    house.core.cases.take_up(house.shop.outlet.id, house.shop.cases()[0].uid, CASHIER)

    expect(screen.locator(".alarm")).to_contain_text(re.compile("24"))
    expect(screen.locator(".alarm--calm")).to_have_count(0)


def test_an_empty_desk_a_refused_form_and_a_settled_case_can_be_read_by_everybody(screen: Page, house: Program) -> None:
    screen.goto(f"{house.url}/cashier/money")
    assert Axe().run(screen).violations_count == 0
    late(house)
    opens_the_case(screen, house)

    for pin in ("999999", PIN):
        screen.fill("#close-reason", "Tamu mengikhlaskan")
        screen.fill("#close-pin", pin)
        screen.locator("form[action$='/close'] button").click()
        expect(screen.locator(f".{'field__error' if pin != PIN else 'case--over'}")).to_be_visible()
        found = Axe().run(screen)
        assert found.violations_count == 0, found.generate_report()
