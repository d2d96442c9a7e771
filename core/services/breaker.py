"""Stops asking a gateway that has stopped answering, so that everybody is told at once instead of after seconds."""

import enum
import threading
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.base.clock import monotonic
from core.base.heartbeat import Met, met_by_all
from core.payments.leases import SILENT_FOR

FAILURES = 5
PAUSE = 10.0
"""Seconds for which nobody is let through; then one may try."""
WRONG_KEY: Final = "wrong_key"
"""The reason of a refusal or a silence: the gateway does not know our server key."""
_SAID_FOR = 300.0
"""Seconds after the last of it for which trouble is told: nobody, or another process only, may have asked since."""


class KeyRefused(Exception):
    """The gateway does not know us; nobody gets a QR until somebody mends that."""


class GatewayTrouble(enum.StrEnum):
    """What is wrong with the gateway, for people to be told."""

    SILENT = "silent"
    WRONG_KEY = "wrong_key"


_TOLD: Final = frozenset(GatewayTrouble)
"""A process of another version may know of more."""


class Breaker:
    """Counts silences in a row. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._silences = 0
        self._closed_until = 0.0
        self._troubled_at = 0.0
        self._answered_at: float | None = None
        self._is_key_refused = False

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
            self._is_key_refused = False
            self._answered_at = monotonic()
            return was_gone

    def key_was_refused(self) -> None:
        """Note that the gateway will do nothing for our key."""
        with self._lock:
            self._troubled_at = monotonic()
            self._is_key_refused = True

    def was_silent(self, reason: str = "") -> None:
        """Note that a call brought no usable answer, and why."""
        with self._lock:
            self._silences += 1
            self._troubled_at = monotonic()
            self._is_key_refused = reason == WRONG_KEY
            if self._silences >= FAILURES:
                self._closed_until = monotonic() + PAUSE

    @property
    def is_open(self) -> bool:
        """Whether the gateway counts as gone at the moment."""
        return self._silences >= FAILURES

    @property
    def trouble(self) -> GatewayTrouble | None:
        """What people are to be told of the gateway; nothing while it answers, or when long nothing was heard of it."""
        if monotonic() - self._troubled_at >= _SAID_FOR:
            return None
        if self._is_key_refused:
            return GatewayTrouble.WRONG_KEY
        return GatewayTrouble.SILENT if self.is_open else None

    def met(self, now: datetime) -> Met:
        """Tell what this process has met, for the others. `now` is the time of day; our own clock knows only spans."""
        trouble, answered_at = self.trouble, self._answered_at
        return Met(
            trouble,
            now - _span_since(self._troubled_at) if trouble is not None else None,
            now - _span_since(answered_at) if answered_at is not None else None,
        )

    def trouble_of_all(self, session: Session, now: datetime) -> GatewayTrouble | None:
        """Tell what people are to be told of the gateway, whichever process they have asked: the newest word counts."""
        met = [self.met(now), *met_by_all(session, now - SILENT_FOR)]
        answered = max((one.answered_at for one in met if one.answered_at is not None), default=None)
        told = [
            (one.troubled_at, one.trouble)
            for one in met
            if one.trouble in _TOLD and one.troubled_at is not None and (answered is None or one.troubled_at > answered)
        ]
        return GatewayTrouble(max(told)[1]) if told else None


def _span_since(moment: float) -> timedelta:
    return timedelta(seconds=monotonic() - moment)
