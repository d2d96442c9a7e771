"""A small HTTP/1.1 client: it shares the machine with what it measures, so it does nothing that is not needed."""

import asyncio
import contextlib
import gzip
import json
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

ANSWER_SECONDS = 20.0
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length: "


class Refused(AssertionError):
    """An answer that is no success: a load of failures measures nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    head: bytes
    """Status line and headers, in lower case."""
    body: bytes

    @property
    def plain(self) -> bytes:
        """The body as it was before it was packed."""
        return gzip.decompress(self.body) if self.header("content-encoding") == "gzip" else self.body

    def json(self) -> Any:  # noqa: ANN401 - whatever was answered
        return json.loads(self.body)

    def header(self, name: str) -> str:
        """Give a header's value, empty when it is missing."""
        _, _, rest = self.head.partition(f"\r\n{name.lower()}: ".encode())
        return rest.partition(b"\r\n")[0].decode("latin-1")


def request_bytes(
    method: str, path: str, port: int, body: bytes = b"", *, kind: str = "application/json", **headers: str
) -> bytes:
    """Write a request once, so that sending it a thousand times costs nothing. `meja_sid` becomes a cookie."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Encoding: gzip"]
    if (token := headers.pop("meja_sid", None)) is not None:
        lines.append(f"Cookie: meja_sid={token}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if method != "GET":
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + _END_OF_HEAD + body


class Connection:
    """One kept-open connection; one request at a time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._streams is not None:
            writer, self._streams = self._streams[1], None
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def send(self, request: bytes) -> Answer:
        """Send a ready request. Raises Refused for 4xx and 5xx, OSError or TimeoutError when nothing comes."""
        async with asyncio.timeout(ANSWER_SECONDS):
            try:
                answer = await self._exchange(request)
            except (asyncio.IncompleteReadError, ConnectionResetError, BrokenPipeError):
                # Servers close what has been quiet for a while.
                await self.close()
                answer = await self._exchange(request)
        if answer.status >= 400:
            message = f"{request.partition(b' HTTP')[0].decode()}: {answer.status} {answer.body[:300]!r}"
            raise Refused(message)
        return answer

    async def call(self, method: str, path: str, document: object = None, **headers: str) -> Answer:
        """Make one JSON call."""
        body = b"" if document is None else json.dumps(document).encode()
        return await self.send(request_bytes(method, path, self.port, body, **headers))

    async def _exchange(self, request: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(_END_OF_HEAD)).lower()
        status = int(head[9:12])
        at = head.find(_LENGTH)
        if at < 0:
            if status in {204, 304}:
                return Answer(status, head, b"")
            message = "an answer without a length"
            raise Refused(message)
        length = int(head[at + len(_LENGTH) : head.index(b"\r", at)])
        return Answer(status, head, await reader.readexactly(length) if length else b"")
