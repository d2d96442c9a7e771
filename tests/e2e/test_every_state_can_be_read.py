"""Every page of a diner in every state, and some of the staff, walked as `make screens` walks them.

Everybody can read them, and they fit a phone.
"""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.screens.camera import SIZES, open_context, open_view
from tests.screens.exception_states import EXCEPTIONS
from tests.screens.house import House, open_house
from tests.screens.printer_states import PRINTERS
from tests.screens.staff_states import STAFF
from tests.screens.states import DINER, State

AWAY = {"menu-line-lost", "menu-scrolled", "menu-search", "error-409", "error-503"}
"""Their pages are those of other states, with a sentence or a banner more; they take the longest."""
STATES = [
    *(state for state in DINER if state.name not in AWAY),
    # Wide tables on narrow screens.
    *(state for state in STAFF if state.name.startswith("staff-settlement")),
    *EXCEPTIONS,
    *PRINTERS,
]
READERS = (("id", "light"), ("en", "dark"))
"""Colours know no language: two readers see both themes and both languages."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("screens")) as house:
        yield house


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_state_breaks_no_rule_of_accessibility(browser: Browser, house: House, state: State) -> None:
    view = state.bring_about(house)

    broken: list[str] = []
    for language, theme in READERS:
        context = open_context(browser, house, language, who=state.who if state.name.startswith("staff-") else "")
        page = open_view(context, house, view)
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type] # one of two words
        found = Axe().run(page)
        broken += [f"{language} {theme}: {found.generate_report()}"] if found.violations_count else []
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[0][0]
        context.close()

    assert broken == []
