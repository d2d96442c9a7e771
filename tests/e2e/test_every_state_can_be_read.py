"""Every page of the diner and of the staff in every state, walked as `make screens` walks them.

Everybody can read them, and they fit a phone, a tablet and a desk.
"""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.screens.camera import SIZES, Theme, open_context, open_view
from tests.screens.house import House, open_house
from tests.screens.kitchen_states import KITCHEN
from tests.screens.staff_states import STAFF
from tests.screens.states import DINER, State

AWAY = {"menu-line-lost", "menu-scrolled", "menu-search", "error-409", "error-503"}
"""Their pages are those of other states, with a sentence or a banner more; they take the longest."""
STATES = [*(state for state in DINER if state.name not in AWAY), *KITCHEN, *STAFF]
READERS: tuple[tuple[str, Theme], ...] = (("id", "light"), ("en", "dark"))
"""Colours know no language: two readers see both themes and both languages."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("screens")) as house:
        yield house


@pytest.fixture(scope="module")
def screens(browser: Browser, house: House) -> Iterator[dict[tuple[str, str], BrowserContext]]:
    """The screens of the staff, by language and whose they are: signed in once."""
    opened: dict[tuple[str, str], BrowserContext] = {}
    yield opened
    for context in opened.values():
        context.close()


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_state_breaks_no_rule_of_accessibility(
    browser: Browser, house: House, screens: dict[tuple[str, str], BrowserContext], state: State
) -> None:
    house.is_well_again()
    view = state.bring_about(house)

    broken: list[str] = []
    for language, theme in READERS:
        if state.name.startswith("staff-"):
            mine = language, state.who
            screens[mine] = context = screens.get(mine) or open_context(browser, house, language, who=state.who)
        else:
            context = open_context(browser, house, language)
        page = open_view(context, house, view)
        page.emulate_media(color_scheme=theme)
        broken += [f"{language} {theme}: {what}" for what in faults_of(page)]
        page.close()
        if context not in screens.values():
            context.close()

    assert broken == []


def faults_of(page: Page) -> list[str]:
    """List what axe finds on a phone, and the screens that the page is wider than."""
    found = Axe().run(page)
    faults = [found.generate_report()] if found.violations_count else []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth")
        faults += [f"{wide} px wide on a screen of {width}"] if wide > width else []
    return faults
