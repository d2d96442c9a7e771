"""Boards on the wall: sockets that tell them to look again, and how far behind what they show is."""

import json
import random
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import requests
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

_SHOWN = re.compile(r'<section class="board" id="board" data-event="(\d+)"')
_COMES_BACK = {1001, 1005, 1006, 1011, 1012, 1013, 1014}
"""What htmx connects anew after."""
_SLOWEST_RETURN = 5.0
_BETWEEN_LOOKS = 0.15


class Board(threading.Thread):
    """A board as the page is: it fetches when it is told to, and connects anew as htmx does. It asks no other time."""

    def __init__(self, address: str, session: str, browser: requests.Session, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._address, self._cookie = address, {"Cookie": f"meja_sid={session}"}
        self._browser, self._stop_asked = browser, stop
        self._dice = random.Random(session)
        self.shown = 0
        """The number of the newest event that what it shows knows of."""
        self.closed_with: list[int] = []
        self.faults: list[str] = []

    def run(self) -> None:
        turned_away = 0
        while not self._stop_asked.is_set():
            try:
                with connect(
                    f"{self._address.replace('http', 'ws', 1)}/cashier/live",
                    origin=Origin(self._address),
                    additional_headers=self._cookie,
                    compression=None,
                    # A browser reads whatever comes, however busy its page is; the server does the pinging.
                    max_queue=None,
                    ping_interval=None,
                    open_timeout=10,
                    close_timeout=1,
                ) as socket:
                    turned_away = 0
                    self._watch(socket)
            except (OSError, InvalidHandshake) as error:
                self.faults.append(f"not let in: {type(error).__name__} {error}")
                turned_away += 1
            delay = min(0.5 * 2**turned_away, _SLOWEST_RETURN)
            self._stop_asked.wait(delay * self._dice.uniform(0.7, 1.3))

    def _watch(self, socket: ClientConnection) -> None:
        self._look()
        try:
            while not self._stop_asked.is_set():
                heard = list(_heard(socket))
                if any(not news.get("beat") or news["event"] > self.shown for news in heard):
                    self._look()
                    self._stop_asked.wait(_BETWEEN_LOOKS)
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd is not None else 1006
            self.closed_with.append(code)
            if code not in _COMES_BACK:
                self.faults.append(f"sent away for good: {code}")

    def _look(self) -> None:
        try:
            page = self._browser.get(f"{self._address}/cashier/board", headers=self._cookie, timeout=15)
        except requests.RequestException as error:
            self.faults.append(f"no answer: {type(error).__name__}")
            return
        found = _SHOWN.search(page.text)
        if found is None:
            self.faults.append(f"no board: {page.status_code}")
        else:
            self.shown = max(self.shown, int(found[1]))


def _heard(socket: ClientConnection) -> Iterator[dict[str, Any]]:
    """Give all that has come since, after a second's wait at most. Raises ConnectionClosed."""
    with suppress(TimeoutError):
        yield json.loads(socket.recv(timeout=1))
        while True:
            yield json.loads(socket.recv(timeout=0))


class Watch(threading.Thread):
    """Compares all boards with the database, several times a second, and keeps how far behind the worst one was."""

    def __init__(self, boards: Sequence[Board], newest: Callable[[], int | None], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._boards, self._newest, self._stop_asked = boards, newest, stop
        self._known: deque[tuple[float, int]] = deque(maxlen=600)
        self.worst = 0.0
        """Seconds between an event and a board that still did not know of it."""
        self.looks = 0

    def run(self) -> None:
        while not self._stop_asked.wait(0.1):
            if (number := self._newest()) is None:
                continue
            if not self._known or number > self._known[-1][1]:
                self._known.append((time.monotonic(), number))
            now = time.monotonic()
            behind = min(board.shown for board in self._boards)
            unseen = next((at for at, event in self._known if event > behind), now)
            self.worst = max(self.worst, now - unseen)
            self.looks += 1
