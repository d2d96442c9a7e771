"""Every component in every state, read in both languages and themes, and with more contrast."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.screens.camera import LANGUAGES, SIZES, THEMES, Theme, open_context, open_view
from tests.screens.house import House, open_house
from tests.screens.states import View

Contrast = Literal["no-preference", "more"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("components")) as house:
        yield house


@pytest.fixture(params=LANGUAGES)
def page(request: pytest.FixtureRequest, browser: Browser, house: House) -> Iterator[Page]:
    context = open_context(browser, house, request.param)
    yield open_view(context, house, View("/components"))
    context.close()


@pytest.mark.parametrize("contrast", ["no-preference", "more"])
@pytest.mark.parametrize("theme", THEMES)
def test_the_components_break_no_rule_of_accessibility(page: Page, theme: Theme, contrast: Contrast) -> None:
    page.emulate_media(color_scheme=theme, contrast=contrast)

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("size", SIZES)
def test_the_components_fit_every_screen(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})

    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_stepper_and_a_keypad_can_be_tried(page: Page) -> None:
    page.locator("#the-stepper [data-step='1']").click()
    page.locator("#the-keypad button[value='4']").click()

    assert page.locator("#the-stepper [data-stepper] input").input_value() == "3"
    assert page.locator("#stand").input_value() == "4"
