"""Orders as a board shows them: plain rows of the few columns it needs, at a fifth of the price of whole orders."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.orders.models import Order, OrderLine
from core.orders.queries import is_on_the_board
from core.orders.status import OrderStatus, PaymentMethod, PaymentStatus
from core.outlets.models import Table, TableKind
from core.outlets.serving import Serving


class LineGlance(NamedTuple):
    """A dish on a slip."""

    quantity: int
    name: str
    name_en: str


class TableGlance(NamedTuple):
    """Where an order was placed."""

    label: str
    kind: TableKind

    @property
    def has_seats(self) -> bool:
        """Whether a party can sit there."""
        return self.kind is TableKind.TABLE


class OrderGlance(NamedTuple):
    """One order, as far as a board tells of it. Two that are equal look the same."""

    id: int
    uid: str
    number: int
    number_prefix: str
    status: OrderStatus
    payment_status: PaymentStatus
    payment_method: PaymentMethod
    serving: Serving
    stand: int | None
    total: int
    """Whole rupiah, as `cash_total`."""
    cash_total: int
    created_at: datetime
    paid_at: datetime | None
    promised_at: datetime | None
    moved_at: datetime
    table: TableGlance | None
    lines: tuple[LineGlance, ...]

    @property
    def label(self) -> str:
        """The number as it is called out: A17."""
        return f"{self.number_prefix}{self.number}"

    @property
    def due(self) -> int:
        """What the way of paying that was chosen asks for."""
        return self.cash_total if self.payment_method is PaymentMethod.CASH else self.total


_OWN: Final = OrderGlance._fields[:-2]
_COLUMNS: Final = attrgetter(*_OWN)(Order)


def orders_on_the_board(session: Session, outlet_id: int) -> list[OrderGlance]:
    """List every order that somebody still has to do something about, oldest first."""
    wanted = and_(Order.outlet_id == outlet_id, is_on_the_board())
    return _glances(session, select(Order.id).where(wanted), wanted, Order.id)


def orders_just_done(session: Session, outlet_id: int, limit: int, since: datetime) -> list[OrderGlance]:
    """List the orders that were served, cancelled or expired last, but not before a moment; newest first."""
    newest_first = (Order.done_at.desc(), Order.id.desc())
    done = select(Order.id).where(Order.outlet_id == outlet_id, Order.done_at > since)
    ids = session.scalars(done.order_by(*newest_first).limit(limit)).all()
    return _glances(session, ids, Order.id.in_(ids), *newest_first) if ids else []


def _glances(
    session: Session,
    ids: Select[int] | Sequence[int],
    wanted: ColumnElement[bool],
    *order_by: ColumnElement[Any] | InstrumentedAttribute[int],
) -> list[OrderGlance]:
    orders = select(*_COLUMNS, Table.label, Table.kind).outerjoin(Table, Order.table_id == Table.id)
    rows = session.execute(orders.where(wanted).order_by(*order_by)).all()
    lines = _lines(session, ids)
    return [_glance(row, lines.get(row[0], ())) for row in rows]


def _lines(session: Session, ids: Select[int] | Sequence[int]) -> dict[int, tuple[LineGlance, ...]]:
    wanted = select(OrderLine.order_id, OrderLine.quantity, OrderLine.name, OrderLine.name_en)
    rows = session.execute(
        wanted.where(OrderLine.order_id.in_(ids)).order_by(OrderLine.order_id, OrderLine.position)
    ).all()
    return {
        order_id: tuple([LineGlance._make(row[1:]) for row in of_it])
        for order_id, of_it in groupby(rows, itemgetter(0))
    }


def _glance(row: Sequence[Any], lines: tuple[LineGlance, ...]) -> OrderGlance:
    *own, label, kind = row
    return OrderGlance._make((*own, None if kind is None else TableGlance(label, kind), lines))
