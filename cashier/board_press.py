"""Prints the board once for everybody who looks at the same moment: fifty screens nudged at once cost one print."""

import gzip
import threading
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cashier.ages import age_of
from cashier.gateway_words import GATEWAY_TROUBLES
from cashier.lanes import lanes_of
from cashier.method import method_of, was_undone
from cashier.printer_words import TROUBLES
from core.base.clock import monotonic
from core.outlets.models import Outlet
from core.services import Core
from core.services.board_pulse import BoardPulse
from core.web.pages import VERSION, Pages, language_of, pages_of

FRESH_SECONDS: Final = 5.0
"""Nothing but the minutes on the cards changes without an event; they may lag this much."""
_WORTH_PACKING: Final = 2_000
_QUICKLY: Final = 3


@dataclass(frozen=True, slots=True)
class Print:
    """One board as bytes, in one language."""

    event: int
    printed_at: float
    plain: bytes
    packed: bytes | None

    def answer(self, request: Request) -> Response:
        """Answer with the board, packed for whoever can unpack it."""
        headers = {VERSION: pages_of(request).version}
        if self.packed is None or "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self.plain, media_type="text/html", headers=headers)
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(self.packed, media_type="text/html", headers=headers)


class BoardPress:
    """Keeps the last print of each outlet's board in each language."""

    def __init__(self, core: Core, pages: Pages) -> None:
        self._core = core
        self._pages = pages
        self._pulse = BoardPulse(core.db)
        self._prints: dict[tuple[int, str], Print] = {}
        self._lock = threading.Lock()

    def board(self, request: Request, outlet: Outlet) -> Print:
        """Give the board as it is now. Whoever comes while it is being printed waits for that print."""
        language = language_of(request, outlet.language)
        with self._lock:
            # Read before the board: a print is never older than the number it carries.
            event = self._pulse.newest_event(outlet.id)
            found = self._prints.get((outlet.id, language))
            if found is None or found.event != event or monotonic() - found.printed_at >= FRESH_SECONDS:
                found = self._prints[outlet.id, language] = self._print(outlet, language, event)
            return found

    def _print(self, outlet: Outlet, language: str, event: int) -> Print:
        at = monotonic()
        context = board_context(self._core, outlet)
        plain = self._pages.write("cashier/_board.html", context, language=language, zone=outlet.zone).encode()
        packed = gzip.compress(plain, _QUICKLY, mtime=0) if len(plain) > _WORTH_PACKING else None
        return Print(event, at, plain, packed)


def board_context(core: Core, outlet: Outlet) -> dict[str, Any]:
    """Gather what the board's template needs."""
    view = core.board.snapshot(outlet.id)
    # Read now, and not with the member: a print must not be older than the number it carries.
    house = core.house.opening(outlet.id).house
    words = {"troubles": TROUBLES, "gateway_troubles": GATEWAY_TROUBLES}
    looks = {"age_of": age_of, "method_of": method_of, "was_undone": was_undone, **words}
    return {"view": view, "outlet": outlet, "house": house, "lanes": lanes_of(view), **looks}


def press_of(request: Request) -> BoardPress:
    """Give the application's press, made when it is first asked for."""
    state = request.app.state
    if not hasattr(state, "board_press"):
        state.board_press = BoardPress(state.core, pages_of(request))
    press = state.board_press
    assert isinstance(press, BoardPress)  # noqa: S101 - says what the state holds
    return press
