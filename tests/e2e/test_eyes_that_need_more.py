"""The diner's pages for eyes that need more: letters twice as large, and colours of one's own choosing."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.screens.camera import Theme, open_context, open_view
from tests.screens.house import House, open_house
from tests.screens.states import DINER, State

LARGE = (
    "menu-with-basket",
    "menu-other-table",
    "dish",
    "basket",
    "basket-problem",
    "basket-code",
    "party",
    "qr-steps",
    "qr-expired",
    "cash-code",
    "cooking",
    "late-money",
    "receipt",
)
STATES = [state for state in DINER if state.name in LARGE]
CUT_OFF = """() => [...document.querySelectorAll("main *, .basket-bar *")]
  .filter((one) => one.checkVisibility() && !one.closest(".unseen, .chips, .tabs, .shelf, svg") && !one.children.length)
  .filter((one) => one.textContent.trim() && one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.textContent.trim())"""
"""What ends beyond the edge of the screen. Filters, categories and best sellers are moved by a thumb, in letters of any size."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("eyes")) as house:
        yield house


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_letters_twice_as_large_lose_nothing_beside_the_screen(browser: Browser, house: House, state: State) -> None:
    house.is_well_again()
    view = state.bring_about(house)
    context = open_context(browser, house, "id")
    page = open_view(context, house, view)

    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.wait_for_timeout(100)

    wide, cut_off = page.evaluate("document.documentElement.scrollWidth"), page.evaluate(CUT_OFF)
    context.close()
    assert (wide, cut_off) == (360, [])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_plus_of_a_dish_is_seen_in_colours_of_ones_own_choosing(
    browser: Browser, house: House, theme: Theme
) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        forced_colors="active",
        color_scheme=theme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{house.url}{house.table}")

    assert contrast_amid(page, ".shelf .plus") > 4.5
    context.close()


def contrast_amid(page: Page, place: str) -> float:
    """Tell how far the lightest and the darkest dot in the middle of a button stand apart, as WCAG reckons it."""
    with Image.open(BytesIO(page.locator(place).first.screenshot())) as image:
        across, down = image.width // 2, image.height // 2
        darkest, lightest = image.crop((across - 10, down - 10, across + 10, down + 10)).convert("L").getextrema()
    assert isinstance(darkest, int)
    assert isinstance(lightest, int)
    return (_luminance(lightest) + 0.05) / (_luminance(darkest) + 0.05)


def _luminance(grey: int) -> float:
    return float((grey / 255) ** 2.2)
