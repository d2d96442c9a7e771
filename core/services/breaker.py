"""Stops asking a gateway that has stopped answering, so that everybody is told at once instead of after seconds."""

import threading

from core.base.clock import monotonic

FAILURES = 5
PAUSE = 10.0
"""Seconds for which nobody is let through; then one may try."""


class Breaker:
    """Counts silences in a row. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._silences = 0
        self._closed_until = 0.0

    def lets_through(self) -> bool:
        """Tell whether a call may be made now. After a pause the first to ask is the one that tries."""
        with self._lock:
            if self._silences < FAILURES:
                return True
            if monotonic() < self._closed_until:
                return False
            self._closed_until = monotonic() + PAUSE
            return True

    def was_answered(self) -> bool:
        """Note that the gateway spoke, whatever it said; tell whether it had counted as gone."""
        with self._lock:
            was_gone = self._silences >= FAILURES
            self._silences = 0
            return was_gone

    def was_silent(self) -> None:
        """Note that a call brought no usable answer."""
        with self._lock:
            self._silences += 1
            if self._silences >= FAILURES:
                self._closed_until = monotonic() + PAUSE

    @property
    def is_open(self) -> bool:
        """Whether the gateway counts as gone at the moment."""
        return self._silences >= FAILURES
