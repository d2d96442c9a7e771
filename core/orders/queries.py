"""Finds orders."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, TextClause, and_, bindparam, func, or_, select, text
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from core.base.ids import is_uid
from core.orders.errors import UnknownClaimCode, UnknownOrder
from core.orders.models import ON_THE_BOARD, Order, OrderLine, Visit
from core.orders.status import CLOSED, OrderStatus
from core.outlets.models import Outlet, Table, TableKind

_AS_A_CARD = (selectinload(Order.lines), joinedload(Order.table))
_WHOLE = (*_AS_A_CARD, joinedload(Order.outlet))
_BY_UID = select(Order).where(Order.uid == bindparam("uid"))
WHOLE_BY_UID = (
    select(Order, Table, Outlet)
    .join(Outlet, Order.outlet_id == Outlet.id)
    .outerjoin(Table, Order.table_id == Table.id)
    .where(Order.uid == bindparam("uid"))
)
_LINES = select(OrderLine).where(OrderLine.order_id == bindparam("order_id")).order_by(OrderLine.position)
_LOCKED_BY_UID = _BY_UID.with_for_update().execution_options(populate_existing=True)
_LOCKED = select(Order).where(Order.id == bindparam("id")).with_for_update().execution_options(populate_existing=True)
_LOCKED_WITH_OUTLET = (
    select(Order, Outlet)
    .join(Outlet, Order.outlet_id == Outlet.id)
    .where(Order.id == bindparam("id"))
    # The order's row alone: nobody's settings wait for a payment.
    .with_for_update(of=Order)
    .execution_options(populate_existing=True)
)


def is_on_the_board() -> TextClause:
    """Say that somebody has still to do something about an order, in the very words of the index of open orders.

    Whatever says more about their status says this as well: SQLite knows that a partial index holds what is asked for
    only by its words, and would else read every order there ever was.
    """
    return text(f"orders.{ON_THE_BOARD}")


def order_by_uid(session: Session, uid: str) -> Order:
    """Find an order with its lines, table and outlet. Raises UnknownOrder."""
    order: Order = order_and_more_by_uid(session, uid, WHOLE_BY_UID)[0]
    return order


def order_and_more_by_uid(session: Session, uid: str, asked: Select[*tuple[Any, ...]]) -> Row[*tuple[Any, ...]]:
    """Find the same with whatever else is asked in WHOLE_BY_UID's statement, behind order, table and outlet.

    Raises UnknownOrder.
    """
    found = session.execute(asked, {"uid": uid}).one_or_none() if is_uid(uid) else None
    if found is None:
        raise UnknownOrder
    order, table, outlet, *_ = found
    # By hand: SQLAlchemy's own loaders ask the same and take longer, and every look at an order begins here.
    set_committed_value(order, "table", table)
    set_committed_value(order, "outlet", outlet)
    set_committed_value(order, "lines", session.scalars(_LINES, {"order_id": order.id}).all())
    return found


def order_for_update(session: Session, uid: str) -> Order:
    """Find an order and lock it until the transaction ends. Raises UnknownOrder."""
    order = session.scalar(_LOCKED_BY_UID, {"uid": uid}) if is_uid(uid) else None
    if order is None:
        raise UnknownOrder
    return order


def order_by_id_for_update(session: Session, order_id: int) -> Order:
    """Lock the order that a row of money knows by id."""
    return session.scalars(_LOCKED, {"id": order_id}).one()


def order_and_outlet_for_update(session: Session, order_id: int) -> Order:
    """Lock the same order, and read with it the outlet that it belongs to, which is not locked."""
    order, outlet = session.execute(_LOCKED_WITH_OUTLET, {"id": order_id}).one()
    set_committed_value(order, "outlet", outlet)
    return order


def orders_for_update(session: Session, order_ids: set[int]) -> dict[int, Order]:
    """Lock several orders, always in the order of their ids: two people who want the same two would else wait for ever."""
    found = select(Order).where(Order.id.in_(order_ids)).order_by(Order.id).with_for_update()
    return {order.id: order for order in session.scalars(found.execution_options(populate_existing=True))}


def order_by_claim_code(session: Session, outlet_id: int, code: str) -> Order:
    """Find the order that waits for cash under a code. Raises UnknownClaimCode."""
    found = select(Order).where(Order.outlet_id == outlet_id, Order.claim_code == code).options(*_WHOLE)
    order = session.scalar(found)
    if order is None:
        raise UnknownClaimCode(code=code)
    return order


def orders_on_the_stove(session: Session, outlet_id: int) -> Sequence[Order]:
    """List what the kitchen has still to make, the oldest order first."""
    cooking = (OrderStatus.CONFIRMED, OrderStatus.PREPARING)
    wanted = select(Order).where(Order.outlet_id == outlet_id, is_on_the_board(), Order.status.in_(cooking))
    return session.scalars(wanted.options(*_AS_A_CARD).order_by(Order.id)).all()


def orders_once_ready(
    session: Session, outlet_id: int, since: datetime, made: ColumnElement[bool], limit: int
) -> Sequence[Order]:
    """List the orders that were called ready last, and whose lines fulfil a condition; newest first."""
    wanted = select(Order).where(Order.outlet_id == outlet_id, Order.ready_at > since, made)
    called = wanted.where(Order.status.in_((OrderStatus.READY, OrderStatus.SERVED)))
    return session.scalars(called.options(*_AS_A_CARD).order_by(Order.ready_at.desc()).limit(limit)).all()


def orders_of_ids(session: Session, order_ids: Collection[int]) -> Sequence[Order]:
    """Find some orders as cards."""
    if not order_ids:
        return []
    return session.scalars(select(Order).where(Order.id.in_(order_ids)).options(*_AS_A_CARD)).all()


def first_orders_of_sittings(session: Session, sitting_ids: Collection[int]) -> set[int]:
    """Tell which orders were the first that their parties paid for; whatever came later is added to them."""
    if not sitting_ids:
        return set()
    paid = select(func.min(Order.id)).where(Order.sitting_id.in_(sitting_ids), Order.paid_at.is_not(None))
    return set(session.scalars(paid.group_by(Order.sitting_id)))


def newest_order_of_visit(session: Session, visit: Visit) -> str | None:
    """Tell the uid of what one phone ordered last at one table."""
    found = select(Order.uid).where(Order.visit_id == visit.id).order_by(Order.id.desc())
    return session.scalar(found.limit(1))


def unpaid_orders_of_visit(session: Session, visit: Visit) -> Sequence[Order]:
    """List the orders of one phone at one table that still wait for their money."""
    return session.scalars(
        select(Order).where(Order.visit_id == visit.id, Order.status == OrderStatus.AWAITING_PAYMENT)
    ).all()


def last_order_of_visit(session: Session, visit_id: int) -> Order | None:
    """Find the newest order that one phone paid for at one table, with its lines."""
    wanted = select(Order).where(Order.visit_id == visit_id, Order.paid_at.is_not(None), Order.status.not_in(CLOSED))
    return session.scalar(wanted.options(selectinload(Order.lines)).order_by(Order.id.desc()).limit(1))


def unpaid_orders_beside(session: Session, order: Order) -> Sequence[Order]:
    """List what the same guest, or somebody of the same party, still has to pay; the order itself too. Oldest first.

    An order from before there were parties belongs to whoever sits at its table.
    """
    # At a kiosk one stranger follows the other: only a table says that people belong together.
    sat_at = select(Table.id).where(Table.id == order.table_id, Table.kind == TableKind.TABLE)
    party = Order.table_id.in_(sat_at) if order.sitting_id is None else Order.sitting_id == order.sitting_id
    same = or_(Order.id == order.id, and_(Order.visit_id.is_not(None), Order.visit_id == order.visit_id), party)
    is_unpaid = and_(is_on_the_board(), Order.status == OrderStatus.AWAITING_PAYMENT)
    waiting = select(Order).where(Order.outlet_id == order.outlet_id, is_unpaid, same)
    return session.scalars(waiting.order_by(Order.id)).all()
