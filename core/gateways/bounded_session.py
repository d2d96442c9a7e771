"""An HTTP session that cannot hang, wander or swallow: every limit is forced, whatever the caller passes.

Midtrans's own client sends no timeout and follows redirects with the authorisation header.
"""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Any, ClassVar, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from core.gateways.deadlines import Deadlines

_PIECE = 8 * 1024
_in_use = threading.local()
_deadlines = Deadlines()


class TooMuch(requests.RequestException):
    """The answer was longer than any honest one."""


class Redirected(requests.RequestException):
    """The gateway pointed elsewhere. Our key goes nowhere else."""


class TookTooLong(requests.RequestException):
    """The answer trickled past the deadline."""


class _Watched:
    """Remembers at which socket this thread is waiting, so that the watchdog can end it.

    The socket itself: a connection lets go of it when the answer has no announced length.
    """

    sock: socket.socket | None

    def connect(self) -> None:
        super().connect()  # type: ignore[misc] # mixed into urllib3's connections below
        _in_use.sock = self.sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        _in_use.sock = self.sock  # From an earlier call; without one, `connect` is called next.
        super().request(*args, **kwargs)  # type: ignore[misc] # as above


class _HttpConnection(_Watched, HTTPConnection):
    pass


class _HttpsConnection(_Watched, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


class _Watchdog:
    """Cuts the connection of a call that outlives its deadline: a header sent byte by byte never times out."""

    def __init__(self, seconds: float) -> None:
        self._here = _in_use.__dict__
        self._seconds = seconds
        self.has_bitten = False

    def _cut(self) -> None:
        self.has_bitten = True
        # Not connected yet, or ended by itself at the same moment: then there is nothing to cut.
        with contextlib.suppress(KeyError, AttributeError, OSError):
            self._here["sock"].shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._here.pop("sock", None)
        self._deadline = _deadlines.set(self._seconds, self._cut)
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self._deadline.call_off()


class BoundedSession(requests.Session):
    """Pooled connections; connect and read timeouts, a deadline for the whole, no redirects, no proxies.

    All spans are seconds. Raises OSError (requests' own errors are such) for everything that goes wrong on the way.
    """

    largest_answer: ClassVar[int] = 64 * 1024
    """Bytes."""

    def __init__(self, *, connect: float = 1.0, read: float = 5.0, deadline: float = 6.0, pool: int = 8) -> None:
        super().__init__()
        _deadlines.stand_up()
        self.trust_env = False
        self._timeout = (connect, read)
        self._deadline = deadline
        adapter = _Adapter(pool_connections=2, pool_maxsize=pool, max_retries=0)
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs |= {"timeout": self._timeout, "allow_redirects": False, "stream": True, "proxies": {}}
        with _Watchdog(self._deadline) as watchdog:
            try:
                response = super().request(method, url, *args, **kwargs)
                return _read(response, watchdog, self.largest_answer)
            except OSError as error:  # What requests raises is one, too.
                if watchdog.has_bitten:
                    raise TookTooLong from error
                raise


def _read(response: requests.Response, watchdog: _Watchdog, most: int) -> requests.Response:
    if 300 <= response.status_code < 400:
        response.close()
        raise Redirected
    body = bytearray()
    for piece in response.iter_content(_PIECE):
        body += piece
        if len(body) > most:
            response.close()
            raise TooMuch
    if watchdog.has_bitten:
        raise TookTooLong
    response._content = bytes(body)  # What requests itself would set without stream=True
    return response
