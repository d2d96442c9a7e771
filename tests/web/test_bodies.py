"""No body is too large or too slow for long."""

import select
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core.web.guards import BodyLimit
from core.web.problems import answer_problem
from main import create_app
from tests.ports import free_port
from tests.running_simulator import running_app
from tests.shop import Shop

KIB = 1024


@pytest.fixture
def patience() -> float:
    """Seconds in which a body must have come."""
    return 0.6


@pytest.fixture
def address(house: Shop, monkeypatch: pytest.MonkeyPatch, patience: float) -> Iterator[tuple[str, int]]:
    """A real server, more impatient than usual."""
    monkeypatch.setattr(BodyLimit.__init__, "__kwdefaults__", {"seconds": patience})
    port = free_port()
    with running_app(create_app(core=house.core), port):
        yield "127.0.0.1", port


def _answer(connection: socket.socket) -> bytes:
    connection.settimeout(5)
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    return received


def test_a_form_of_sixty_four_kibibytes_is_the_most(client: TestClient) -> None:
    fits = client.post("/language", content=b"x" * (64 * KIB))
    too_large = client.post("/language", content=b"x" * (64 * KIB + 1))

    assert fits.status_code != 413
    assert too_large.status_code == 413
    assert too_large.headers["connection"] == "close"


def test_a_body_that_does_not_say_its_length_is_counted(client: TestClient) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/language", content=(b"x" * KIB for _ in range(100)), headers=form)

    assert answer.status_code == 413


def test_ten_thousand_fields_are_no_form_of_ours(client: TestClient) -> None:
    body = "&".join(f"a{n}=1" for n in range(7_000))
    answer = client.post("/cashier/login", content=body, headers={"content-type": "application/x-www-form-urlencoded"})

    assert answer.status_code in {400, 413, 422}


def test_many_files_are_refused(client: TestClient) -> None:
    files = [("file", (f"{n}.txt", b"x", "text/plain")) for n in range(400)]

    assert client.post("/cashier/login", files=files).status_code in {400, 413, 422}


@pytest.mark.serial
def test_a_body_of_a_byte_now_and_then_is_not_waited_for(address: tuple[str, int]) -> None:
    began = time.monotonic()
    with socket.create_connection(address) as line:
        line.sendall(
            b"POST /api/v1/webhooks/midtrans HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        )
        answer = _answer(line)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - began < 4


@pytest.mark.serial
def test_a_body_without_end_is_cut(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as line:
        line.sendall(
            b"POST /api/v1/webhooks/midtrans HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        # Just past the limit: what the server leaves unread would cost us its answer.
        for _ in range(17):
            line.sendall(b"3e8\r\n" + b"x" * 1000 + b"\r\n")
        answer = _answer(line)

    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.serial
@pytest.mark.parametrize("patience", [60])
def test_who_hangs_up_in_the_middle_of_a_body_is_no_bug_of_ours(
    address: tuple[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(address) as line:
        line.sendall(_half_a_message())

    until = time.monotonic() + 20
    said = ""
    while "/api/v1/webhooks/midtrans" not in said and time.monotonic() < until:
        time.sleep(0.05)
        said += capsys.readouterr().out

    assert "status=499" in said
    assert "request.failed" not in said


def _half_a_message() -> bytes:
    return (
        b"POST /api/v1/webhooks/midtrans HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
    )


@pytest.mark.serial
@pytest.mark.parametrize("patience", [60])
def test_others_are_served_while_many_are_slow(address: tuple[str, int]) -> None:
    lines = []
    try:
        for _ in range(60):
            line = socket.create_connection(address)
            line.sendall(_half_a_message())
            lines.append(line)
        with socket.create_connection(address) as quick:
            quick.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            assert b'{"status":"ok"}' in _answer(quick)
        answered, _, _ = select.select(lines, [], [], 0)
        assert answered == []
    finally:
        for line in lines:
            line.close()


@pytest.mark.serial
@pytest.mark.parametrize(
    "request_text",
    [
        b"POST /language HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /language HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
def test_a_request_with_two_lengths_is_no_request(address: tuple[str, int], request_text: bytes) -> None:
    with socket.create_connection(address) as line:
        line.sendall(request_text)
        line.shutdown(socket.SHUT_WR)
        answer = _answer(line)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")


def test_the_usual_patience_is_below_ten_seconds(tmp_path: Path) -> None:
    layer = BodyLimit(app=lambda *_: None, answer=answer_problem)  # type: ignore[arg-type] # neither is asked

    assert layer.seconds < 10
