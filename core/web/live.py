"""Live sockets: they carry "look again" and a number, never news.

Each socket has a queue of one in the bus and a sender of its own, so a reader who does not read
holds up nobody else.
"""

import contextlib
from collections import Counter
from collections.abc import Callable
from typing import Final

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from core.base.clock import monotonic, wall_seconds
from core.events.bus import Bus, Subscription
from core.web.figures import count_socket, time_news

HEARTBEAT_SECONDS: Final = 5.0
SEND_SECONDS: Final = 5.0
SOCKETS_PER_VISITOR: Final = 3

# htmx connects anew after 1012 and 1013, and stays away after 1008.
_GOODBYE: Final = 1008
_TOO_SLOW: Final = 1013


class Sockets:
    """Counts the open sockets of each visitor."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def enter(self, visitor: str | None, limit: int) -> bool:
        """Take a place; tells whether there was one. Who is not known is not counted."""
        if visitor is None:
            return True
        if self._open[visitor] >= limit:
            return False
        self._open[visitor] += 1
        return True

    def leave(self, visitor: str | None) -> None:
        """Give a place back."""
        if visitor is None:
            return
        self._open[visitor] -= 1
        if not self._open[visitor]:
            del self._open[visitor]


async def serve_nudges(
    socket: WebSocket,
    bus: Bus,
    *topics: str,
    initial: int = 0,
    visitor: str | None = None,
    is_welcome: Callable[[], bool] | None = None,
    whose: str = "",
    limit: int = SOCKETS_PER_VISITOR,
) -> None:
    """Send `{"event": n}` whenever one of the topics has news, and every five seconds the newest number known.

    The latter is marked `"beat": true`: it is a reason to look again only for a page made before `n`.
    `initial` is the newest number when the socket opens. A visitor may hold `limit` sockets. `is_welcome` is asked
    every five seconds, and at once when there is news of `whose` topic (it may ask the database); when it says no, the
    page is told to look again, finds itself shut out, and the socket is closed for good.
    """
    sockets: Sockets = socket.app.state.sockets
    await socket.accept()
    if not sockets.enter(visitor, limit):
        await socket.close(_GOODBYE)
        return
    count_socket(1)
    try:
        topics = (*topics, whose) if whose else topics
        async with bus.subscribe(*topics) as news, anyio.create_task_group() as tasks:
            tasks.start_soon(_listen, socket, tasks.cancel_scope)
            welcome = _Welcome(is_welcome, lambda: bus.latest(whose))
            await _send(socket, news, initial, welcome, is_board=any(topic.startswith("board:") for topic in topics))
            tasks.cancel_scope.cancel()
    finally:
        count_socket(-1)
        sockets.leave(visitor)


async def _listen(socket: WebSocket, scope: anyio.CancelScope) -> None:
    """Read on until the browser is gone. It has nothing to say here, but that is how it is noticed."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass
    scope.cancel()


class _Welcome:
    """Asks, no more often than it must, whether a visitor may stay."""

    def __init__(self, ask: Callable[[], bool] | None, news_of_them: Callable[[], int]) -> None:
        self._ask = ask
        self._news_of_them = news_of_them
        self._known = news_of_them()
        self._asked_at = monotonic()

    async def holds(self, *, is_beat: bool) -> bool:
        if self._ask is None:
            return True
        newest, now = self._news_of_them(), monotonic()
        # By the clock as well: where something happens all the time, no heartbeat is ever due.
        if not is_beat and newest == self._known and now - self._asked_at < HEARTBEAT_SECONDS:
            return True
        self._known, self._asked_at = newest, now
        return await run_in_threadpool(self._ask)


async def _send(socket: WebSocket, news: Subscription, newest: int, welcome: _Welcome, *, is_board: bool) -> None:
    while True:
        is_beat = True
        with anyio.move_on_after(HEARTBEAT_SECONDS):
            newest = max(newest, await news.next())
            is_beat = False
        if not await welcome.holds(is_beat=is_beat):
            await _sent(socket, f'{{"event": {newest}}}')
            await socket.close(_GOODBYE)
            return
        message = f'{{"event": {newest}, "beat": true}}' if is_beat else f'{{"event": {newest}}}'
        if not await _sent(socket, message):
            return
        if is_board and not is_beat and news.waited_since is not None:
            time_news(wall_seconds() - news.waited_since)


async def _sent(socket: WebSocket, message: str) -> bool:
    try:
        with anyio.fail_after(SEND_SECONDS):
            await socket.send_text(message)
    except TimeoutError:
        with contextlib.suppress(RuntimeError, OSError), anyio.move_on_after(1):
            await socket.close(_TOO_SLOW)
        return False
    except (WebSocketDisconnect, RuntimeError, OSError):
        return False
    return True
