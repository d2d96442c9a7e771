"""Remembers the tickets of a kitchen's screen: only those that look otherwise are written anew, and sent."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from core.services.kitchen_cards import KitchenCard

_SAME: Final = Markup('<article id="k-{}" data-same></article>')
"""What leaves a ticket as it stands; static/cashier/same.js knows it."""


class Ticket(NamedTuple):
    """A written ticket, and everything that it was made of: as long as that is equal, so is the ticket."""

    made_of: tuple[Any, ...]
    written: Markup


class Tickets:
    """The tickets of one print. The template writes those that are missing, and then lays them all out."""

    def __init__(self, before: Mapping[str, Ticket], there: Mapping[str, Ticket] | None = None) -> None:
        """Start from the tickets of the print before, by the uids of their orders; `there` are those on a screen."""
        self.made: dict[str, Ticket] = {}
        self._before, self._there = before, there or {}

    def missing(self, cards: Iterable[KitchenCard]) -> list[KitchenCard]:
        """List the cards whose tickets have to be written."""
        missing = []
        for card in cards:
            known = self._before.get(card.order.uid)
            if known is not None and known.made_of == card.looks:
                self.made[card.order.uid] = known
            else:
                missing.append(card)
        return missing

    def keep(self, card: KitchenCard, written: Markup) -> str:
        """Remember a ticket that the template has just written. Gives nothing to print."""
        self.made[card.order.uid] = Ticket(card.looks, written)
        return ""

    def of(self, cards: Sequence[KitchenCard]) -> Markup:
        """Lay out the tickets of a screen."""
        return Markup().join([self._shown(card.order.uid) for card in cards])

    def _shown(self, uid: str) -> Markup:
        made, there = self.made[uid], self._there.get(uid)
        return _SAME.format(uid) if there is not None and there.written == made.written else made.written
