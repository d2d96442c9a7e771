"""Counts of wrong tries, in this process's memory, that are forgotten without a thread for it."""

from limits.storage import MemoryStorage

from core.base.clock import monotonic

_SWEPT_EVERY = 60.0
"""Seconds. What is over counts for nothing meanwhile; it only takes room."""


class CountedHere(MemoryStorage):
    """The library's own, which starts a thread at each try to throw away what is over. This one does it at a try.

    A thread that does not come for want of memory would be waited for without end, by the request that starts it.
    """

    _swept_at = 0.0

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802 - so the library calls it
        now = monotonic()
        if now - self._swept_at >= _SWEPT_EVERY:
            self._swept_at = now
            self._MemoryStorage__expire_events()  # type: ignore[attr-defined] # the library's own
