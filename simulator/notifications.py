"""Sends notifications and sends them again, by Midtrans's rules for each kind of answer.

Source: Midtrans, HTTP(S) notification webhooks: number of retries by answer, growing gaps.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.distortions import distorted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from simulator.agenda import Agenda
    from simulator.clock import Clock
    from simulator.courier import Courier
    from simulator.faults import Fault, FaultPlan
    from simulator.ids import Ids

RETRIES = {500: 1, 503: 4, 400: 2, 404: 2, 301: 0, 302: 0, 303: 0}
OTHER_RETRIES = 5
"""For every answer not named above, and for none at all."""
GAPS = (120.0, 600.0, 1800.0, 5400.0, 12600.0)
"""Seconds before each retry, before the random shift."""
HELD_AT_MOST = 30.0
"""Seconds a `reorder` waits for a later post before it gives up waiting."""

MOST_REMEMBERED = 20_000
"""Posts that are kept for looking at; the oldest go first."""


@dataclass(slots=True)
class Attempt:
    """One try to deliver."""

    at: datetime
    status: int | None
    """What the merchant answered; None when nothing came back."""
    error: str = ""


@dataclass(slots=True)
class Notification:
    """One post to one address, with everything that was tried."""

    number: int
    order_id: str
    url: str
    body: dict[str, Any]
    created_at: datetime
    outcome: str = "waiting"
    """`waiting`, `delivered`, `given_up`, `lost` (never sent) or `held` (until a later one went)."""
    attempts: list[Attempt] = field(default_factory=list)


class Notifications:
    """Everything that was posted or was to be posted."""

    def __init__(self, clock: Clock, agenda: Agenda, courier: Courier, faults: FaultPlan, ids: Ids) -> None:
        """Start with nothing sent."""
        self._clock = clock
        self._agenda = agenda
        self._courier = courier
        self._faults = faults
        self._ids = ids
        self._sent: dict[int, Notification] = {}
        self._number = 0
        self._held: defaultdict[str, list[Notification]] = defaultdict(list)
        self._tasks: defaultdict[str, set[asyncio.Task[None]]] = defaultdict(set)

    def post(self, order_id: str, body: dict[str, Any], urls: Iterable[str], signing_key: str) -> None:
        """Send a statement to every address, at once and without waiting for the answer."""
        faults = self._faults.take("notification", order_id)
        by_kind = {fault.kind: fault for fault in faults}
        body = distorted(body, faults, signing_key)
        copies = by_kind["duplicate"].copies if "duplicate" in by_kind else 1
        released = [] if "reorder" in by_kind else self._held.pop(order_id, [])
        for url in urls:
            for _copy in range(copies):
                self._send(self._new(order_id, url, body), by_kind, released)
                released = []
        for held in released:
            self._start(self._deliver(held), order_id)

    def resend(self, number: int) -> Notification:
        """Deliver an old post again, whatever became of it. Raises LookupError for an unknown number."""
        notification = self._sent[number]
        self._start(self._deliver(notification, is_last=True), notification.order_id)
        return notification

    def sent(self) -> list[Notification]:
        """Return every post, oldest first."""
        return list(self._sent.values())

    async def settle(self, order_id: str, seconds: float) -> None:
        """Wait until the posts under way for an order have had their first answer, for so many seconds at most."""
        under_way = self._tasks.get(order_id)
        if under_way:
            await asyncio.wait(under_way, timeout=seconds)

    async def stop(self, patience: float = 0.0) -> None:
        """End everything that is under way, after so many seconds of patience."""
        running = [task for tasks in self._tasks.values() for task in tasks]
        if running:
            _done, late = await asyncio.wait(running, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def close(self) -> None:
        """Send nothing more."""
        await self.stop()
        await self._courier.close()

    def clear(self) -> None:
        """Forget what was sent. Numbers start again at 1."""
        self._sent.clear()
        self._held.clear()
        self._number = 0

    def _new(self, order_id: str, url: str, body: dict[str, Any]) -> Notification:
        self._number += 1
        notification = Notification(self._number, order_id, url, body, self._clock.now())
        self._sent[notification.number] = notification
        if len(self._sent) > MOST_REMEMBERED:
            del self._sent[next(iter(self._sent))]
        return notification

    def _send(self, notification: Notification, faults: dict[str, Fault], released: list[Notification]) -> None:
        if "lost" in faults:
            notification.outcome = "lost"
            for held in released:
                self._start(self._deliver(held), held.order_id)
        elif "reorder" in faults:
            notification.outcome = "held"
            self._held[notification.order_id].append(notification)
            self._agenda.at(self._clock.after(HELD_AT_MOST), partial(self._let_go, notification))
        else:
            delay = faults["latency"].seconds if "latency" in faults else 0.0
            self._start(self._deliver(notification, delay=delay, then=released), notification.order_id)

    def _let_go(self, notification: Notification) -> None:
        held = self._held.get(notification.order_id, [])
        if notification in held:
            held.remove(notification)
            self._start(self._deliver(notification), notification.order_id)

    def _start(self, work: Any, order_id: str) -> None:  # noqa: ANN401 - any coroutine
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks[order_id].add(task)
        task.add_done_callback(partial(self._finished, order_id))

    def _finished(self, order_id: str, task: asyncio.Task[None]) -> None:
        self._tasks[order_id].discard(task)
        if not self._tasks[order_id]:
            del self._tasks[order_id]

    async def _deliver(
        self,
        notification: Notification,
        *,
        delay: float = 0.0,
        then: Iterable[Notification] = (),
        is_last: bool = False,
    ) -> None:
        if delay:
            await asyncio.sleep(delay)
        attempt = Attempt(self._clock.now(), None)
        try:
            payload = json.dumps(notification.body, separators=(",", ":")).encode()
            attempt.status = await self._courier.post(notification.url, payload)
        except (OSError, ValueError) as error:
            attempt.error = str(error) or type(error).__name__
        notification.attempts.append(attempt)
        self._judge(notification, attempt.status, is_last=is_last)
        while then:
            first, *then = then
            await self._deliver(first)

    def _judge(self, notification: Notification, status: int | None, *, is_last: bool) -> None:
        """Decide by the answer whether the post is done, tried again, or lost."""
        if status is not None and 200 <= status < 300:
            notification.outcome = "delivered"
            return
        retries = len(notification.attempts) - 1
        allowed = OTHER_RETRIES if status is None else RETRIES.get(status, OTHER_RETRIES)
        if is_last or retries >= min(allowed, len(GAPS)):
            notification.outcome = "given_up"
            return
        shifted = GAPS[retries] * self._ids.chance.uniform(0.3, 1.2)
        notification.outcome = "waiting"
        again = partial(self._retry, notification)
        self._agenda.at(self._clock.after(shifted), again)

    def _retry(self, notification: Notification) -> None:
        self._start(self._deliver(notification), notification.order_id)
