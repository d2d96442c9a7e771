"""The connection under a notification, when the shop's server is a poor one."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.simulator.merchant import Merchant

Listen = Callable[..., str]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Return the address of a server that gives each connection the next of these answers, then hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def serve(*answers: bytes) -> str:
        thread = threading.Thread(target=_answer_each, args=(listener, answers))
        thread.start()
        threads.append(thread)
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield serve
    for thread in threads:
        thread.join(timeout=5)
    listener.close()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", "closed without an answer"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", "the answer broke off"),
        (b"220 mail.example.com ESMTP\r\n", "the answer was not HTTP"),
    ],
)
def test_an_answer_that_is_none_counts_as_no_answer(
    merchant: Merchant, listen: Listen, answer: bytes, error: str
) -> None:
    merchant.settings(notify_url=listen(answer))

    merchant.charge()

    (attempt,) = merchant.wait_for_outcome(1, "waiting", attempts=1)["attempts"]
    assert (attempt["status"], attempt["error"]) == (None, error)


def test_a_connection_kept_open_and_then_closed_is_replaced(merchant: Merchant, listen: Listen) -> None:
    merchant.settings(notify_url=listen(OK, OK))

    merchant.charge("A-1")
    merchant.wait_for_outcome(1, "delivered")
    merchant.charge("A-2")

    assert len(merchant.wait_for_outcome(2, "delivered")["attempts"]) == 1


def test_an_answer_may_say_that_the_connection_ends(merchant: Merchant, listen: Listen) -> None:
    merchant.settings(notify_url=listen(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"))

    merchant.charge()

    assert merchant.wait_for_outcome(1, "delivered")["attempts"][0]["status"] == 204


def test_a_name_and_password_in_the_address_are_not_sent_on(merchant: Merchant, listen: Listen) -> None:
    address = listen(OK).replace("http://", "http://user:secret@")
    merchant.settings(notify_url=address)

    merchant.charge()

    assert merchant.wait_for_outcome(1, "delivered")["url"] == address


def test_encryption_that_the_server_does_not_speak_is_no_answer(merchant: Merchant, listen: Listen) -> None:
    merchant.settings(notify_url=listen(b"HTTP/1.1 400 Bad Request\r\n\r\n").replace("http://", "https://"))

    merchant.charge()

    assert merchant.wait_for_outcome(1, "waiting", attempts=1)["attempts"][0]["status"] is None


def _answer_each(listener: socket.socket, answers: tuple[bytes, ...]) -> None:
    for answer in answers:
        connection, _address = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(answer)
