"""Things that happen later: expiry, retries, refund confirmations."""

from __future__ import annotations

import asyncio
import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simulator.clock import Clock


class Agenda:
    """Carries out actions when the simulated clock reaches their moment.

    Every gateway call runs what is due first, so that a test which moves the clock
    sees the result in its next answer and need not wait for the background loop.
    """

    def __init__(self, clock: Clock) -> None:
        """Start empty."""
        self._clock = clock
        self._entries: list[tuple[datetime, int, Callable[[], None]]] = []
        self._counter = 0
        self._changed = asyncio.Event()

    def at(self, moment: datetime, action: Callable[[], None]) -> None:
        """Carry out the action once the clock has reached the moment."""
        self._counter += 1
        heapq.heappush(self._entries, (moment, self._counter, action))
        if self._entries[0][1] == self._counter:
            self._changed.set()

    def run_due(self) -> None:
        """Carry out everything whose moment has come, oldest first."""
        while self._entries and self._entries[0][0] <= self._clock.now():
            heapq.heappop(self._entries)[2]()

    def look_again(self) -> None:
        """Wake the background loop, because the clock was moved."""
        self._changed.set()

    def clear(self) -> None:
        """Forget everything that was to happen."""
        self._entries.clear()

    async def run(self) -> None:
        """Carry out actions in the background until cancelled."""
        while True:
            self.run_due()
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), self._seconds_to_wait())
            except TimeoutError:
                continue

    def _seconds_to_wait(self) -> float | None:
        if not self._entries or self._clock.is_frozen:
            return None
        return max(0.0, (self._entries[0][0] - self._clock.now()).total_seconds())
