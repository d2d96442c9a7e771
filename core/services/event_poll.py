"""Hears of what other processes committed without being told: by asking the database every few seconds.

Redis carries nudges faster and may lose any of them: gone, slow, or restarted. With this beneath it,
a lost nudge costs a few seconds of freshness and nothing else.
"""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import structlog
from sqlalchemy import bindparam, func, select

from core.base.database import Database
from core.base.errors import Busy
from core.events.bus import Bus
from core.events.models import Event
from core.events.record import board_topic, menu_topic, order_topic
from core.orders.models import Order

_log = structlog.get_logger()
POLL_SECONDS: Final = 3.0
_MOST: Final = 500
"""Events in one look; after more of them everybody looks again."""
_NEWEST = select(func.max(Event.id))
_SINCE = (
    select(Event.id, Event.outlet_id, Order.uid)
    .outerjoin(Order, Order.id == Event.order_id)
    .where(Event.id > bindparam("number"))
    .order_by(Event.id)
    .limit(_MOST)
)


class _News(NamedTuple):
    number: int
    outlet_id: int
    order_uid: str | None


@dataclass(frozen=True, slots=True)
class EventPoll:
    """Delivers to one process's bus what the database knows and the bus has not carried."""

    db: Database
    bus: Bus

    async def run(self, stop: asyncio.Event, every: float = POLL_SECONDS) -> None:
        """Ask until told to stop. A database that does not answer is asked again."""
        seen: int | None = None
        while not stop.is_set():
            try:
                seen = await self._look(seen)
            except Busy:
                _log.warning("events.not_read")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), every)

    async def _look(self, seen: int | None) -> int:
        """Deliver what is newer than the last number seen; gives the newest."""
        if seen is None:
            # The first look finds where to go on from; what came before, pages read for themselves.
            return await asyncio.to_thread(self._newest)
        news = await asyncio.to_thread(self._since, seen)
        if len(news) == _MOST:
            self.bus.deliver_to_all()
            return await asyncio.to_thread(self._newest)
        for one in news:
            self.bus.deliver([topic for topic in _topics(one) if self.bus.latest(topic) < one.number], one.number)
        return news[-1].number if news else seen

    def _newest(self) -> int:
        with self.db.glance() as session:
            return session.scalar(_NEWEST) or 0

    def _since(self, number: int) -> Sequence[_News]:
        with self.db.glance() as session:
            return [_News(*row) for row in session.execute(_SINCE, {"number": number})]


def _topics(news: _News) -> Iterator[str]:
    """Name whom an event may concern: more than were told at its time, as one look too many costs nothing."""
    yield board_topic(news.outlet_id)
    if news.order_uid is None:
        yield menu_topic(news.outlet_id)
    else:
        yield order_topic(news.order_uid)
