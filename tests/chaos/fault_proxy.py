"""A bad line: stands between two programs and does to their bytes what networks and dying servers do.

It runs in a thread with a loop of its own, before the simulator, PostgreSQL or Redis alike. Faults may strike every
request or only those whose bytes match a pattern (`POST /v2/[^/]+/cancel`, `COMMIT`).
"""

import asyncio
import re
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.ports import free_port

KINDS = frozenset(
    {
        *("latency", "down", "reset", "black_hole", "slow_close", "bandwidth", "slicer", "limit", "answer_lost"),
        "own_answer",
    }
)
_PIECE = 64 * 1024
_HTTP_REQUEST = re.compile(rb"(GET|POST|PUT|PATCH|DELETE|HEAD) \S+ HTTP/1\.[01]\r\n")
_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that a line does."""

    kind: str
    """`latency`: a request waits `seconds`. `down`: nobody listens, and what was open is reset. `reset`: the connection
    is reset instead of an answer. `black_hole`: the request is swallowed and nothing ever comes. `slow_close`: the
    answer announces no length, and its end comes `seconds` late. `bandwidth`: the answer comes with `amount` bytes a
    second. `slicer`: it comes in pieces of `amount` bytes. `limit`: it is cut after `amount` bytes. `answer_lost`: the
    request is carried out, its answer dropped and the connection closed. `own_answer`: nothing is passed on, and
    `answer` is said instead."""
    seconds: float = 0.0
    amount: int = 0
    answer: bytes = b""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            message = f"unknown fault {self.kind!r}; known: {', '.join(sorted(KINDS))}"
            raise ValueError(message)


def http_answer(status: int, body: bytes = b"", kind: str = "text/html") -> bytes:
    """Write an HTTP answer for `own_answer`."""
    head = f"HTTP/1.1 {status} Whatever\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@dataclass(slots=True)
class FaultProxy:
    """Listens on a port of its own and passes on what it hears, better or worse."""

    target: int
    """The port that it stands before, on this machine."""
    port: int = field(default_factory=free_port)
    hits: list[bytes] = field(default_factory=list)
    """The beginning of every request that the present fault has struck."""
    _fault: Fault | None = None
    _only: re.Pattern[bytes] | None = None
    _lifted: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _server: asyncio.Server | None = None
    _links: "set[_Link]" = field(default_factory=set)

    @property
    def struck(self) -> int:
        return len(self.hits)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put_on(self, fault: Fault, only: str = "") -> None:
        """Let a fault strike from now on; with `only`, requests alone whose bytes this pattern is found in."""
        self._do(self._put_on(fault, re.compile(only.encode()) if only else None))

    def lift(self) -> None:
        """Pass everything on again. Whoever is still held in a black hole is let go without an answer."""
        self._do(self._lift())

    def cut(self) -> None:
        """Reset every connection that is open now."""
        self._do(self._cut())

    def strikes(self, chunk: bytes) -> Fault | None:
        """Tell which fault meets these bytes, the beginning of a request."""
        if self._fault is None or (self._only is not None and not self._only.search(chunk)):
            return None
        self.hits.append(chunk[:100])
        return self._fault

    async def until_lifted(self, seconds: float | None = None) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._lifted.wait(), seconds)

    async def _put_on(self, fault: Fault, only: re.Pattern[bytes] | None) -> None:
        await self._lift()
        self._fault, self._only, self.hits = fault, only, []
        self._lifted.clear()
        if fault.kind == "down":
            await self._stop_listening()
            await self._cut()

    async def _lift(self) -> None:
        self._fault = None
        self._lifted.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _cut(self) -> None:
        for link in list(self._links):
            link.reset()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            above = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            _reset(writer)
            return
        link = _Link(self, reader, writer, *above)
        self._links.add(link)
        try:
            # Cancelled when the proxy itself ends, which is nobody's error.
            with suppress(asyncio.CancelledError):
                await link.run()
        finally:
            self._links.discard(link)
            link.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _run(self, is_up: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._lift())
        is_up.set()
        self._loop.run_forever()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    async def _end(self) -> None:
        await self._stop_listening()
        await self._cut()
        self._loop.call_soon(self._loop.stop)


@dataclass(eq=False, slots=True)
class _Link:
    """One connection through the proxy. Requests on it come one after another, each with a fault of its own or none."""

    proxy: FaultProxy
    below: asyncio.StreamReader
    to_below: asyncio.StreamWriter
    above: asyncio.StreamReader
    to_above: asyncio.StreamWriter
    fault: Fault | None = None
    passed: int = 0
    """Bytes of the present answer that went through."""

    async def run(self) -> None:
        ways = {asyncio.ensure_future(self._requests()), asyncio.ensure_future(self._answers())}
        _, left = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in left:
            way.cancel()
        # What went wrong on a line is nobody's error here.
        await asyncio.gather(*ways, return_exceptions=True)

    async def _requests(self) -> None:
        while chunk := await self.below.read(_PIECE):
            if not self._is_rest_of_request(chunk):
                self.fault, self.passed = self.proxy.strikes(chunk), 0
            if not await self._take(chunk):
                return
            await self.to_above.drain()

    def _is_rest_of_request(self, chunk: bytes) -> bool:
        """Tell a body that follows its HTTP head. Of other protocols every piece counts as a request."""
        return self.fault is not None and self.fault.kind != "latency" and not _HTTP_REQUEST.match(chunk)

    async def _take(self, chunk: bytes) -> bool:
        """Pass a piece of a request on, or do what the fault does instead; False ends the connection."""
        fault = self.fault
        kind = fault.kind if fault is not None else ""
        if kind == "reset":
            self.reset()
            return False
        if kind == "black_hole":
            await self.proxy.until_lifted()
            return False
        if kind == "own_answer":
            assert fault is not None
            if _HTTP_REQUEST.match(chunk):
                self.to_below.write(fault.answer)
            return True
        if kind == "latency" and fault is not None:
            await asyncio.sleep(fault.seconds)
        self.to_above.write(chunk)
        return True

    async def _answers(self) -> None:
        while chunk := await self.above.read(_PIECE):
            fault = self.fault
            how: Callable[[Fault, bytes], Coroutine[Any, Any, bool]] | None = None
            if fault is not None:
                how = _ANSWERED.get(fault.kind, _Link._whole).__get__(self)
            if how is None or fault is None:
                self.to_below.write(chunk)
            elif not await how(fault, chunk):
                return
            await self.to_below.drain()

    async def _whole(self, _fault: Fault, chunk: bytes) -> bool:
        self.to_below.write(chunk)
        return True

    async def _lost(self, _fault: Fault, _chunk: bytes) -> bool:
        return False

    async def _endless(self, fault: Fault, chunk: bytes) -> bool:
        if self.passed == 0:
            chunk = re.sub(rb"(?i)content-length: \d+", b"connection: close", chunk)
        self.passed += len(chunk)
        self.to_below.write(chunk)
        asyncio.get_running_loop().call_later(fault.seconds, self.close)
        return True

    async def _limited(self, fault: Fault, chunk: bytes) -> bool:
        self.to_below.write(chunk[: fault.amount - self.passed])
        self.passed += len(chunk)
        await self.to_below.drain()
        return self.passed < fault.amount

    async def _sliced(self, fault: Fault, chunk: bytes) -> bool:
        for start in range(0, len(chunk), fault.amount):
            self.to_below.write(chunk[start : start + fault.amount])
            await self.to_below.drain()
            await asyncio.sleep(0)
        return True

    async def _slow(self, fault: Fault, chunk: bytes) -> bool:
        piece = max(1, fault.amount // 20)
        for start in range(0, len(chunk), piece):
            self.to_below.write(chunk[start : start + piece])
            await self.to_below.drain()
            await asyncio.sleep(piece / fault.amount)
        return True

    def reset(self) -> None:
        """End the connection to below as a crash does."""
        _reset(self.to_below)
        self.close()

    def close(self) -> None:
        self.to_below.close()
        self.to_above.close()


_ANSWERED = {
    "answer_lost": _Link._lost,
    "slow_close": _Link._endless,
    "limit": _Link._limited,
    "slicer": _Link._sliced,
    "bandwidth": _Link._slow,
}


def _reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    writer.transport.abort()


@contextmanager
def running_proxy(target: int) -> Iterator[FaultProxy]:
    """Run a proxy before a port of this machine until the block ends."""
    proxy = FaultProxy(target)
    is_up = threading.Event()
    thread = threading.Thread(target=proxy._run, args=(is_up,), name="fault-proxy", daemon=True)
    thread.start()
    assert is_up.wait(10), "the proxy did not start"
    try:
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(proxy._end(), proxy._loop).result(10)
        thread.join(10)
