"""Carries nudges to the other processes, by Redis. Only numbers travel: the database is the memory."""

import asyncio
import contextlib
import json
from collections.abc import Iterable

import redis
import redis.asyncio
import structlog
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.retry import Retry

from core.base.clock import monotonic
from core.events.bus import Bus

_log = structlog.get_logger()
_CHANNEL = "meja:nudges"
_REST_SECONDS = 1.0
_NOT_ASKED_SECONDS = 2.0
"""For how long a Redis that failed is left alone, so that not every order waits for it."""


class RedisRelay:
    """Hands nudges on. Redis gone costs freshness and nothing else: pages ask by themselves too."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = redis.Redis.from_url(
            url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0)
        )
        self._left_alone_until = 0.0

    def publish(self, topics: Iterable[str], number: int, told_at: float) -> None:
        """Tell the other processes. Never raises: what was committed stays committed, and they look by themselves."""
        if monotonic() < self._left_alone_until:
            return
        try:
            self._client.publish(_CHANNEL, json.dumps([list(topics), number, round(told_at, 4)]))
        except redis.RedisError as error:
            self._left_alone_until = monotonic() + _NOT_ASKED_SECONDS
            _log.warning("redis.not_told", reason=type(error).__name__)

    async def listen(self, bus: Bus, stop: asyncio.Event) -> None:
        """Deliver what the other processes tell, until told to stop.

        Each subscription, the first and every later one, means "look again": messages sent
        while nobody listened are lost.
        """
        client = redis.asyncio.Redis.from_url(
            self._url, retry=Retry(ExponentialBackoff(cap=2, base=0.1), 3), health_check_interval=5
        )
        while not stop.is_set():
            try:
                await self._hear(client, bus, stop)
            except (redis.RedisError, OSError) as error:
                _log.warning("redis.lost", reason=type(error).__name__)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _REST_SECONDS)
        await client.aclose()

    async def _hear(self, client: redis.asyncio.Redis, bus: Bus, stop: asyncio.Event) -> None:
        async with client.pubsub() as channel:
            await channel.subscribe(_CHANNEL)
            while not stop.is_set():
                message = await channel.get_message(timeout=1.0)
                if message is None:
                    continue
                if message["type"] == "subscribe":
                    bus.deliver_to_all()
                elif message["type"] == "message":
                    # Of a process of another version it may be more; of an older one there is no time.
                    topics, number, *more = json.loads(message["data"])
                    bus.deliver(topics, number, more[0] if more else None)

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()
