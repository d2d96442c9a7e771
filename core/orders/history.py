"""Finds orders of any age, newest first, page by page."""

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from core.base.paging import Period, Place
from core.orders.models import Order
from core.orders.status import OrderStatus, PaymentMethod, PaymentStatus
from core.outlets.labels import labels_meant
from core.outlets.models import Table
from core.payments.models import Attempt

_NUMBER: Final = re.compile(r"[A-Z]?0*([1-9][0-9]{0,6})", re.ASCII)
_REFERENCE: Final = re.compile(r"K[0-9A-Z]{26}Q", re.ASCII)
_UID: Final = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)


class Ending(enum.StrEnum):
    """What became of an order, as somebody looks for it."""

    PAID = "paid"
    UNPAID = "unpaid"
    """No money came for it, or none that lasted."""
    REFUNDED = "refunded"
    """In whole or in part."""
    CANCELLED = "cancelled"


_MEANS: Final[dict[Ending, ColumnElement[bool]]] = {
    Ending.PAID: Order.payment_status.in_((PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED)),
    Ending.UNPAID: Order.payment_status.in_((PaymentStatus.PENDING, PaymentStatus.EXPIRED, PaymentStatus.FAILED)),
    Ending.REFUNDED: Order.payment_status.in_((PaymentStatus.REFUNDED, PaymentStatus.PARTIALLY_REFUNDED)),
    Ending.CANCELLED: Order.status == OrderStatus.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders are looked for; nothing said means all of them."""

    period: Period = Period()  # noqa: RUF009 - it is frozen
    ending: Ending | None = None
    method: PaymentMethod | None = None
    find: str = ""
    """A number, a table, a guest's name, an order's uid, or the gateway's order id."""


def orders_of(session: Session, outlet_id: int, wanted: Wanted, after: Place | None, limit: int) -> Sequence[Order]:
    """List orders with their tables, newest first, from behind a place on. A place is a day and a number in it."""
    found = select(Order).where(Order.outlet_id == outlet_id, *_conditions(wanted))
    if after is not None:
        found = found.where(tuple_(Order.business_day, Order.number) < (after.day, after.number))
    newest_first = found.options(joinedload(Order.table)).order_by(Order.business_day.desc(), Order.number.desc())
    return session.scalars(newest_first.limit(limit)).all()


def place_of(order: Order) -> Place:
    """Name the place of an order in the list."""
    return Place(order.business_day, order.number)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    period = wanted.period
    conditions = [
        *([Order.business_day >= period.first] if period.first is not None else []),
        *([Order.business_day <= period.last] if period.last is not None else []),
        *([Order.created_at >= period.since] if period.since is not None else []),
        *([Order.created_at < period.before] if period.before is not None else []),
    ]
    if wanted.ending is not None:
        conditions.append(_MEANS[wanted.ending])
    if wanted.method is not None:
        conditions.append(Order.payment_method == wanted.method)
    if wanted.find:
        conditions.append(_is_meant(wanted.find))
    return conditions


def _is_meant(find: str) -> ColumnElement[bool]:
    upper = find.upper()
    if _REFERENCE.fullmatch(upper):
        return Order.id.in_(select(Attempt.order_id).where(Attempt.reference == upper))
    at_a_table = Order.table_id.in_(select(Table.id).where(func.upper(Table.label).in_(labels_meant(find))))
    meant = [at_a_table, Order.customer_name.icontains(find, autoescape=True)]
    if number := _NUMBER.fullmatch(upper):
        meant.append(Order.number == int(number[1]))
    if _UID.fullmatch(find):
        meant.append(Order.uid == find)
    return or_(*meant)
