"""The one way an order takes a step: checked against the table, written down, told to whoever watches."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.base.sql import write_at_once
from core.events.record import Actor, board_topic, order_topic, tell
from core.orders.errors import IllegalStep
from core.orders.models import Order, Ticket
from core.orders.slips import print_for_kitchen, print_taken_off
from core.orders.station_tickets import Stage, stop_lines, stop_stations, take_stations_back, works_of_order
from core.orders.status import CLOSED, IN_THE_KITCHEN, STEPS, UNDO_STEPS, OrderStatus
from core.orders.waiting import promise
from core.printing.jobs import take_back_from_kitchen

_EVENTS = {
    OrderStatus.CONFIRMED: "order.confirmed",
    OrderStatus.PREPARING: "order.started",
    OrderStatus.READY: "order.made_ready",
    OrderStatus.SERVED: "order.served",
    OrderStatus.CANCELLED: "order.cancelled",
    OrderStatus.EXPIRED: "order.expired",
}


def move(session: Session, order: Order, status: OrderStatus, *, at: datetime, by: Actor, **data: Any) -> None:
    """Take one step of the order's life and write it down.

    Raises IllegalStep unless STEPS allows it.
    """
    if status not in STEPS[order.status]:
        raise IllegalStep
    if status is OrderStatus.CANCELLED and order.status in IN_THE_KITCHEN:
        stop_stations(session, order, at)
        take_back_from_kitchen(session, order.id, at=at, by=str(by))
    _set(order, status, at)
    tell_of(session, order, _EVENTS[status], at=at, by=by, **data)


def undo(session: Session, order: Order, *, at: datetime, by: Actor) -> None:
    """Go back to where the order came from. Raises IllegalStep when there is no way back."""
    before = UNDO_STEPS.get(order.status)
    if before is None:
        raise IllegalStep
    undone, undone_at = order.status, order.moved_at
    _set(order, before, at)
    take_stations_back(session, order, undone_at)
    tell_of(session, order, "order.undone", at=at, by=by, undone=str(undone))


def take_off(session: Session, order: Order, line_ids: Collection[int], *, at: datetime, by: Actor) -> None:
    """Have lines not made any more; where everything else is made, the order is ready with it.

    Raises IllegalStep when the kitchen does not have the order, UnknownLine, NothingLeftToMake.
    """
    if not line_ids:
        return
    if order.status not in IN_THE_KITCHEN:
        raise IllegalStep
    stopped = stop_lines(session, order, line_ids, at)
    print_taken_off(session, order, stopped, at=at, by=str(by))
    tell_of(session, order, "line.stopped", at=at, by=by, line=", ".join(line.name for line in stopped))
    works = works_of_order(session, order)
    if order.status is OrderStatus.PREPARING and all(work.stage is Stage.DONE for work in works):
        move(session, order, OrderStatus.READY, at=at, by=by)


def send_to_kitchen(session: Session, order: Order, *, at: datetime, by: Actor) -> None:
    """Confirm a paid order, write its kitchen ticket, once whatever is repeated, and say when it should be ready."""
    order.promised_at = promise(session, order.outlet_id, at)
    order.paid_at = at
    order.claim_code = None
    write_at_once(session, Ticket(order_id=order.id, at=at))
    print_for_kitchen(session, order, at=at, by=str(by))
    move(session, order, OrderStatus.CONFIRMED, at=at, by=by)


def tell_of(session: Session, order: Order, kind: str, *, at: datetime, by: Actor, **data: Any) -> None:
    """Write an event about an order and nudge its page and the board."""
    tell(
        session,
        kind,
        outlet_id=order.outlet_id,
        at=at,
        by=by,
        topics=(board_topic(order.outlet_id), order_topic(order.uid)),
        order_id=order.id,
        **data,
    )


def _set(order: Order, status: OrderStatus, at: datetime) -> None:
    order.status = status
    order.moved_at = at
    if status is OrderStatus.READY:
        order.ready_at = order.ready_at or at
    elif status is not OrderStatus.SERVED:
        order.ready_at = None
    order.done_at = at if status in CLOSED or status is OrderStatus.SERVED else None
    if status in CLOSED:
        order.claim_code = None
