"""The load programme's own HTTP client."""

import asyncio
import gzip
from contextlib import suppress

import pytest

from bench.client import Answer, Connection, Refused, request_bytes

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nSate"


def answers(raw: bytes, *, times: int = 1, keep_open: bool = True) -> list[Answer]:
    """Send the same request to a server that answers so, a number of times over one connection."""
    guests: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guests.append(asyncio.current_task())
        with suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(raw)
                if not keep_open:
                    break
        writer.close()
        await writer.wait_closed()

    async def talk() -> list[Answer]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            async with server, Connection(port) as connection:
                return [await connection.send(request_bytes("GET", "/t/7", port)) for _ in range(times)]
        finally:
            await asyncio.gather(*filter(None, guests))

    return asyncio.run(talk())


def test_many_answers_come_over_one_connection() -> None:
    assert [answer.body for answer in answers(PAGE, times=3)] == [b"Sate"] * 3


def test_a_connection_that_the_server_closed_is_opened_again() -> None:
    assert [answer.status for answer in answers(PAGE, times=3, keep_open=False)] == [200] * 3


def test_a_header_is_found_whatever_its_letters() -> None:
    (answer,) = answers(PAGE)

    assert answer.header("Content-Type") == "text/html"
    assert answer.header("ETag") == ""


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_a_load_of_failures_is_no_measurement(raw: bytes) -> None:
    with pytest.raises(Refused):
        answers(raw)


def test_a_request_says_all_that_a_browser_of_staff_would() -> None:
    request = request_bytes("POST", "/cashier", 80, b"a=1", kind="application/x-www-form-urlencoded", meja_sid="s")

    assert request.split(b"\r\n") == [
        b"POST /cashier HTTP/1.1",
        b"Host: 127.0.0.1:80",
        b"Accept-Encoding: gzip",
        b"Cookie: meja_sid=s",
        b"Content-Type: application/x-www-form-urlencoded",
        b"Content-Length: 3",
        b"",
        b"a=1",
    ]


def test_packed_answers_are_unpacked_on_demand() -> None:
    packed = Answer(200, b"http/1.1 200 ok\r\ncontent-encoding: gzip\r\n\r\n", gzip.compress(b"Rendang"))

    assert packed.plain == b"Rendang"
