"""Finds the events that a manager wants to see among all that were written, by their index and within a span."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union_all
from sqlalchemy.orm import Session, joinedload

from core.events.models import Event
from core.events.record import GATEWAY
from core.orders.models import Order
from core.orders.status import OrderStatus, PaymentMethod, PaymentStatus
from core.outlets.models import Table, TableKind
from core.payments.models import Refund
from core.shifts.queries import DRAWER_MOVED, DRAWER_OPENED

_WHOEVER: Final = (
    *("refund.asked", "refund.withdrawn", "refund.undone", "cash.taken_in_doubt", "settlement.closed"),
    *(DRAWER_MOVED, DRAWER_OPENED, "shift.opened", "shift.closed", "menu.imported", "outlet.set_up", "dish.counted"),
    *("staff.added", "staff.renamed", "staff.role_changed", "staff.disabled", "staff.enabled"),
    *("staff.password_changed", "staff.pin_changed", "staff.codes_off", "staff.recovery_code_used", "staff.wrong_pin"),
    "staff.released",
)
"""Kinds that are looked at whoever did it."""
_OF_STAFF: Final = ("order.cancelled", "order.cancel_wanted", "case.settled")
_COPIES: Final = ("receipt.print_asked", "kitchen_slip.print_asked")
_NOT_PAID: Final = (PaymentStatus.PENDING, PaymentStatus.EXPIRED, PaymentStatus.FAILED)
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Some of an outlet's own days, one after the other, both ends included; and when they begin and end."""

    outlet_id: int
    first: date
    last: date
    since: datetime
    before: datetime


def events_to_look_at(session: Session, span: Span, limit: int) -> Sequence[Event]:
    """List what may be an exception within a span, newest first."""
    mine = Event.outlet_id == span.outlet_id, Event.at >= span.since, Event.at < span.before
    ways = [select(Event.id).where(*mine, condition) for condition in _conditions(span)]
    ids = union_all(*ways).subquery()
    found = select(Event).where(Event.id.in_(select(ids.c.id)))
    return session.scalars(found.order_by(Event.at.desc(), Event.id.desc()).limit(limit)).all()


def _conditions(span: Span) -> list[ColumnElement[bool]]:
    by_staff = Event.by.startswith("staff:")
    return [
        Event.kind.in_(_WHOEVER),
        and_(Event.kind.in_(_OF_STAFF), by_staff),
        # Money from a case: every other payment that staff take is a sale.
        and_(Event.kind == "order.paid", by_staff, Event.data["case_uid"].as_string().is_not(None)),
        and_(Event.kind.in_(_COPIES), Event.data["copy"].as_integer() > 0),
        and_(Event.kind == "order.served", Event.order_id.in_(_served_unpaid(span))),
        and_(Event.kind == "order.expired", Event.order_id.in_(_ran_out(span))),
        and_(Event.kind == "order.refunded", Event.by == str(GATEWAY), _made_in_the_dashboard()),
    ]


def _orders(span: Span) -> Select[int]:
    # An order ends on the day on which it was placed, or shortly after it.
    days = Order.business_day.between(span.first - _A_DAY, span.last)
    return select(Order.id).where(Order.outlet_id == span.outlet_id, days)


def _served_unpaid(span: Span) -> Select[int]:
    return _orders(span).where(Order.status == OrderStatus.SERVED, Order.payment_status.in_(_NOT_PAID))


def _ran_out(span: Span) -> Select[int]:
    at_the_counter = or_(Order.payment_method == PaymentMethod.CASH, Table.kind == TableKind.COUNTER)
    gone = _orders(span).where(Order.status == OrderStatus.EXPIRED, at_the_counter)
    return gone.outerjoin(Table, Table.id == Order.table_id)


def _made_in_the_dashboard() -> ColumnElement[bool]:
    same = Refund.order_id == Event.order_id, Refund.seen_at == Event.at
    return exists().where(*same, Refund.by == str(GATEWAY))


def orders_of_events(session: Session, events: Sequence[Event]) -> Mapping[int, Order]:
    """Give the orders that events are about, with their tables, by id."""
    ids = {event.order_id for event in events if event.order_id is not None}
    found = select(Order).where(Order.id.in_(ids)).options(joinedload(Order.table))
    return {order.id: order for order in session.scalars(found)}


def typed_by(session: Session, order_ids: Sequence[int]) -> Mapping[int, str]:
    """Tell who typed which of some orders, as events name people; what guests ordered themselves is left out."""
    placed = select(Event.order_id, Event.by).where(Event.order_id.in_(order_ids), Event.kind == "order.placed")
    found = session.execute(placed.where(Event.by.startswith("staff:")))
    return {order_id: by for order_id, by in found if order_id is not None}
