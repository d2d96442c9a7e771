"""Remembers the slips of a board, so that a new print of hundreds writes only those that have changed."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from markupsafe import Markup

from cashier.ages import age_of
from cashier.lanes import Lane
from core.orders.glances import OrderGlance
from core.services.board import BoardCard

_SAME: Final = Markup('<li id="o-{}" data-same></li>')
"""What leaves the slip of an order as it stands; static/cashier/same.js knows it."""


class Look(NamedTuple):
    """Everything that a slip is made of: as long as it is equal, so is the slip."""

    order: OrderGlance
    lane: str
    minutes: int
    age: str
    rings: bool


class Slips:
    """The slips of one print, in one language. The template writes those that are missing, and then lays them all out."""

    def __init__(self, before: Mapping[Look, Markup]) -> None:
        self.made: dict[Look, Markup] = {}
        self._before = before

    def missing(self, lane: Lane) -> list[BoardCard]:
        """List the cards of a column whose slips have to be written."""
        missing = []
        for card in lane.cards:
            look = _look(card, lane)
            if (slip := self._before.get(look)) is None:
                missing.append(card)
            else:
                self.made[look] = slip
        return missing

    def keep(self, card: BoardCard, lane: Lane, written: Markup) -> str:
        """Remember a slip that the template has just written. Gives nothing to print."""
        self.made[_look(card, lane)] = written
        return ""

    def of(self, lane: Lane) -> Markup:
        """Lay out the slips of a column."""
        return Markup().join([self._shown(card, self.made[_look(card, lane)]) for card in lane.cards])

    def by_order(self) -> dict[str, Markup]:
        """Give the slips by the uids of their orders."""
        return {look.order.uid: slip for look, slip in self.made.items()}

    def _shown(self, card: BoardCard, slip: Markup) -> Markup:
        return slip


class Changes(Slips):
    """The slips of a print as somebody gets them who has an earlier one: what looks the same is an empty slip."""

    def __init__(self, now: Mapping[Look, Markup], there: Mapping[str, Markup]) -> None:
        super().__init__(now)
        self._there = there

    def _shown(self, card: BoardCard, slip: Markup) -> Markup:
        uid = card.order.uid
        return _SAME.format(uid) if self._there.get(uid) == slip else slip


def _look(card: BoardCard, lane: Lane) -> Look:
    return Look(card.order, lane.key, card.minutes, age_of(card), card.rings)
