"""Delivers many notifications over many connections, and notes when and how each was answered."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests.chaos.forgeries import Sent

PATH = "/api/v1/webhooks/midtrans"
ANSWER_SECONDS = 20.0
MOST_A_SECOND = 200.0
"""The rate for which acknowledgement is promised."""
NO_ANSWER = 0
"""What stands for the status of a delivery whose connection broke or that nobody answered."""


@dataclass(slots=True)
class Delivery:
    """One notification on its way."""

    sent: Sent
    kind: str
    """`genuine`, or the name of a forgery."""
    answers: frozenset[int]
    """The statuses that are right."""
    reference: str = ""
    """Of a genuine one: whose."""
    said: str = ""
    status: int = NO_ANSWER
    answered_at: float = 0.0
    """On the wall clock, in seconds: compared with what the program wrote down."""
    seconds: float = 0.0

    def request(self) -> bytes:
        head = [f"POST {PATH} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {self.sent.kind}"]
        if self.sent.encoding:
            head.append(f"Content-Encoding: {self.sent.encoding}")
        if not self.sent.is_chunked:
            head.append(f"Content-Length: {len(self.sent.body)}")
            return "\r\n".join(head).encode() + b"\r\n\r\n" + self.sent.body
        head.append("Transfer-Encoding: chunked")
        chunk = f"{len(self.sent.body):x}\r\n".encode() + self.sent.body
        return "\r\n".join(head).encode() + b"\r\n\r\n" + chunk + b"\r\n0\r\n\r\n"


def deliver(
    deliveries: Sequence[Delivery], port: int, *, connections: int = 32, most_a_second: float = MOST_A_SECOND
) -> float:
    """Deliver all, in this order, over so many connections at once; gives the seconds it took."""
    began = time.monotonic()
    asyncio.run(_deliver(deliveries, port, connections, most_a_second))
    return time.monotonic() - began


async def _deliver(deliveries: Sequence[Delivery], port: int, connections: int, most_a_second: float) -> None:
    left = enumerate(deliveries)
    first = time.monotonic()

    async def one_after_another() -> None:
        line = _Line(port)
        for number, delivery in left:
            await asyncio.sleep(first + number / most_a_second - time.monotonic())
            began = time.monotonic()
            delivery.status = await line.post(delivery.request())
            delivery.seconds = time.monotonic() - began
            delivery.answered_at = time.time()
        await line.close()

    await asyncio.gather(*(one_after_another() for _ in range(connections)))


class _Line:
    """One kept-open connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, request: bytes) -> int:
        """Post and give the status; once more on a fresh connection when the kept one had been closed."""
        for is_kept in (self._streams is not None, False):
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    return await self._exchange(request)
            except (OSError, EOFError, TimeoutError, ValueError):
                await self.close()
                if not is_kept:
                    break
        return NO_ANSWER

    async def _exchange(self, request: bytes) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        _, _, length = head.partition(b"\r\ncontent-length: ")
        await reader.readexactly(int(length.partition(b"\r\n")[0]))
        if b"\r\nconnection: close" in head:
            await self.close()
        return int(head[9:12])

    async def close(self) -> None:
        if self._streams is not None:
            writer, self._streams = self._streams[1], None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
