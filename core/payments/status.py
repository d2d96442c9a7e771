"""The states of an attempt, and which may follow which."""

import enum
from collections.abc import Mapping
from typing import Final


class AttemptState(enum.StrEnum):
    """Where one try to collect money stands."""

    CHARGING = "charging"
    """Written down; the gateway is being asked for a QR."""
    LIVE = "live"
    """The QR can be paid."""
    UNKNOWN = "unknown"
    """We asked and do not know what the gateway did."""
    SETTLED = "settled"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    DENIED = "denied"
    FAILED = "failed"
    """The gateway refused to make a QR; nobody can pay it."""


_S = AttemptState

OPEN_STATES: Final = frozenset({_S.CHARGING, _S.LIVE, _S.UNKNOWN})
"""States in which money may still be expected. At most one such attempt per order."""

STEPS: Final[Mapping[AttemptState, frozenset[AttemptState]]] = {
    _S.CHARGING: frozenset({_S.LIVE, _S.UNKNOWN, _S.SETTLED, _S.EXPIRED, _S.CANCELLED, _S.DENIED, _S.FAILED}),
    _S.LIVE: frozenset({_S.UNKNOWN, _S.SETTLED, _S.EXPIRED, _S.CANCELLED, _S.DENIED, _S.FAILED}),
    _S.UNKNOWN: frozenset({_S.LIVE, _S.SETTLED, _S.EXPIRED, _S.CANCELLED, _S.DENIED, _S.FAILED}),
    # Late money: what we thought over was paid after all.
    _S.EXPIRED: frozenset({_S.SETTLED}),
    _S.CANCELLED: frozenset({_S.SETTLED}),
    _S.DENIED: frozenset({_S.SETTLED}),
    _S.FAILED: frozenset({_S.SETTLED}),
    # The gateway took a settlement back. Nothing else undoes one.
    _S.SETTLED: frozenset({_S.DENIED}),
}
