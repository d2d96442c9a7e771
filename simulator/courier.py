"""Posts a notification over a kept-open connection, the way Midtrans's own sender behaves.

Hand-written on asyncio because a post costs a fifth of what a general client needs, and the
simulator shares its machine with what it measures.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httptools

ANSWER_TIMEOUT = 15.0
"""Seconds Midtrans waits for an answer."""
FOLLOWED = frozenset({307, 308})
MOST_HOPS = 5

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class BrokenAnswer(ConnectionError):
    """Something came back, but no whole HTTP answer."""


@dataclass(slots=True)
class Reply:
    """What the merchant's server answered."""

    status: int
    location: str = ""
    is_complete: bool = False
    can_continue: bool = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Remember where a redirect points."""
        if name.lower() == b"location":
            self.location = value.decode("latin-1")

    def on_message_complete(self) -> None:
        """Note the end of the answer."""
        self.is_complete = True


class Courier:
    """Carries posts, with one pool of connections for each server."""

    def __init__(self) -> None:
        """Start without any connection."""
        self._idle: defaultdict[tuple[str, str, int], list[Connection]] = defaultdict(list)

    async def post(self, url: str, payload: bytes) -> int:
        """Post JSON and return the HTTP status; follow 307 and 308 up to five times.

        Raises OSError or TimeoutError when no answer came, ValueError for an address that is none.
        """
        async with asyncio.timeout(ANSWER_TIMEOUT):
            reply = await self._exchange(url, payload)
            for _hop in range(MOST_HOPS):
                if reply.status not in FOLLOWED or not reply.location:
                    break
                url = urljoin(url, reply.location)
                reply = await self._exchange(url, payload)
            return reply.status

    async def close(self) -> None:
        """Close every kept connection."""
        for connections in self._idle.values():
            for _reader, writer in connections:
                writer.close()
        self._idle.clear()

    async def _exchange(self, url: str, payload: bytes) -> Reply:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            msg = f"not an address to post to: {url!r}"
            raise ValueError(msg)
        server = (parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
        request = _request(parts.path or "/", parts.query, parts.netloc.rpartition("@")[2], payload)
        for connection in self._kept(server):
            reply = await self._try(server, connection, request)
            if reply is not None:
                return reply
            # The server had closed it meanwhile without reading anything: take the next one.
        connection = await asyncio.open_connection(server[1], server[2], ssl=server[0] == "https" or None)
        reply = await self._try(server, connection, request)
        if reply is None:
            msg = "closed without an answer"
            raise ConnectionResetError(msg)
        return reply

    def _kept(self, server: tuple[str, str, int]) -> list[Connection]:
        """Take one kept connection that still looks open, if there is one."""
        kept = self._idle[server]
        while kept:
            reader, writer = kept.pop()
            if not reader.at_eof() and not writer.is_closing():
                return [(reader, writer)]
            writer.close()
        return []

    async def _try(self, server: tuple[str, str, int], connection: Connection, request: bytes) -> Reply | None:
        """Send one request. Return None when the connection ended before any answer."""
        reader, writer = connection
        try:
            writer.write(request)
            reply = await _read_reply(reader)
        except (ConnectionResetError, BrokenPipeError):
            writer.close()
            return None
        except BaseException:
            writer.close()
            raise
        if reply is not None and reply.can_continue:
            self._idle[server].append(connection)
        else:
            writer.close()
        return reply


async def _read_reply(reader: asyncio.StreamReader) -> Reply | None:
    reply = Reply(status=0)
    parser = httptools.HttpResponseParser(reply)
    has_begun = False
    while not reply.is_complete:
        chunk = await reader.read(65536)
        if not chunk:
            if not has_begun:
                return None
            msg = "the answer broke off"
            raise BrokenAnswer(msg)
        has_begun = True
        try:
            parser.feed_data(chunk)
        except httptools.HttpParserError as error:
            msg = "the answer was not HTTP"
            raise BrokenAnswer(msg) from error
    reply.status = parser.get_status_code()
    reply.can_continue = parser.should_keep_alive()
    return reply


def _request(path: str, query: str, host: str, payload: bytes) -> bytes:
    target = f"{path}?{query}" if query else path
    head = (
        f"POST {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Veritrans\r\nAccept: application/json\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode("latin-1") + payload
