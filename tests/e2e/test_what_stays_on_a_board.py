"""News changes what it is about: every other card stays the element that it was, with whatever somebody is doing there."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.orders.models import Order
from tests.e2e.day import at_a_screen
from tests.e2e.test_ten_boards import cards_on, pays, shows_once
from tests.running_program import Program
from tests.shop import CASHIER

MARK = "(cards) => { window.opened = true; for (const card of cards) card.stood = true; }"
STOOD = "(cards) => cards.filter((card) => card.stood).map((card) => card.id)"


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: what a browser does with what it is told is the same on both."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture
def board(browser: Browser, program: Program) -> Iterator[Page]:
    with at_a_screen(browser, program, "kasir", "") as page:
        expect(page.locator("#light")).to_have_attribute("data-state", "live", timeout=20_000)
        yield page


def stands(page: Page, program: Program, count: int) -> list[Order]:
    orders = [pays(program) for _ in range(count)]
    for order in orders:
        shows_once(page, order)
    page.locator(".slip").evaluate_all(MARK)
    return orders


def stood(page: Page) -> list[str]:
    found: list[str] = page.locator(".slip").evaluate_all(STOOD)
    return found


def ids(*orders: Order) -> list[str]:
    return [f"o-{order.uid}" for order in orders]


def test_a_card_that_comes_touches_no_other(board: Page, program: Program) -> None:
    first, second = stands(board, program, 2)

    third = pays(program)
    shows_once(board, third)

    assert stood(board) == ids(first, second)
    assert cards_on(board) == ids(first, second, third)


def test_a_card_that_changes_columns_is_the_same_one_and_keeps_the_keys(board: Page, program: Program) -> None:
    first, second, third = stands(board, program, 3)
    program.core.kitchen.start(first.uid, CASHIER)
    expect(board.locator(f"#lane-preparing #o-{first.uid}")).to_be_visible(timeout=15_000)
    board.locator(f"#o-{second.uid} .slip__open").focus()

    program.core.kitchen.start(second.uid, CASHIER)

    expect(board.locator(f"#lane-preparing #o-{second.uid}")).to_be_visible(timeout=15_000)
    assert cards_on(board) == ids(third, first, second)
    assert stood(board) == ids(third, first, second)
    assert board.evaluate("document.activeElement.closest('.slip')?.id") == f"o-{second.uid}"


def test_a_card_from_the_middle_leaves_the_others_where_they_were(board: Page, program: Program) -> None:
    first, second, third = stands(board, program, 3)

    program.core.kitchen.cancel(second.uid, "Salah pesan", CASHIER, may_void=True)

    expect(board.locator(f"#lane-done #o-{second.uid}")).to_be_visible(timeout=15_000)
    assert cards_on(board) == ids(first, third, second)
    assert set(ids(first, third)) <= set(stood(board))


def test_the_button_of_a_card_that_came_later_takes_its_step_within_the_page(board: Page, program: Program) -> None:
    stands(board, program, 1)
    later = pays(program)
    shows_once(board, later)

    for lane in ("preparing", "ready"):
        board.locator(f"#o-{later.uid} .slip__step").click()
        expect(board.locator(f"#lane-{lane} #o-{later.uid}")).to_be_visible(timeout=15_000)

    assert board.evaluate("window.opened")


def test_the_column_lights_up_by_turns_and_the_cards_stay_marked(board: Page, program: Program) -> None:
    order = pays(program)
    shows_once(board, order)
    column = board.locator("#lane-new")
    dark = board.locator("#lane-preparing").evaluate("(lane) => getComputedStyle(lane).backgroundColor")

    for is_lit in (True, False):
        expect(board.locator(f"body{'[data-beat]' if is_lit else ':not([data-beat])'}")).to_have_count(1)
        assert (column.evaluate("(lane) => getComputedStyle(lane).backgroundColor") != dark) is is_lit
        assert board.locator(f"#o-{order.uid}").evaluate("(card) => getComputedStyle(card).outlineStyle") == "solid"

    board.mouse.click(600, 740)
    expect(board.locator("[data-ringing]")).to_have_count(0)
    assert not board.evaluate("document.body.hasAttribute('data-beat')")


def test_a_board_from_before_the_program_was_brought_up_to_date_goes_on_listening(
    board: Page, program: Program
) -> None:
    # Its own words to htmx were others then: the first answer changes them.
    board.evaluate("document.querySelector('#board').setAttribute('hx-trigger', 'nudge from:body, every 15s')")
    board.evaluate("window.opened = true")
    first = pays(program)
    shows_once(board, first)

    second = pays(program)
    shows_once(board, second)
    board.locator(f"#o-{first.uid} .slip__step").click()

    expect(board.locator(f"#lane-preparing #o-{first.uid}")).to_be_visible(timeout=15_000)
    assert board.evaluate("window.opened")
    assert cards_on(board) == ids(second, first)
