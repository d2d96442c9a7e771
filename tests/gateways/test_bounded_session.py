"""A call ends when its time is over, whatever the other side does."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
import requests

from core.gateways.bounded_session import BoundedSession, TookTooLong


@pytest.fixture
def trickling() -> Iterator[str]:
    """A server whose body has no announced length and comes byte by byte."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listener.accept()
        with line, suppress(OSError):
            line.recv(65_536)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
            for _ in range(100):
                line.sendall(b"x")
                time.sleep(0.05)

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    listener.close()


def test_a_body_that_trickles_without_a_length_is_cut_at_the_deadline(trickling: str) -> None:
    began = time.monotonic()
    with pytest.raises(TookTooLong):
        BoundedSession(connect=1, read=2, deadline=0.5).request("GET", trickling)
    assert time.monotonic() - began < 3


def test_nobody_listening_is_an_error_at_once() -> None:
    with pytest.raises(requests.ConnectionError):
        BoundedSession().request("GET", "http://127.0.0.1:9/")
