"""Opens each state in a browser and takes its pictures: every size, both languages, both themes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, BrowserContext, Page

from core.services.seed import PASSWORD
from tests.screens.house import House
from tests.screens.states import State, View

SIZES: Final = ((360, 740), (820, 1180), (1366, 768))
LANGUAGES: Final = ("id", "en")
Theme = Literal["light", "dark"]
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a state."""

    state: str
    size: tuple[int, int]
    language: str
    theme: Theme

    @property
    def file(self) -> str:
        return f"{self.state}-{self.size[0]}-{self.language}-{self.theme}.png"


def take_pictures(browser: Browser, house: House, states: Sequence[State], folder: Path) -> Iterator[Picture]:
    """Bring each state about and picture it; one page is opened a language, and turned for sizes and themes."""
    for state in states:
        house.is_well_again()
        view = state.bring_about(house)
        for language in LANGUAGES:
            context = open_context(browser, house, language, who=state.who if state.name.startswith("staff-") else "")
            page = open_view(context, house, view)
            for size, theme in product(SIZES, THEMES):
                picture = Picture(state.name, size, language, theme)
                _press(page, picture, folder, whole=state.is_whole)
                yield picture
            context.close()


def open_context(browser: Browser, house: House, language: str, *, who: str = "") -> BrowserContext:
    """Open a phone that reads a language; that of somebody on the staff is signed in."""
    width, height = SIZES[0]
    # Without motion: a colour that is still changing is no colour of ours.
    context = browser.new_context(viewport={"width": width, "height": height}, locale="id-ID", reduced_motion="reduce")
    context.set_default_timeout(45_000)
    context.add_cookies([{"name": "meja_lang", "value": language, "url": house.url}])
    if who:
        context.request.post(
            f"{house.url}/cashier/login", form={"username": who, "password": PASSWORD}, max_redirects=0
        )
    return context


def open_view(context: BrowserContext, house: House, view: View) -> Page:
    """Go to where a state is seen, and do what makes it visible."""
    if view.cookie is not None:
        name, value = view.cookie
        context.add_cookies([{"name": name, "value": value, "url": house.url}])
    page = context.new_page()
    # A font that comes late is for the next page: people see most pages with it.
    page.goto(f"{house.url}/")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.goto(f"{house.url}{view.path}")
    view.act(page)
    return page


def _press(page: Page, picture: Picture, folder: Path, *, whole: bool) -> None:
    width, height = picture.size
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=picture.theme)
    page.wait_for_timeout(100)
    page.screenshot(path=folder / picture.file, animations="disabled", full_page=whole)
