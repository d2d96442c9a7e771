"""Asks as browsers do: over lines that stay open, and once more where such a line was closed under the question."""

import threading
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter


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
        super().__init__(pool_connections=4, pool_maxsize=1)

    def send(self, request: requests.PreparedRequest, *args: Any, **how: Any) -> requests.Response:
        before = self._opened(request)
        try:
            return super().send(request, *args, **how)
        except requests.RequestException as error:
            was_in_use = before != 0 and self._opened(request) == before
            if isinstance(error, requests.Timeout) or not isinstance(error, requests.ConnectionError) or not was_in_use:
                with self._repeats.lock:
                    self._repeats.failed.append(f"{request.method} {request.path_url}: {error}")
                raise
        with self._repeats.lock:
            self._repeats.asked.append(f"{request.method} {request.path_url}")
        return super().send(request, *args, **how)

    def _opened(self, request: requests.PreparedRequest) -> int:
        """How many lines this browser has opened to that place so far."""
        assert request.url is not None
        return int(self.poolmanager.connection_from_url(request.url).num_connections)
