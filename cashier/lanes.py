"""Lays a snapshot of the board out in columns, as the screens show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.base.errors import N_
from core.orders.glances import OrderGlance
from core.orders.models import Order
from core.services.board import BoardCard, BoardView


@dataclass(frozen=True, slots=True)
class Lane:
    """One column: what it is called, its cards, and the one step a card in it takes next."""

    key: str
    title: str
    cards: Sequence[BoardCard]
    step: str = ""
    """Last part of the action's address; empty when there is none."""
    step_title: str = ""
    empty: str = ""


_LANES: Final = (
    ("awaiting_cash", N_("Awaiting cash"), "", "", N_("Nobody is waiting to pay.")),
    ("new", N_("New"), "start", N_("Start"), N_("Nothing new.")),
    ("preparing", N_("Cooking"), "ready", N_("Ready"), N_("Nothing on the stove.")),
    ("ready", N_("Ready to serve"), "serve", N_("Served"), N_("Nothing to carry out.")),
    ("done", N_("Done"), "", "", N_("Nothing finished yet today.")),
)

MOVED_TO: Final = {
    "new": N_("Moved back to New"),
    "preparing": N_("Moved to Cooking"),
    "ready": N_("Moved to Ready"),
    "done": N_("Moved to Done"),
}


@dataclass(frozen=True, slots=True)
class Toast:
    """A step that was just taken and may be taken back."""

    order: Order | OrderGlance
    step: str
    """Which one it was: the next is another toast."""
    text: str


def lanes_of(view: BoardView) -> list[Lane]:
    """Lay every card of a snapshot in its column."""
    columns = _columns(view)
    return [Lane(key, title, columns[key], step, step_title, empty) for key, title, step, step_title, empty in _LANES]


def card_just_moved(view: BoardView, uid: str, now: datetime) -> Toast | None:
    """Find the card that took a step a moment ago, while the step may still be taken back."""
    if not uid:
        return None
    for key, text in MOVED_TO.items():
        for card in _columns(view)[key]:
            if card.order.uid == uid and card.can_undo_at(now):
                return Toast(card.order, key, text)
    return None


def _columns(view: BoardView) -> Mapping[str, Sequence[BoardCard]]:
    return {
        "awaiting_cash": view.awaiting_cash,
        "new": view.new,
        "preparing": view.preparing,
        "ready": view.ready,
        "done": view.done,
    }
