"""Ten boards open at once: every payment stands on each of them once and is heard, whatever becomes of the line."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.orders.models import Order
from tests.e2e.day import at_a_screen
from tests.running_program import Program
from tests.shop import CASHIER

BOARDS = 10
CUT_FOR = float(os.environ.get("MEJA_TEST_CUT_SECONDS", "4"))
"""Seconds without a network; the promise is made for 60, which a release looks at: `MEJA_TEST_CUT_SECONDS=60`."""
RIGHT_WITHIN = 3_000
"""Milliseconds after the network came back."""
LISTEN = """
window.heard = [];
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () { heard.push(this.id); return play.call(this); };
"""


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: what a browser does with what it is told is the same on both."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture
def boards(browser: Browser, program: Program) -> Iterator[list[Page]]:
    with ExitStack() as stack:
        pages = [stack.enter_context(at_a_screen(browser, program, "kasir", "")) for _ in range(BOARDS)]
        for page in pages:
            page.context.add_init_script(LISTEN)
            page.reload()
            # Browsers let nothing sound before somebody has touched the page.
            page.mouse.click(600, 740)
        for page in pages:
            expect(page.locator("#light")).to_have_attribute("data-state", "live", timeout=20_000)
        yield pages


def pays(program: Program) -> Order:
    """A wallet pays; the gateway notifies, as it does in the evening."""
    order = program.shop.order("Es Teh")
    program.simulator.pay(program.shop.attempt(order).reference)
    return order


def shows_once(page: Page, order: Order, within: float = 15_000) -> None:
    expect(page.locator(f"#lane-new #o-{order.uid}")).to_have_count(1, timeout=within)
    assert page.locator(f"[id='o-{order.uid}']").count() == 1


def cards_on(page: Page) -> list[str]:
    """The cards of a board as they stand there, empty ones and doubled ones too."""
    found: list[str] = page.locator(".lane li[id]").evaluate_all("(cards) => cards.map((card) => card.id)")
    assert page.locator(".lane [data-same]").count() == 0
    return found


def test_every_payment_stands_once_on_each_of_ten_boards_and_is_heard(boards: list[Page], program: Program) -> None:
    orders = [pays(program) for _ in range(5)]

    for page in boards:
        for order in orders:
            shows_once(page, order)
        assert cards_on(page) == [f"o-{order.uid}" for order in orders]
        expect(page.locator("[data-ringing]")).to_have_count(len(orders))
        assert "tone-paid" in page.evaluate("heard")


def test_boards_that_take_steps_at_the_same_moment_end_up_alike(boards: list[Page], program: Program) -> None:
    orders = [pays(program) for _ in range(BOARDS)]
    for page in boards:
        for order in orders:
            shows_once(page, order)

    for page, order in zip(boards, orders, strict=True):
        page.evaluate("(uid) => document.querySelector(`#o-${uid} form`).requestSubmit()", order.uid)

    for page in boards:
        expect(page.locator(".lane--preparing .slip")).to_have_count(BOARDS, timeout=40_000)
        assert cards_on(page) == [f"o-{order.uid}" for order in orders]
        expect(page.locator(".lane--new .slip")).to_have_count(0)


def test_after_the_network_was_gone_each_board_is_right_within_three_seconds_and_not_silent(
    boards: list[Page], program: Program
) -> None:
    before = pays(program)
    for page in boards:
        shows_once(page, before)
        page.mouse.click(600, 740)
        page.evaluate("heard.length = 0")
        page.context.set_offline(True)
    program.core.kitchen.start(before.uid, CASHIER)
    missed = [pays(program) for _ in range(3)]
    boards[0].wait_for_timeout(CUT_FOR * 1_000)

    for page in boards:
        page.context.set_offline(False)

    for page in boards:
        expect(page.locator("#lane-new .slip")).to_have_count(len(missed), timeout=RIGHT_WITHIN)
        assert cards_on(page) == [f"o-{order.uid}" for order in [*missed, before]]
        expect(page.locator(f"#lane-preparing #o-{before.uid}")).to_have_count(1)
        expect(page.locator("[data-ringing]")).to_have_count(len(missed))
        assert "tone-paid" in page.evaluate("heard")
        expect(page.locator("#light")).to_have_attribute("data-state", "live", timeout=10_000)
