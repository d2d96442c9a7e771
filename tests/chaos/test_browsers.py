"""The browsers of the fault programme repeat what real ones repeat, and nothing else."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
import requests

from tests.chaos.browsers import Repeats

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Server:
    """Answers so many questions on each line in turn, and hangs up at the next one without a word."""

    listening: socket.socket
    answers: list[int] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}/"

    def run(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self.listening.accept()
                with line:
                    for _ in range(self.answers.pop(0)):
                        line.recv(4096)
                        line.sendall(_ANSWER)
                    line.recv(4096)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(socket.create_server(("127.0.0.1", 0)))
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    yield server
    server.listening.shutdown(socket.SHUT_RDWR)
    server.listening.close()
    running.join(5)


def test_a_line_that_was_in_use_is_replaced_and_the_question_asked_again(server: Server) -> None:
    server.answers = [1, 1]
    repeats = Repeats()
    with repeats.browser() as browser:
        first = browser.get(server.address, timeout=5)
        second = browser.post(server.address, data="an order", timeout=5)

    assert (first.text, second.text) == ("ok", "ok")
    assert repeats.asked == ["POST /"]
    assert repeats.failed == []


def test_a_new_line_that_is_cut_is_an_error_that_people_see(server: Server) -> None:
    server.answers = [0, 1]
    repeats = Repeats()
    with repeats.browser() as browser, pytest.raises(requests.ConnectionError):
        browser.get(server.address, timeout=5)

    assert repeats.asked == []
    assert len(repeats.failed) == 1


def test_it_is_repeated_once_only(server: Server) -> None:
    server.answers = [1, 0, 1]
    repeats = Repeats()
    with repeats.browser() as browser:
        browser.get(server.address, timeout=5)
        with pytest.raises(requests.ConnectionError):
            browser.get(server.address, timeout=5)

    assert repeats.asked == ["GET /"]
