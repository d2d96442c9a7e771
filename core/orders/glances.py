"""Orders as a board shows them: plain rows of the few columns it needs, at a fifth of the price of whole orders."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, select
from sqlalchemy.orm import Session

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


_Questions = tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]
_OWN: Final = OrderGlance._fields[:-2]
_COLUMNS: Final = attrgetter(*_OWN)(Order)
_OF_OUTLET: Final = Order.outlet_id == bindparam("outlet_id")


def _of(wanted: ColumnElement[bool], ids: Select[int], *order_by: Any) -> _Questions:
    """Build the questions for some orders and for their lines; a board asks them each time something happens."""
    orders = select(*_COLUMNS, Table.label, Table.kind).outerjoin(Table, Order.table_id == Table.id)
    lines = select(OrderLine.order_id, OrderLine.quantity, OrderLine.name, OrderLine.name_en)
    return (
        orders.where(wanted).order_by(*order_by),
        lines.where(OrderLine.order_id.in_(ids)).order_by(OrderLine.order_id, OrderLine.position),
    )


_ON_THE_BOARD: Final = and_(_OF_OUTLET, is_on_the_board())
_OPEN: Final = _of(_ON_THE_BOARD, select(Order.id).where(_ON_THE_BOARD), Order.id)
_NEWEST_FIRST: Final = (Order.done_at.desc(), Order.id.desc())
_IDS_DONE: Final = (
    select(Order.id)
    .where(_OF_OUTLET, Order.done_at > bindparam("since"))
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("most", type_=Integer()))
)
_DONE: Final = _of(Order.id.in_(_IDS_DONE), _IDS_DONE, *_NEWEST_FIRST)


def orders_on_the_board(session: Session, outlet_id: int) -> list[OrderGlance]:
    """List every order that somebody still has to do something about, oldest first."""
    return _glances(session, _OPEN, {"outlet_id": outlet_id})


def orders_just_done(session: Session, outlet_id: int, limit: int, since: datetime) -> list[OrderGlance]:
    """List the orders that were served, cancelled or expired last, but not before a moment; newest first."""
    return _glances(session, _DONE, {"outlet_id": outlet_id, "since": since, "most": limit})


def _glances(session: Session, questions: _Questions, values: Mapping[str, Any]) -> list[OrderGlance]:
    orders, lines = questions
    rows = session.execute(orders, values).all()
    if not rows:
        return []
    of_orders = {
        order_id: tuple([LineGlance._make(row[1:]) for row in of_it])
        for order_id, of_it in groupby(session.execute(lines, values), itemgetter(0))
    }
    return [_glance(row, of_orders.get(row[0], ())) for row in rows]


def _glance(row: Sequence[Any], lines: tuple[LineGlance, ...]) -> OrderGlance:
    *own, label, kind = row
    return OrderGlance._make((*own, None if kind is None else TableGlance(label, kind), lines))
