"""Asks as browsers do: over lines that stay open, and once more where such a line was closed under the question."""

import threading
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection


@dataclass(slots=True)
class Repeats:
    """What browsers had to ask once more, and what they could not."""

    asked: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    """What people saw an error page for, and why."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def browser(self) -> requests.Session:
        """Open one more browser whose repeats are counted here."""
        session = requests.Session()
        session.mount("http://", _Lines(self))
        return session


class _Lines(HTTPAdapter):
    """Repeats what a browser repeats by itself, and nothing else.

    A question on a line that was in use before, and closed before the first byte of an answer, is asked once more on a
    new line, whatever its method (RFC 9112, 9.3.1; Chromium: a reused socket that was reset). A new line that is
    closed or refused is an error that people see.
    """

    def __init__(self, repeats: Repeats) -> None:
        self._repeats = repeats
        self._opened = 0
        super().__init__(pool_connections=4, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **how: Any) -> None:
        """Have every line counted when it is opened, also one that is opened anew in the place of another."""
        super().init_poolmanager(*args, **how)
        lines = self

        class Line(HTTPConnection):
            def connect(self) -> None:
                lines._opened += 1
                super().connect()

        class Pool(HTTPConnectionPool):
            ConnectionCls = Line

        self.poolmanager.pool_classes_by_scheme = {"http": Pool}

    def send(self, request: requests.PreparedRequest, *args: Any, **how: Any) -> requests.Response:
        before, what = self._opened, f"{request.method} {request.path_url}"
        try:
            return super().send(request, *args, **how)
        except requests.RequestException as error:
            was_in_use = self._opened == before
            is_cut = isinstance(error, requests.ConnectionError) and not isinstance(error, requests.Timeout)
            with self._repeats.lock:
                told = self._repeats.asked if is_cut and was_in_use else self._repeats.failed
                told.append(what if told is self._repeats.asked else f"{what}: {error}")
            if told is self._repeats.failed:
                raise
        return super().send(request, *args, **how)
