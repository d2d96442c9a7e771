"""Prints the board once for everybody who looks at the same moment: fifty screens nudged at once cost one print."""

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, Final

from markupsafe import Markup
from starlette.requests import Request

from cashier.ages import age_of
from cashier.announcements import announcer, spoken_language
from cashier.board_print import Print, Sheet, sheet_of
from cashier.gateway_words import GATEWAY_TROUBLES
from cashier.lanes import lanes_of
from cashier.method import method_of, was_undone
from cashier.printer_words import TROUBLES
from cashier.slips import Changes, Look, Slips
from core.base.ids import new_uid
from core.outlets.hours import House
from core.outlets.models import Outlet
from core.services import Core
from core.services.board import BoardView
from core.services.staff_door import AtWork
from core.web.pages import Pages, language_of, pages_of

FRESH: Final = timedelta(seconds=5)
"""Nothing but the minutes on the cards changes without an event; they may lag this much."""
REMEMBERED: Final = 12
"""Prints that a screen may still have: whoever has an older one gets the whole board."""


@dataclass(slots=True)
class _Tray:
    """The last prints of one outlet's board in one language, the newest last, and what they were made of."""

    prints: deque[Print] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    slips: dict[Look, Markup] = field(default_factory=dict)


class BoardPress:
    """Keeps the last prints of each outlet's board in each language."""

    def __init__(self, core: Core, pages: Pages) -> None:
        self._core = core
        self._pages = pages
        self._trays: dict[tuple[int, str, str], _Tray] = {}
        self._lock = threading.Lock()
        # Several processes print for the same screens: a name is never that of another one's print.
        self._name, self._numbers = new_uid(), count()

    def board(self, request: Request, asking: AtWork, there: str = "") -> tuple[Print, Sheet]:
        """Give the board as it is now, and what to send of it: all, or what has changed since the print that is there.

        `there` is that print's name. Whoever comes while the board is being printed waits for that print.
        """
        outlet = asking.outlet
        language = language_of(request, outlet.language)
        with self._lock:
            newest = self._newest(outlet, language, asking.newest_event)
            return newest, self._since(there, newest, outlet, language)

    def _since(self, there: str, newest: Print, outlet: Outlet, language: str) -> Sheet:
        if there in newest.since:
            return newest.since[there]
        tray = self._tray(outlet, language)
        before = next((one for one in tray.prints if one.name == there), None)
        if before is None:
            return newest.whole
        slips = Changes(tray.slips, before.slips)
        newest.since[there] = sheet_of(
            self._write(newest.view, newest.house, outlet, language, slips, newest.name, there)
        )
        return newest.since[there]

    def _tray(self, outlet: Outlet, language: str) -> _Tray:
        return self._trays.setdefault((outlet.id, language, spoken_language(outlet)), _Tray())

    def _newest(self, outlet: Outlet, language: str, event: int) -> Print:
        tray, now = self._tray(outlet, language), self._core.clock()
        found = tray.prints[-1] if tray.prints else None
        # While this one waited its turn, another may have brought about a newer print than it asked for.
        if found is None or found.view.event < event or not timedelta() <= now - found.view.now < FRESH:
            tray.prints.append(found := self._print(outlet, language, tray))
        return found

    def _print(self, outlet: Outlet, language: str, tray: _Tray) -> Print:
        view, slips = self._core.board.snapshot(outlet.id), Slips(tray.slips)
        # Read now, and not with the member: a print must not be older than the number it carries.
        house = self._core.house.opening(outlet.id).house
        name = f"{self._name}{next(self._numbers)}"
        whole = sheet_of(self._write(view, house, outlet, language, slips, name, ""))
        tray.slips = slips.made
        return Print(name, view, house, whole, slips.by_order())

    def _write(
        self, view: BoardView, house: House, outlet: Outlet, language: str, slips: Slips, name: str, since: str
    ) -> str:
        context: dict[str, Any] = {"view": view, "outlet": outlet, "house": house, "lanes": lanes_of(view)}
        context |= {"slips": slips, "name": name, "since": since, "troubles": TROUBLES}
        context |= {"age_of": age_of, "method_of": method_of, "was_undone": was_undone}
        context |= {"gateway_troubles": GATEWAY_TROUBLES, "announcement": announcer(self._pages, outlet)}
        return self._pages.write("cashier/_board.html", context, language=language, zone=outlet.zone)


def press_of(request: Request) -> BoardPress:
    """Give the application's press, made when it is first asked for."""
    state = request.app.state
    if not hasattr(state, "board_press"):
        state.board_press = BoardPress(state.core, pages_of(request))
    press = state.board_press
    assert isinstance(press, BoardPress)  # noqa: S101 - says what the state holds
    return press
