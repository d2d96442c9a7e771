"""What a cook sees of an order: one station's part of it, or all of it, and what of that is still to be made."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from core.orders.models import Order, OrderLine
from core.orders.queries import first_orders_of_sittings
from core.orders.station_tickets import Stage, StationTicket, StationWork, tickets_of_orders, works_of
from core.orders.status import UNDO_STEPS, OrderStatus, PaymentStatus
from core.outlets.models import Station
from core.printing.queries import SilentPrinter

_OF_AN_ORDER: Final = tuple(inspect(Order).column_attrs.keys())
_OF_A_LINE: Final = tuple(inspect(OrderLine).column_attrs.keys())
_NOTHING_LEFT: Final = frozenset({PaymentStatus.REFUNDED, PaymentStatus.FAILED})


@dataclass(frozen=True, slots=True)
class KitchenLine:
    """One line as a cook sees it."""

    line: OrderLine
    is_cooked: bool
    """Struck off by itself, or made at a station that is through with its part."""
    is_made: bool
    """The latter: nobody strikes it off any more."""
    is_stopped: bool
    """Not wanted any more, for itself or with the whole order."""


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
    """Something of it is not wanted any more, and nobody here has said that they know."""
    is_added: bool
    """Ordered by a party that had paid for something before."""
    stepped_at: datetime
    """When this part last took a step."""

    @property
    def looks(self) -> tuple[Any, ...]:
        """Everything that a screen may tell of it: as long as this is equal, so is its ticket."""
        order, table = self.order, self.order.table
        return (
            *(getattr(order, name) for name in _OF_AN_ORDER),
            *((table.label, table.kind) if table is not None else ()),
            (self.stage, self.minutes, self.promised_minutes, self.is_stopped, self.is_added),
            *(
                (row.is_cooked, row.is_made, row.is_stopped, *(getattr(row.line, name) for name in _OF_A_LINE))
                for row in self.lines
            ),
        )

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

    @property
    def is_paid_back(self) -> bool:
        """Whether nobody pays for it any more, though nobody has cancelled it."""
        return self.order.payment_status in _NOTHING_LEFT


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
    average_minutes: int | None
    """How long orders took lately, paid to ready."""

    @property
    def all_day(self) -> list[DishCount]:
        """Count what is still to be made, the most wanted first."""
        dishes: Counter[int] = Counter()
        options: dict[int, Counter[int]] = {}
        asked: dict[int, OrderLine] = {}
        named: dict[int, dict[str, Any]] = {}
        for line in (row.line for card in self.cards for row in card.lines if not (row.is_cooked or row.is_stopped)):
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
class OrderParts:
    """One order, divided among the stations."""

    order: Order
    works: Sequence[StationWork]
    is_added: bool


def parts_of(session: Session, orders: Sequence[Order], stations: Sequence[Station]) -> list[OrderParts]:
    """Divide orders among the stations, with what these have written about them."""
    tickets = tickets_of_orders(session, [order.id for order in orders])
    firsts = first_orders_of_sittings(session, {order.sitting_id for order in orders if order.sitting_id is not None})
    return [
        OrderParts(
            order,
            works_of(order, order.lines, stations, tickets.get(order.id, ())),
            is_added=order.sitting_id is not None and order.id not in firsts,
        )
        for order in orders
    ]


def cards_of(parts: Sequence[OrderParts], station: Station | None, now: datetime) -> list[KitchenCard]:
    """Make the cards of a station, or without one of the whole kitchen; an order with nothing there has none."""
    cards = []
    for one in parts:
        mine = [work for work in one.works if station is None or work.station is station]
        if mine:
            cards.append(_card(one, mine, now, is_whole=station is None))
    return cards


def _card(parts: OrderParts, works: Sequence[StationWork], now: datetime, *, is_whole: bool) -> KitchenCard:
    order = parts.order
    since, promised = order.paid_at or order.created_at, order.promised_at
    stopped = [work for work in works if work.is_stopped]
    # Of a cancelled order only what somebody has still to see; of any other there may be something to make.
    shown = stopped if order.status is OrderStatus.CANCELLED else works
    lines = [_line(order, line, work) for work in shown for line in work.lines]
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


def _line(order: Order, line: OrderLine, work: StationWork) -> KitchenLine:
    is_made = work.stage is Stage.DONE and not work.is_stopped
    is_over = order.status is OrderStatus.CANCELLED or (work.is_stopped and order.payment_status in _NOTHING_LEFT)
    return KitchenLine(
        line,
        is_cooked=is_made or line.cooked_at is not None,
        is_made=is_made,
        is_stopped=is_over or line.stopped_at is not None,
    )


def _stage_of_order(order: Order) -> Stage:
    if order.status is OrderStatus.CONFIRMED:
        return Stage.NEW
    return Stage.COOKING if order.status is OrderStatus.PREPARING else Stage.DONE


def _stepped_at(order: Order, ticket: StationTicket | None) -> datetime:
    if ticket is None:
        return order.ready_at or order.moved_at
    return ticket.ready_at or ticket.started_at or order.ready_at or order.moved_at
