"""Keeps each table's menu as the JSON API gives it: sixty dishes are not written anew for everybody who asks."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from starlette.requests import HTTPConnection

MOST_KEPT: Final = 512


class MenuJson:
    """The newest menus of one application as bytes, by table and language."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[str, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def body(self, table_token: str, language: str, etag: str, write: Callable[[], bytes]) -> bytes:
        """Give the menu that an ETag names; written when it is not the one that was given last."""
        place = (table_token, language)
        with self._lock:
            kept = self._kept.get(place)
        if kept is not None and kept[0] == etag:
            return kept[1]
        body = write()
        with self._lock:
            self._kept[place] = (etag, body)
            self._kept.move_to_end(place)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return body


async def menu_json_of(connection: HTTPConnection) -> MenuJson:
    """Give the application's menus, kept from when they are first asked for."""
    state = connection.app.state
    if not hasattr(state, "menu_json"):
        state.menu_json = MenuJson()
    kept = state.menu_json
    assert isinstance(kept, MenuJson)  # noqa: S101 - says what the state holds
    return kept
