"""Boards and phones that look on: sockets that are nudged, and what each of them does then."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from bench.client import Answer

_AT_ONCE = 50
"""Sockets that are opened at the same moment; a queue of connections has an end."""
Look = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class Screen:
    """One open socket: when it was nudged last, and when it had looked."""

    look: Look | None
    after: int = 0
    """Only nudges with a greater event number count: the others are echoes of what was before."""
    nudged_at: float = 0.0
    looked_at: float = 0.0
    seen: asyncio.Event = field(default_factory=asyncio.Event)

    def forget(self, newest: int = 0) -> None:
        """Wait for what comes after this event number."""
        self.after = newest
        self.nudged_at = self.looked_at = 0.0
        self.seen.clear()

    async def was_nudged(self, number: int) -> None:
        """Note the moment, and look again as a page does. Moments are seconds since 1970."""
        counts = number > self.after
        if counts and not self.nudged_at:
            self.nudged_at = time.time()
        if self.look is not None:
            await self.look()
        # On a slow machine it may have been told to forget meanwhile: then this was still about what was before.
        if counts and number > self.after:
            self.looked_at = time.time()
            self.seen.set()

    async def watch(self, socket: ClientConnection) -> None:
        """Take Meja's nudges; heartbeats are no news."""
        async for message in socket:
            nudge = json.loads(message)
            if "beat" not in nudge:
                await self.was_nudged(nudge["event"])

    async def listen(self, reader: asyncio.StreamReader) -> None:
        """Take the bare relay's bytes."""
        while await reader.read(1024):
            await self.was_nudged(1)


@asynccontextmanager
async def open_sockets(wishes: Iterable[tuple[str, Screen, str]], origin: str) -> AsyncIterator[None]:
    """Keep sockets open for the length of a block; a wish is an address, its screen, and a `meja_sid` or nothing."""
    tasks: list[asyncio.Task[None]] = []
    gate = asyncio.Semaphore(_AT_ONCE)
    async with AsyncExitStack() as stack:

        async def open_one(address: str, screen: Screen, session: str) -> None:
            headers = {"Cookie": f"meja_sid={session}"} if session else None
            async with gate:
                connection = connect(
                    address, origin=Origin(origin), additional_headers=headers, compression=None, ping_interval=None,
                    open_timeout=30, close_timeout=2,
                )  # fmt: skip
                socket = await stack.enter_async_context(connection)
            tasks.append(asyncio.create_task(screen.watch(socket)))

        await asyncio.gather(*(open_one(*wish) for wish in wishes))
        try:
            yield
        finally:
            await _end(tasks)


@asynccontextmanager
async def open_listeners(port: int, screens: Iterable[Screen], silent: int) -> AsyncIterator[asyncio.StreamWriter]:
    """Keep listeners of the bare relay open, and others that hear nothing; gives the one who speaks."""
    tasks: list[asyncio.Task[None]] = []
    # Readers are kept although nobody reads some of them: with its reader gone, a stream closes itself.
    streams: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    try:
        for screen in [*screens, *([None] * silent)]:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"L" if screen is not None else b"I")
            streams.append((reader, writer))
            if screen is not None:
                tasks.append(asyncio.create_task(screen.listen(reader)))
        reader, speaker = await asyncio.open_connection("127.0.0.1", port)
        speaker.write(b"S")
        streams.append((reader, speaker))
        await asyncio.sleep(0.2)
        yield speaker
    finally:
        await _end(tasks)
        for _, writer in streams:
            writer.close()


async def all_seen(screens: Iterable[Screen], seconds: float) -> None:
    """Wait until every screen was nudged and has looked. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        for screen in screens:
            await screen.seen.wait()


def print_in(board: Answer) -> str:
    """Tell the name of the print that a board's answer brings; a page that has it says so when it looks again."""
    return board.plain.partition(b'data-print="')[2].partition(b'"')[0].decode()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
