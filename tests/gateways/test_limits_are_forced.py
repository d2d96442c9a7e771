"""The limits of a call hold whatever is asked for and whatever the surroundings say."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from socket import create_server, socket

import pytest
import requests

from core.gateways.bounded_session import BoundedSession, Redirected


@contextmanager
def serving(status: int, **headers: str) -> Iterator[tuple[str, list[str]]]:
    """A server that answers everything alike; its address, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join(5)


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes calls and never answers."""
    listener = create_server(("127.0.0.1", 0))
    held: list[socket] = []

    def hold() -> None:
        with suppress(OSError):
            while True:
                held.append(listener.accept()[0])

    threading.Thread(target=hold, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    listener.close()
    for line in held:
        line.close()


def test_silence_ends_after_the_time_allowed_for_an_answer(silent: str) -> None:
    began = time.monotonic()
    with pytest.raises(requests.ReadTimeout):
        BoundedSession(read=0.3, deadline=8).request("GET", silent, timeout=None)
    assert time.monotonic() - began < 4


def test_our_key_goes_to_no_other_address() -> None:
    with (
        serving(200) as (elsewhere, asked),
        serving(302, Location=f"{elsewhere}/v2/charge") as (gateway, _),
        BoundedSession() as session,
        pytest.raises(Redirected),
    ):
        session.request("GET", f"{gateway}/v2/status", allow_redirects=True, auth=("server-key", ""))
    assert asked == []


def test_a_proxy_that_the_surroundings_name_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)

    with serving(200) as (gateway, asked), BoundedSession() as session:
        answer = session.request("GET", f"{gateway}/v2/status")

    assert (answer.status_code, asked) == (200, ["/v2/status"])
