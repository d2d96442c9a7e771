"""What a kitchen's screen shows: what one station, or the whole kitchen, has still to cook, to hear, and may call back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.events.record import last_event_number
from core.menu.queries import stations_of
from core.orders.models import Order, OrderLine
from core.orders.queries import first_orders_of_sittings, orders_of_ids, orders_on_the_stove, orders_once_ready
from core.orders.station_tickets import (
    Stage,
    StationTicket,
    StationWork,
    tickets_of_orders,
    unseen_tickets,
    works_of,
)
from core.orders.status import UNDO_STEPS, OrderStatus
from core.outlets.models import Station
from core.outlets.queries import outlet_of
from core.printing.queries import SilentPrinter, silent_printers
from core.services.kitchen import UNDO_WITHIN

_CALLABLE_SHOWN: Final = 12
_LOOKED_BACK: Final = timedelta(hours=26)
"""A business day and the grace at its end."""


@dataclass(frozen=True, slots=True)
class KitchenLine:
    """One line as a cook sees it."""

    line: OrderLine
    is_cooked: bool
    """Struck off by itself, or made at a station that is through with its part."""
    is_made: bool
    """The latter: nobody strikes it off any more."""


@dataclass(frozen=True, slots=True)
class KitchenCard:
    """One order, or a station's part of it, as the kitchen's screen shows it."""

    order: Order
    lines: tuple[KitchenLine, ...]
    stage: Stage
    minutes: int
    """Since it was paid."""
    promised_minutes: int | None
    is_stopped: bool
    """Not wanted any more, and nobody here has said that they know."""
    is_added: bool
    """Ordered by a party that had paid for something before."""
    stepped_at: datetime
    """When this part last took a step."""

    @property
    def is_open(self) -> bool:
        """Whether somebody here has still to do something about it."""
        return self.is_stopped or self.stage is not Stage.DONE

    @property
    def rings(self) -> bool:
        return self.stage is Stage.NEW and not self.is_stopped

    @property
    def may_go_back(self) -> bool:
        return self.order.status in UNDO_STEPS

    @property
    def is_cancelled(self) -> bool:
        return self.order.status is OrderStatus.CANCELLED


@dataclass(frozen=True, slots=True)
class DishCount:
    """How many of one dish are still to be made, and how many of them with each option."""

    line: OrderLine
    """One that asks for it: its names."""
    count: int
    options: tuple[tuple[dict[str, Any], int], ...]


@dataclass(frozen=True, slots=True)
class KitchenView:
    """What a kitchen's screen shows. Stopped cards first, then the oldest first."""

    now: datetime
    event: int
    stations: Sequence[Station]
    station: Station | None
    """Whose screen it is; nothing for the whole kitchen's."""
    cards: tuple[KitchenCard, ...]
    waiting: Mapping[int | None, int]
    """How many cards each station has, by its id; under nothing, the whole kitchen."""
    silent_printers: Sequence[SilentPrinter]

    @property
    def all_day(self) -> list[DishCount]:
        """Count what is still to be made, the most wanted first."""
        dishes: Counter[int] = Counter()
        options: dict[int, Counter[int]] = {}
        asked: dict[int, OrderLine] = {}
        named: dict[int, dict[str, Any]] = {}
        for line in (row.line for card in self.cards if not card.is_stopped for row in card.lines if not row.is_cooked):
            dishes[line.dish_id] += line.quantity
            asked.setdefault(line.dish_id, line)
            for option in line.options:
                options.setdefault(line.dish_id, Counter())[option["id"]] += line.quantity
                named.setdefault(option["id"], option)
        return [
            DishCount(
                asked[dish_id],
                count,
                tuple(
                    (named[option_id], of_them) for option_id, of_them in options.get(dish_id, Counter()).most_common()
                ),
            )
            for dish_id, count in sorted(dishes.items(), key=lambda item: (-item[1], asked[item[0]].name))
        ]


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
            parts = _parts(session, [*cooking, *others], stations)
            silent = silent_printers(session, outlet_id, now)
        on_screen = {
            one.id if one else None: [card for card in _cards(parts, one, now) if card.is_open]
            for one in (None, *stations)
        }
        shown = on_screen[station.id if station else None]
        shown.sort(key=lambda card: (not card.is_stopped, card.order.paid_at or now, card.order.id))
        waiting = {one: len(cards) for one, cards in on_screen.items()}
        return KitchenView(now, event, stations, station, tuple(shown), waiting, silent)

    def just_moved(self, order_uid: str, outlet_id: int, station_id: int | None) -> KitchenCard | None:
        """Find the part that took a step a moment ago, while the step may still be taken back."""
        now = self.clock()
        with self.db.read() as session:
            wanted = select(Order.id).where(Order.uid == order_uid, Order.outlet_id == outlet_id)
            stations = stations_of(session, outlet_id)
            orders = orders_of_ids(session, set(session.scalars(wanted)))
            cards = _cards(_parts(session, orders, stations), _chosen(stations, station_id), now)
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
            cards = _cards(_parts(session, orders, stations), station, now)
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


@dataclass(frozen=True, slots=True)
class _Parts:
    """One order, divided among the stations."""

    order: Order
    works: Sequence[StationWork]
    is_added: bool


def _parts(session: Session, orders: Sequence[Order], stations: Sequence[Station]) -> list[_Parts]:
    tickets = tickets_of_orders(session, [order.id for order in orders])
    firsts = first_orders_of_sittings(session, {order.sitting_id for order in orders if order.sitting_id is not None})
    return [
        _Parts(
            order,
            works_of(order, order.lines, stations, tickets.get(order.id, ())),
            is_added=order.sitting_id is not None and order.id not in firsts,
        )
        for order in orders
    ]


def _cards(parts: Sequence[_Parts], station: Station | None, now: datetime) -> list[KitchenCard]:
    cards = []
    for one in parts:
        mine = [work for work in one.works if station is None or work.station is station]
        if mine:
            cards.append(_card(one, mine, now, is_whole=station is None))
    return cards


def _card(parts: _Parts, works: Sequence[StationWork], now: datetime, *, is_whole: bool) -> KitchenCard:
    order = parts.order
    since, promised = order.paid_at or order.created_at, order.promised_at
    stopped = [work for work in works if work.is_stopped]
    lines = [_line(line, work) for work in stopped or works for line in work.lines]
    return KitchenCard(
        order=order,
        lines=tuple(sorted(lines, key=lambda row: row.line.position)),
        stage=_stage_of_order(order) if is_whole else works[0].stage,
        minutes=int((now - since).total_seconds() // 60),
        promised_minutes=None if promised is None else int((promised - since).total_seconds() // 60),
        is_stopped=bool(stopped),
        is_added=parts.is_added,
        stepped_at=order.moved_at if is_whole else _stepped_at(order, works[0].ticket),
    )


def _line(line: OrderLine, work: StationWork) -> KitchenLine:
    is_made = work.stage is Stage.DONE and not work.is_stopped
    return KitchenLine(line, is_cooked=is_made or line.cooked_at is not None, is_made=is_made)


def _stage_of_order(order: Order) -> Stage:
    if order.status is OrderStatus.CONFIRMED:
        return Stage.NEW
    return Stage.COOKING if order.status is OrderStatus.PREPARING else Stage.DONE


def _stepped_at(order: Order, ticket: StationTicket | None) -> datetime:
    if ticket is None:
        return order.ready_at or order.moved_at
    return ticket.ready_at or ticket.started_at or order.ready_at or order.moved_at
