"""How old an order is, measured by what its guest was promised. The only place that knows the bands."""

from typing import Final, Protocol

SOON_AT: Final = 0.7
"""The share of the promised time after which an order is nearly late."""
UNPROMISED: Final = 15
"""Minutes that an order may take whose guest was promised nothing."""


class Aged(Protocol):
    """Something that a guest waits for."""

    @property
    def minutes(self) -> int: ...

    @property
    def promised_minutes(self) -> int | None: ...


def age_of(card: Aged) -> str:
    """Name the age band of a card: fresh, soon or late. The colour is never alone: the minutes stand beside it."""
    promised = _promised(card)
    if card.minutes >= promised:
        return "late"
    return "soon" if card.minutes >= promised * SOON_AT else "fresh"


def minutes_late(card: Aged) -> int:
    """Count the minutes since a card should have been ready."""
    return max(0, card.minutes - _promised(card))


def _promised(card: Aged) -> int:
    return max(1, UNPROMISED if card.promised_minutes is None else card.promised_minutes)
