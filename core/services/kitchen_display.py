"""The kitchen's screens: what one station, or the whole kitchen, has still to cook, to hear, and may call back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, or_, select

from core.base.clock import Clock
from core.base.database import Database
from core.events.record import last_event_number
from core.menu.queries import stations_of
from core.orders.models import Order, OrderLine
from core.orders.queries import orders_of_ids, orders_on_the_stove, orders_once_ready
from core.orders.station_tickets import Stage, unseen_tickets
from core.orders.waiting import average_minutes
from core.outlets.models import Station
from core.outlets.queries import outlet_of
from core.printing.queries import silent_printers
from core.services.kitchen import UNDO_WITHIN
from core.services.kitchen_cards import KitchenCard, KitchenView, cards_of, parts_of

_CALLABLE_SHOWN: Final = 12
_LOOKED_BACK: Final = timedelta(hours=26)
"""A business day and the grace at its end."""


@dataclass(frozen=True, slots=True)
class KitchenDisplay:
    """Reads the kitchen's screens. Its cost grows with what is on the stove only."""

    db: Database
    clock: Clock

    def view(self, outlet_id: int, station_id: int | None) -> KitchenView:
        """Look at what a station, or without one the whole kitchen, has to cook and to hear.

        A station that the outlet does not have is the whole kitchen: a screen on the wall goes on.
        """
        now = self.clock()
        with self.db.read() as session:
            event = last_event_number(session, outlet_id)
            stations = stations_of(session, outlet_id)
            station = _chosen(stations, station_id)
            cooking = orders_on_the_stove(session, outlet_id)
            stopped = {ticket.order_id for ticket in unseen_tickets(session, outlet_id)}
            others = orders_of_ids(session, stopped - {order.id for order in cooking})
            parts = parts_of(session, [*cooking, *others], stations)
            silent, average = silent_printers(session, outlet_id, now), average_minutes(session, outlet_id, now)
        on_screen = {
            one.id if one else None: [card for card in cards_of(parts, one, now) if card.is_open]
            for one in (None, *stations)
        }
        shown = on_screen[station.id if station else None]
        shown.sort(key=lambda card: (not card.is_stopped, card.order.paid_at or now, card.order.id))
        waiting = {one: len(cards) for one, cards in on_screen.items()}
        return KitchenView(now, event, stations, station, tuple(shown), waiting, silent, average)

    def just_moved(self, order_uid: str, outlet_id: int, station_id: int | None) -> KitchenCard | None:
        """Find the part that took a step a moment ago, while the step may still be taken back."""
        now = self.clock()
        with self.db.read() as session:
            wanted = select(Order.id).where(Order.uid == order_uid, Order.outlet_id == outlet_id)
            stations = stations_of(session, outlet_id)
            orders = orders_of_ids(session, set(session.scalars(wanted)))
            cards = cards_of(parts_of(session, orders, stations), _chosen(stations, station_id), now)
        return next((card for card in cards if card.may_go_back and now - card.stepped_at <= UNDO_WITHIN), None)

    def callable_back(self, outlet_id: int, station_id: int | None) -> list[KitchenCard]:
        """List the last parts that were called ready today, the newest first."""
        now = self.clock()
        with self.db.read() as session:
            outlet, stations = outlet_of(session, outlet_id), stations_of(session, outlet_id)
            station = _chosen(stations, station_id)
            made = _has_part(stations, station)
            orders = [*orders_once_ready(session, outlet_id, now - _LOOKED_BACK, made, _CALLABLE_SHOWN)]
            if station is not None:
                # Ready here, and still cooking elsewhere.
                orders += orders_on_the_stove(session, outlet_id)
            cards = cards_of(parts_of(session, orders, stations), station, now)
        cards = [card for card in cards if any(not row.is_stopped for row in card.lines)]
        done = [card for card in cards if card.stage is Stage.DONE and outlet.is_same_day(card.stepped_at, now)]
        return sorted(done, key=lambda card: card.stepped_at, reverse=True)[:_CALLABLE_SHOWN]


def _chosen(stations: Sequence[Station], station_id: int | None) -> Station | None:
    return next((station for station in stations if station.id == station_id), None)


def _has_part(stations: Sequence[Station], station: Station | None) -> ColumnElement[bool]:
    """Ask whether a station makes some line of an order; the first one makes what belongs to none."""
    mine = OrderLine.order_id == Order.id
    if station is None:
        return exists().where(mine)
    here = OrderLine.station_id == station.id
    if station is stations[0]:
        here = or_(here, OrderLine.station_id.is_(None), OrderLine.station_id.not_in([one.id for one in stations]))
    return exists().where(mine, here)
