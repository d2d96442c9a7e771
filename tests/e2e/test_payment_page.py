"""The page that shows a QR to the phone that will pay it: saved, shared, kept awake, counted down, looked at again."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from core.orders.models import Order
from core.payments.models import Attempt
from tests.e2e.phones import open_phone
from tests.running_program import Program
from tests.web.patience import soon

CAN_SHARE = """
  window.shared = [];
  navigator.canShare = (what) => Boolean(what?.files?.length);
  navigator.share = async (what) => { window.shared.push(`${what.files[0].name} ${what.files[0].type} ${what.files[0].size > 500}`); };
"""
COUNTS_LOCKS = """
  window.locks = 0;
  Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
    window.locks += 1;
    return { released: false, async release() { window.locks -= !this.released; this.released = true; } };
  } } });
"""
LOOKS_AWAY = """
  Object.defineProperty(document, "hidden", { configurable: true, get: () => window.away });
  window.away = true;
  document.dispatchEvent(new Event("visibilitychange"));
"""
COMES_BACK = "window.away = false; document.dispatchEvent(new Event('visibilitychange'));"


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: a phone sees no database."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture
def phone(browser: Browser, program: Program) -> Iterator[Page]:
    with open_phone(browser, program.url, color_scheme="dark") as phone:
        yield phone


def ordered(program: Program) -> Order:
    order = program.shop.order("Sate Ayam")
    assert soon(lambda: str(program.shop.attempt(order).state) == "live")
    return order


def opens(phone: Page, program: Program, order: Order) -> None:
    phone.goto(f"{program.url}/orders/{order.uid}")
    expect(phone.locator("figure.qr img")).to_be_visible()


def nudged(phone: Page) -> None:
    """Let the page look again, as a socket's message makes it do."""
    with phone.expect_response("**/payment-status*"):
        phone.evaluate("document.body.dispatchEvent(new CustomEvent('nudge'))")
    phone.wait_for_timeout(100)


def test_the_picture_is_shared_where_a_browser_can_and_the_button_stays(phone: Page, program: Program) -> None:
    phone.add_init_script(CAN_SHARE)
    order = ordered(program)
    opens(phone, program, order)

    expect(phone.locator("[data-share]")).to_be_visible()
    nudged(phone)
    phone.locator("[data-share]").click()

    assert phone.evaluate("window.shared") == [f"qris-{order.label}.png image/png true"]


def test_where_a_browser_cannot_share_there_is_no_button(phone: Page, program: Program) -> None:
    phone.add_init_script("navigator.canShare = undefined;")
    opens(phone, program, ordered(program))
    nudged(phone)

    expect(phone.locator("[data-share]")).to_be_hidden()


def test_the_steps_of_every_wallet_are_a_tap_away_and_do_not_fold_themselves(phone: Page, program: Program) -> None:
    opens(phone, program, ordered(program))
    phone.locator(".wallets summary").click()

    nudged(phone)

    for wallet in ("GoPay", "OVO", "DANA", "ShopeePay", "LinkAja", "Mobile banking"):
        expect(phone.locator(".wallets__ways dt", has_text=wallet)).to_be_visible()
    expect(phone.locator(".wallets")).to_contain_text("WARUNG MEJA")


def test_the_qr_stands_on_white_in_the_dark(phone: Page, program: Program) -> None:
    opens(phone, program, ordered(program))

    ground = phone.locator("figure.qr").evaluate("figure => getComputedStyle(figure).backgroundColor")
    page = phone.evaluate("getComputedStyle(document.body).backgroundColor")

    assert ground == "rgb(255, 255, 255)"
    assert page != ground


def test_the_screen_stays_on_while_there_is_something_to_show(phone: Page, program: Program) -> None:
    phone.add_init_script(COUNTS_LOCKS)
    order = ordered(program)
    opens(phone, program, order)
    assert soon(lambda: phone.evaluate("window.locks") == 1)

    program.core.payments.cancel(order.uid)

    expect(phone.locator("[data-stage=cancelled]")).to_be_visible()
    assert soon(lambda: phone.evaluate("window.locks") == 0)


@pytest.mark.parametrize(
    ("left", "words"), [(170, "Sisa kurang dari 3 menit"), (50, "Sisa kurang dari 1 menit")], ids=["amber", "red"]
)
def test_what_runs_out_is_said_in_words_too(phone: Page, program: Program, left: int, words: str) -> None:
    order = ordered(program)
    with program.core.db.write() as session:
        ends = program.shop.clock() + timedelta(seconds=left)
        session.execute(update(Attempt).where(Attempt.order_id == order.id).values(expires_at=ends))
    opens(phone, program, order)

    expect(phone.locator(".countdown")).to_contain_text(words)
    expect(phone.get_by_text(words)).to_be_visible()


def test_i_have_paid_is_answered_at_the_top_and_never_with_failed(phone: Page, program: Program) -> None:
    opens(phone, program, ordered(program))

    phone.locator("form[action$='/check'] button").click()

    expect(phone.locator(".payment > .banner").first).to_be_in_viewport()
    expect(phone.locator("main")).to_contain_text("jangan bayar lagi")
    expect(phone.locator("main")).not_to_contain_text("gagal", ignore_case=True)


def test_back_from_the_wallet_the_page_looks_before_anything_else(phone: Page, program: Program) -> None:
    order = ordered(program)
    opens(phone, program, order)
    phone.evaluate(LOOKS_AWAY)
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))

    with phone.expect_request("**/payment-status*"):
        phone.evaluate(COMES_BACK)

    assert f"/orders/{order.uid}/payment-status" in asked[0]
