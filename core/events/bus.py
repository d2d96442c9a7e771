"""Carries nudges from whoever committed to whoever is looking, inside one process.

A nudge is an event number and means "look again"; a lost or doubled one costs a look and no truth.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from core.base.clock import wall_seconds


class Subscription:
    """A queue of length one: a waiting nudge absorbs the next."""

    def __init__(self) -> None:
        self._number = 0
        self._told_at: float | None = None
        self._arrived = asyncio.Event()
        self.waited_since: float | None = None
        """When the eldest of the nudges that were taken last was told of, where that is known."""

    def offer(self, number: int, told_at: float | None = None) -> None:
        """Leave a nudge here. Called in the event loop."""
        self._number = max(self._number, number)
        self._told_at = self._told_at or told_at
        self._arrived.set()

    async def next(self) -> int:
        """Wait for a nudge and take it: the newest event number."""
        await self._arrived.wait()
        self._arrived.clear()
        self.waited_since, self._told_at = self._told_at, None
        return self._number


class Bus:
    """Topics, and who listens to them."""

    def __init__(self, relay: Callable[[Iterable[str], int, float], None] | None = None) -> None:
        self._relay = relay
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: dict[str, set[Subscription]] = {}
        self._latest: dict[str, int] = {}

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Name the event loop that the listeners live in."""
        self._loop = loop

    def publish(self, topics: Iterable[str], number: int) -> None:
        """Nudge everybody who listens to any of the topics. Safe from any thread; after a commit only."""
        told, now = tuple(topics), wall_seconds()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.deliver, told, number, now)
        if self._relay is not None:
            self._relay(told, number, now)

    def latest(self, topic: str) -> int:
        """Tell the newest event number that a listened-to topic has seen, 0 when none."""
        return self._latest.get(topic, 0)

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[Subscription]:
        """Listen to topics for as long as the block lasts."""
        subscription = Subscription()
        for topic in topics:
            self._listeners.setdefault(topic, set()).add(subscription)
        try:
            yield subscription
        finally:
            for topic in topics:
                self._forget(topic, subscription)

    def deliver_to_all(self) -> None:
        """Have everybody look again: nobody knows what was missed. Called in the event loop."""
        for topic in self._listeners:
            self.deliver((topic,), self.latest(topic))

    def deliver(self, topics: Iterable[str], number: int, told_at: float | None = None) -> None:
        """Nudge the listeners of this process. Called in the event loop.

        `told_at` is when it was told of, in seconds since 1970, where anybody is to know how long it took.
        """
        for topic in topics:
            listeners = self._listeners.get(topic)
            if listeners is None:
                continue
            self._latest[topic] = max(self._latest.get(topic, 0), number)
            for listener in listeners:
                listener.offer(number, told_at)

    def _forget(self, topic: str, subscription: Subscription) -> None:
        listeners = self._listeners.get(topic, set())
        listeners.discard(subscription)
        if not listeners:
            self._listeners.pop(topic, None)
            self._latest.pop(topic, None)
