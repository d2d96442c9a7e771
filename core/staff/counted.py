"""Counts of wrong tries, in this process's memory, that are forgotten without a thread for it."""

import threading

from limits.storage import MemoryStorage

from core.base.clock import monotonic

_SWEPT_EVERY = 60.0
"""Seconds. What is over counts for nothing meanwhile; it only takes room."""


class CountedHere(MemoryStorage):
    """The library's own, which starts a thread at each try to throw away what is over. This one does it at a try.

    A thread that does not come for want of memory would be waited for without end, by the request that starts it.
    And one try after the other is counted, forgotten or thrown away: the library takes a key from under whoever counts on it.
    """

    def __init__(self) -> None:
        self._swept_at = 0.0
        # Held while it sweeps within a try, too.
        self._turn = threading.RLock()
        super().__init__()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count a try, unless there were too many."""
        with self._turn:
            return super().acquire_entry(key, limit, expiry, amount)

    def clear(self, key: str) -> None:
        """Forget all tries of a key."""
        with self._turn:
            super().clear(key)

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802 - so the library calls it
        now = monotonic()
        if now - self._swept_at >= _SWEPT_EVERY:
            self._swept_at = now
            self._MemoryStorage__expire_events()

    def _MemoryStorage__expire_events(self) -> None:  # noqa: N802 - so the library calls it
        with self._turn:
            super()._MemoryStorage__expire_events()  # type: ignore[misc] # the library's own
