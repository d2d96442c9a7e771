"""Lays what came by QRIS beside the orders that are said to be paid by it: a difference must have a reason."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.events.models import Event
from core.ledger.history import beside_orders, taken_between
from core.ledger.models import EntryKind
from core.orders.models import Order
from core.orders.status import CLOSED, PaymentMethod


@dataclass(frozen=True, slots=True)
class QrisCheck:
    """What came by QRIS between two moments, and what of the orders stands against it. Amounts in whole rupiah."""

    came: int
    payments: int
    paid: int
    """What the orders cost that were paid by QRIS meanwhile."""
    orders: int
    beside: int
    """What came without an order that waited for it, less what of such money has paid one since."""
    unpaid: int
    """What the orders would have cost that ended without money."""
    unpaid_orders: int

    @property
    def unexplained(self) -> int:
        """What stands on one side only; anything but nothing is a fault of the books, or of somebody at them."""
        return self.came - self.paid - self.beside


def check_qris(session: Session, outlet_id: int, since: datetime, until: datetime) -> QrisCheck:
    """Add up both sides between two moments, the ledger's and the orders'."""
    came = taken_between(session, outlet_id, since, until).get(EntryKind.SETTLE)
    paid, orders = _paid(session, outlet_id, since, until)
    unpaid, unpaid_orders = _unpaid(session, outlet_id, since, until)
    return QrisCheck(
        came=came.gateway if came else 0,
        payments=came.count if came else 0,
        paid=paid,
        orders=orders,
        beside=beside_orders(session, outlet_id, since, until),
        unpaid=unpaid,
        unpaid_orders=unpaid_orders,
    )


def _paid(session: Session, outlet_id: int, since: datetime, until: datetime) -> tuple[int, int]:
    said_paid = (
        select(func.coalesce(func.sum(Order.total), 0), func.count())
        .join(Event, Event.order_id == Order.id)
        .where(Event.outlet_id == outlet_id, Event.kind == "order.paid", Event.at >= since, Event.at < until)
        .where(Event.data["method"].as_string() == PaymentMethod.QRIS)
    )
    amount, count = session.execute(said_paid).one()
    return int(amount), count


def _unpaid(session: Session, outlet_id: int, since: datetime, until: datetime) -> tuple[int, int]:
    ended = (
        select(func.coalesce(func.sum(Order.total), 0), func.count())
        .where(Order.outlet_id == outlet_id, Order.done_at >= since, Order.done_at < until)
        .where(Order.status.in_(CLOSED), Order.paid_at.is_(None))
    )
    amount, count = session.execute(ended).one()
    return int(amount), count
