"""The real simulator without a wire: its own app answers, in this process, whatever the real adapter sends.

Thousands of stories would else spend their time in sockets. Only the line is left out: the program's own Midtrans
adapter and its bounded session speak to the simulator's own app, which reads, misbehaves, signs and keeps its book.
"""

import asyncio
import io
import threading
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
import uvicorn
from requests.adapters import BaseAdapter

from core.gateways.bounded_session import BoundedSession
from simulator.app import Simulator as App
from simulator.app import create_app
from simulator.config import SimulatorConfig
from tests.ports import free_port
from tests.running_simulator import Simulator


class _Cut:
    """Stands for the socket under a request: all the simulator does to it is to close it without a word."""

    is_cut = False

    def abort(self) -> None:
        self.is_cut = True


class _Exchange:
    """One request's ASGI callables, and what was answered."""

    def __init__(self, body: bytes) -> None:
        self.transport = _Cut()
        self.body = body
        self.is_read = False
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.answer = bytearray()

    async def receive(self) -> dict[str, Any]:
        if self.transport.is_cut or self.is_read:
            return {"type": "http.disconnect"}
        self.is_read = True
        return {"type": "http.request", "body": self.body, "more_body": False}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self.answer += message.get("body", b"")


class NearLine(BaseAdapter):
    """Carries a request to an ASGI app in this process. For many threads: one is answered after the other."""

    def __init__(self, app: App) -> None:
        super().__init__()
        self._app = app
        self._loop = asyncio.new_event_loop()
        self._lock = threading.Lock()
        self.dies_before: Callable[[], None] | None = None
        self.dies_after: Callable[[], None] | None = None
        """What happens to whoever asks, before the gateway hears of it or after it has done what was asked."""

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        if self.dies_before is not None:
            self.dies_before()
        exchange = _Exchange(body)
        with self._lock:
            self._loop.run_until_complete(self._app(_scope(request), exchange.receive, exchange.send))
        if self.dies_after is not None:
            self.dies_after()
        if exchange.transport.is_cut:
            message = "closed without an answer"
            raise requests.ConnectionError(message, request=request)
        response = requests.Response()
        response.status_code = exchange.status
        response.headers.update({name.decode(): value.decode() for name, value in exchange.headers})
        response.raw = io.BytesIO(bytes(exchange.answer))
        response.url, response.request, response.encoding = str(request.url), request, "utf-8"
        return response

    def close(self) -> None:
        """Leave the line to whoever else holds it: a session that ends does not end the gateway."""

    def hang_up(self) -> None:
        with self._lock:
            self._loop.close()


def _scope(request: requests.PreparedRequest) -> dict[str, Any]:
    address = urlsplit(str(request.url))
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(address.path),
        "raw_path": address.path.encode(),
        "root_path": "",
        "query_string": address.query.encode(),
        "headers": [(name.lower().encode(), str(value).encode()) for name, value in request.headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", address.port or 80),
    }


class NearSimulator(Simulator):
    """The outside world at hand: the same controls as over HTTP, and a session for the program's own adapter."""

    line: NearLine

    def session(self) -> BoundedSession:
        """Make the adapter's own session, with all its limits, that asks here."""
        session = BoundedSession()
        session.mount(self.url, self.line)
        return session


@contextmanager
def near_simulator(**settings: Any) -> Iterator[NearSimulator]:
    """Have a simulator until the block ends. It listens on its address too: `meja check` reads the book there.

    Its own background loop does not run: it does what is due before each answer.
    """
    port = free_port()
    app = create_app(SimulatorConfig(public_url=f"http://127.0.0.1:{port}", **settings))
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off", ws="websockets-sansio")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    simulator = NearSimulator(f"http://127.0.0.1:{port}")
    simulator.line = NearLine(app)
    simulator.http.mount(simulator.url, simulator.line)
    try:
        yield simulator
    finally:
        server.should_exit = True
        thread.join(15)
        simulator.line.hang_up()
