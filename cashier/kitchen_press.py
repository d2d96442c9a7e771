"""Prints the kitchen's tickets once for all screens that look alike, and sends each what it has not."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, Final

from starlette.requests import Request

from cashier.ages import age_of, minutes_late
from cashier.board_press import FRESH, REMEMBERED
from cashier.board_print import Sheet, sheet_of
from cashier.kitchen_look import KitchenLook
from cashier.printer_words import TROUBLES
from cashier.tickets import Ticket, Tickets
from core.base.ids import new_uid
from core.menu.labels import apart_from_inside, inside
from core.outlets.models import Outlet
from core.services import Core
from core.services.kitchen_cards import KitchenView
from core.services.staff_door import AtWork
from core.web.pages import Pages, language_of, pages_of

_MOST_LOOKS: Final = 64
"""Stations, with counts and without, in each language. What nobody has looked at for longest is forgotten."""


@dataclass(frozen=True, slots=True)
class KitchenPrint:
    """One look at the kitchen in one language, as it was at one moment."""

    name: str
    """What a screen calls it when it asks for what has changed since."""
    view: KitchenView
    whole: Sheet
    tickets: Mapping[str, Ticket]
    """By the uids of their orders."""
    since: dict[str, Sheet] = field(default_factory=dict)
    """What is sent to a screen that has an earlier print, by that one's name."""


@dataclass(slots=True)
class _Tray:
    """The newest print of one look, and of the last ones what a screen may still have: their tickets, by their names."""

    newest: KitchenPrint | None = None
    last: dict[str, Mapping[str, Ticket]] = field(default_factory=dict)

    def put(self, newest: KitchenPrint) -> KitchenPrint:
        self.newest = newest
        self.last[newest.name] = newest.tickets
        if len(self.last) > REMEMBERED:
            del self.last[next(iter(self.last))]
        return newest


class KitchenPress:
    """Keeps the last prints of each look at each kitchen, in each language."""

    def __init__(self, core: Core, pages: Pages) -> None:
        self._core, self._pages = core, pages
        self._trays: OrderedDict[tuple[int, str, KitchenLook], _Tray] = OrderedDict()
        self._lock = threading.Lock()
        # Several processes print for the same screens: a name is never that of another one's print.
        self._name, self._numbers = new_uid(), count()

    def tickets(self, request: Request, asking: AtWork, look: KitchenLook, there: str) -> tuple[KitchenPrint, Sheet]:
        """Give the kitchen as it is now, and what to send of it: all, or what has changed since the print that is there.

        `there` is that print's name. Whoever comes while it is being printed waits for that print.
        """
        language = language_of(request, asking.outlet.language)
        with self._lock:
            tray = self._tray((asking.outlet.id, language, look))
            newest = tray.newest
            if newest is None or not self._is_good(newest.view, asking.newest_event):
                newest = tray.put(self._print(asking.outlet, look, language, newest))
            if there not in tray.last:
                return newest, newest.whole
            if there not in newest.since:
                tickets = Tickets(newest.tickets, tray.last[there])
                newest.since[there] = self._write(
                    newest.view, asking.outlet, look, language, tickets, newest.name, there
                )
            return newest, newest.since[there]

    def _tray(self, key: tuple[int, str, KitchenLook]) -> _Tray:
        tray = self._trays.setdefault(key, _Tray())
        self._trays.move_to_end(key)
        while len(self._trays) > _MOST_LOOKS:
            self._trays.popitem(last=False)
        return tray

    def _is_good(self, view: KitchenView, event: int) -> bool:
        # Nothing but the minutes on the tickets changes without an event.
        return view.event >= event and timedelta() <= self._core.clock() - view.now < FRESH

    def _print(self, outlet: Outlet, look: KitchenLook, language: str, before: KitchenPrint | None) -> KitchenPrint:
        view = self._core.kitchen_display.view(outlet.id, look.station_id)
        tickets = Tickets(before.tickets if before is not None else {})
        name = f"{self._name}{next(self._numbers)}"
        whole = self._write(view, outlet, look, language, tickets, name, "")
        return KitchenPrint(name, view, whole, tickets.made)

    def _write(
        self,
        view: KitchenView,
        outlet: Outlet,
        look: KitchenLook,
        language: str,
        tickets: Tickets,
        name: str,
        since: str,
    ) -> Sheet:
        context: dict[str, Any] = {"view": view, "outlet": outlet, "look": look.found(view.station), "tickets": tickets}
        context |= {"name": name, "since": since, "age_of": age_of, "minutes_late": minutes_late, "troubles": TROUBLES}
        context |= {"apart_from_inside": apart_from_inside, "inside": inside}
        return sheet_of(self._pages.write("cashier/_tickets.html", context, language=language, zone=outlet.zone))


def kitchen_press_of(request: Request) -> KitchenPress:
    """Give the application's press, made when it is first asked for."""
    state = request.app.state
    if not hasattr(state, "kitchen_press"):
        state.kitchen_press = KitchenPress(state.core, pages_of(request))
    press = state.kitchen_press
    assert isinstance(press, KitchenPress)  # noqa: S101 - says what the state holds
    return press
