"""Moves one station's part of an order through the kitchen; the order itself follows the first and the last of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.outcomes import retried
from core.events.record import Actor, board_topic, tell
from core.orders.errors import IllegalStep, TooLateToRecall, TooLateToUndo, UnknownLine, UnknownStation
from core.orders.models import Order, OrderLine
from core.orders.queries import order_for_update
from core.orders.station_tickets import Stage, StationWork, ticket_for, works_of_order
from core.orders.status import OrderStatus
from core.orders.steps import move, undo
from core.outlets.queries import outlet_of
from core.services.kitchen import UNDO_WITHIN

_STILL_MADE = frozenset({OrderStatus.CONFIRMED, OrderStatus.PREPARING})
_CALLED = frozenset({OrderStatus.READY, OrderStatus.SERVED})


@dataclass(frozen=True, slots=True)
class Stations:
    """The steps of the kitchen's stations. Each locks the order first: two that finish at once call it ready once."""

    db: Database
    clock: Clock

    def start(self, order_uid: str, station_id: int, by: Actor) -> None:
        """Begin to cook a station's part; the first that begins begins the order.

        Raises UnknownOrder, UnknownStation, IllegalStep.
        """

        def begin(session: Session, order: Order, now: datetime) -> None:
            work = _work(works_of_order(session, order), station_id)
            if work.stage is not Stage.NEW:
                raise IllegalStep
            ticket_for(session, order, work.station).started_at = now
            if order.status is OrderStatus.CONFIRMED:
                move(session, order, OrderStatus.PREPARING, at=now, by=by)
            _tell(session, order, "ticket.started", now, by, station=_name(work))

        self._change(order_uid, begin)

    def ready(self, order_uid: str, station_id: int, by: Actor) -> None:
        """Say that a station's part is made; the last that is calls the order ready.

        Raises UnknownOrder, UnknownStation, IllegalStep.
        """

        def finish(session: Session, order: Order, now: datetime) -> None:
            works = works_of_order(session, order)
            work = _work(works, station_id)
            if work.stage is not Stage.COOKING:
                raise IllegalStep
            ticket_for(session, order, work.station).ready_at = now
            if all(other.stage is Stage.DONE for other in works if other is not work):
                move(session, order, OrderStatus.READY, at=now, by=by)
            _tell(session, order, "ticket.made_ready", now, by, station=_name(work))

        self._change(order_uid, finish)

    def undo(self, order_uid: str, station_id: int, by: Actor) -> None:
        """Take a station's last step back, within eight seconds; the order follows where it had followed before.

        Raises UnknownOrder, UnknownStation, IllegalStep, TooLateToUndo.
        """

        def take_back(session: Session, order: Order, now: datetime) -> None:
            works = works_of_order(session, order)
            work = _work(works, station_id)
            ticket, stepped_at = work.ticket, _last_step(work)
            if ticket is None or stepped_at is None or order.status not in (OrderStatus.READY, OrderStatus.PREPARING):
                raise IllegalStep
            if now - stepped_at > UNDO_WITHIN:
                raise TooLateToUndo
            if ticket.ready_at is not None:
                _reopen(session, order, works, now, by)
                ticket.ready_at = None
            else:
                ticket.started_at = None
                if all(other.is_untouched for other in works if other is not work):
                    undo(session, order, at=now, by=by)
            _tell(session, order, "ticket.undone", now, by, station=_name(work))

        self._change(order_uid, take_back)

    def recall(self, order_uid: str, station_id: int | None, by: Actor) -> None:
        """Call a part that was made today back onto the stove, even from the table; without a station the whole order.

        Raises UnknownOrder, UnknownStation, IllegalStep, TooLateToRecall.
        """

        def call_back(session: Session, order: Order, now: datetime) -> None:
            works = works_of_order(session, order)
            mine = [work for work in works if work.is_wanted] if station_id is None else [_work(works, station_id)]
            is_called = order.status in _CALLED or (order.status is OrderStatus.PREPARING and station_id is not None)
            if not is_called or any(work.stage is not Stage.DONE or not work.is_wanted for work in mine):
                raise IllegalStep
            if not outlet_of(session, order.outlet_id).is_same_day(order.ready_at or order.moved_at, now):
                raise TooLateToRecall
            if order.status is OrderStatus.SERVED:
                undo(session, order, at=now, by=by)
                session.flush()  # The database lets an order take one step at a time.
            _reopen(session, order, works, now, by)
            # Where the board began everywhere at once, a start of one station would say that the others wait.
            one_by_one = any(work.ticket and work.ticket.started_at for work in works)
            for work in mine:
                ticket = ticket_for(session, order, work.station)
                ticket.ready_at, ticket.started_at = None, ticket.started_at or (now if one_by_one else None)
            _tell(session, order, "ticket.recalled", now, by, station=_name(mine[0]) if station_id else "")

        self._change(order_uid, call_back)

    def strike(self, order_uid: str, line_id: int, by: Actor, *, is_cooked: bool) -> None:
        """Strike a line off as cooked, or put it back. Said twice it is done once.

        Raises UnknownOrder, UnknownLine, IllegalStep.
        """

        def mark(session: Session, order: Order, now: datetime) -> None:
            line = session.scalar(select(OrderLine).where(OrderLine.id == line_id, OrderLine.order_id == order.id))
            if line is None:
                raise UnknownLine
            if order.status not in _STILL_MADE or line.stopped_at is not None:
                raise IllegalStep
            if (line.cooked_at is not None) is is_cooked:
                return
            line.cooked_at = now if is_cooked else None
            _tell(session, order, "line.cooked" if is_cooked else "line.uncooked", now, by, line=line.name)

        self._change(order_uid, mark)

    def see(self, order_uid: str, station_id: int | None, by: Actor) -> None:
        """Say that a station, or without one the whole kitchen, knows that an order is not wanted any more.

        Said twice it is done once. Raises UnknownOrder.
        """

        def acknowledge(session: Session, order: Order, now: datetime) -> None:
            for work in works_of_order(session, order):
                is_meant = station_id is None or (work.station is not None and work.station.id == station_id)
                if is_meant and work.is_stopped and work.ticket is not None:
                    work.ticket.seen_at = now
                    _tell(session, order, "ticket.seen", now, by, station=_name(work))

        self._change(order_uid, acknowledge)

    @retried
    def _change(self, order_uid: str, change: Callable[[Session, Order, datetime], None]) -> None:
        with self.db.write() as session:
            change(session, order_for_update(session, order_uid), self.clock())


def _work(works: list[StationWork], station_id: int) -> StationWork:
    for work in works:
        if work.station is not None and work.station.id == station_id:
            return work
    raise UnknownStation


def _last_step(work: StationWork) -> datetime | None:
    return (work.ticket.ready_at or work.ticket.started_at) if work.ticket else None


def _reopen(session: Session, order: Order, works: list[StationWork], at: datetime, by: Actor) -> None:
    """Take an order that was called ready back to the stove; what its stations have made stays made."""
    if order.status is not OrderStatus.READY:
        return
    made_at = order.ready_at or at
    undo(session, order, at=at, by=by)
    for work in works:
        ticket = ticket_for(session, order, work.station)
        ticket.ready_at = ticket.ready_at or made_at


def _name(work: StationWork) -> str:
    return work.station.name if work.station else ""


def _tell(session: Session, order: Order, kind: str, at: datetime, by: Actor, **data: Any) -> None:
    # The guest's page has nothing to look at again: only the order's own steps are told there.
    topics = [board_topic(order.outlet_id)]
    tell(session, kind, outlet_id=order.outlet_id, at=at, by=by, topics=topics, order_id=order.id, **data)
