"""Prints each table's menu once per language and version, and hands out the same bytes after that."""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from core.base.clock import monotonic
from core.events.record import menu_topic
from core.services import Core
from core.services.menu_desk import Place
from core.web.addresses import Addresses, addresses_of
from core.web.pages import Pages, language_of, pages_of
from kiosk.menu_view import menu_page

FRESH_SECONDS: Final = 1.0
"""How long a table's menu is handed out without a look at the database: a dead sticker lives no longer."""
MOST_TABLES: Final = 512
_CACHING: Final = b"private, no-cache"


@dataclass(frozen=True, slots=True)
class Printed:
    """One menu page as bytes."""

    version: str
    etag: str
    plain: bytes
    packed: bytes

    def answer(self, request: Request) -> Response:
        """Answer with the page, or with "you have it already"."""
        kept = [(b"etag", self.etag.encode()), (b"cache-control", _CACHING), (b"vary", b"Accept-Encoding, Cookie")]
        if request.headers.get("if-none-match") == self.etag:
            return _Bare(b"", 304, kept)
        is_packed = "gzip" in request.headers.get("accept-encoding", "")
        body = self.packed if is_packed else self.plain
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode()), *kept]
        return _Bare(body, 200, [*headers, (b"content-encoding", b"gzip")] if is_packed else headers)


class _Bare(Response):
    """An answer whose headers are already bytes: nothing is worked out twice."""

    def __init__(self, body: bytes, status: int, raw_headers: list[tuple[bytes, bytes]]) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = raw_headers


@dataclass(slots=True)
class _Known:
    """What is known about one table's menu."""

    place: Place
    looked_at: float
    nudge: int
    pages: dict[str, Printed] = field(default_factory=dict)


class MenuPress:
    """Keeps the printed menus of one application."""

    def __init__(
        self, core: Core, pages: Pages, addresses: Addresses, *, seconds: Callable[[], float] = monotonic
    ) -> None:
        self._core = core
        self._pages = pages
        self._on_this_site = replace(addresses, base="")
        self._seconds = seconds
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._lock = threading.Lock()

    def at_hand(self, token: str, request: Request) -> Printed | None:
        """Give the page when it is surely still right; never waits, never asks the database."""
        known = self._known.get(token)
        if known is None or not self._is_fresh(known):
            return None
        return known.pages.get(language_of(request, known.place.outlet.language))

    def look(self, token: str, request: Request) -> Printed:
        """Ask the database which menu is in force, and print it if that has not been done yet.

        Raises UnknownTable.
        """
        with self._lock:
            known = self._known.get(token)
            if known is None or not self._is_fresh(known):
                known = self._look_again(token, known)
            language = language_of(request, known.place.outlet.language)
            page = known.pages.get(language)
            if page is None:
                page = known.pages[language] = self._print(token, language)
            return page

    def picture_of(self, name: str) -> str:
        """Give the address of a dish's picture in a row; empty when the file is missing."""
        return self._on_this_site.picture(name) or ""

    def large_picture_of(self, name: str) -> str:
        """Give the address of a dish's picture on its own page; empty when the file is missing."""
        return self._on_this_site.picture(name, "large") or ""

    def _is_fresh(self, known: _Known) -> bool:
        newest = self._core.bus.latest(menu_topic(known.place.outlet.id))
        return newest == known.nudge and self._seconds() - known.looked_at < FRESH_SECONDS

    def _look_again(self, token: str, known: _Known | None) -> _Known:
        looked_at = self._seconds()
        self._known.pop(token, None)
        # The nudge is read before the database: news in between is looked at once more, never missed.
        nudge = 0 if known is None else self._core.bus.latest(menu_topic(known.place.outlet.id))
        place = self._core.menu.place(token)
        unchanged = known is not None and known.place.version == place.version
        pages = known.pages if known is not None and unchanged else {}
        known = self._known[token] = _Known(place, looked_at, nudge, pages)
        while len(self._known) > MOST_TABLES:
            self._known.popitem(last=False)
        return known

    def _print(self, token: str, language: str) -> Printed:
        view = self._core.menu.menu(token)
        # A kiosk's guests come one after the other, and must not learn its token.
        template, here, picture_of = (
            ("kiosk/tablet/menu.html", "/kiosk/menu", self.large_picture_of)
            if view.table.is_kiosk
            else ("kiosk/menu.html", f"/t/{token}", self.picture_of)
        )
        text = self._pages.write(
            template,
            {
                "outlet": view.outlet,
                "table": view.table,
                "menu": menu_page(view, language, picture_of),
                "here": here,
            },
            language=language,
            zone=view.outlet.zone,
        )
        plain = text.encode()
        etag = f'"{sha256(plain).hexdigest()[:20]}"'
        return Printed(view.version, etag, plain, gzip.compress(plain, 9, mtime=0))


def press_of(connection: HTTPConnection) -> MenuPress:
    """Give the application's press, made when it is first asked for."""
    state = connection.app.state
    press = getattr(state, "menu_press", None)
    if press is None:
        press = state.menu_press = MenuPress(state.core, pages_of(connection), addresses_of(connection))
    assert isinstance(press, MenuPress)  # noqa: S101 - says what the state holds
    return press
