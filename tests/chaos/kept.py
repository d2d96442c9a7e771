"""What the database holds of orders, read past all services: the other side of every comparison with the gateway."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from core.ledger.models import Entry, EntryKind
from core.orders.models import Order, Ticket
from core.payments.models import Attempt, GatewayMessage
from core.services import Core

_SHOWN_PAID = {"paid", "refunded", "partially_refunded"}


@dataclass(slots=True)
class Kept:
    """One order as the database has it."""

    payment_status: str
    state: str = ""
    """Of its newest attempt."""
    reference: str = ""
    is_shown_paid: bool = False
    settlements: int = 0
    settled_at: float = 0.0
    """When the first settlement was posted, on the wall clock; 0 when none was."""
    tickets: int = 0


def kept_of(core: Core, uids: Collection[str]) -> dict[str, Kept]:
    """Read orders by uid, with their attempts, settlements and kitchen tickets."""
    with core.db.read() as session:
        orders = session.scalars(select(Order).where(Order.uid.in_(uids))).all()
        uid_of = {order.id: order.uid for order in orders}
        kept = {order.uid: _kept(order) for order in orders}
        attempts = session.scalars(select(Attempt).where(Attempt.order_id.in_(uid_of)).order_by(Attempt.id)).all()
        owner = {attempt.reference: kept[uid_of[attempt.order_id]] for attempt in attempts}
        for attempt in attempts:
            owner[attempt.reference].state, owner[attempt.reference].reference = str(attempt.state), attempt.reference
        settled = select(Entry).where(Entry.kind == EntryKind.SETTLE, Entry.source_id.in_(owner))
        for entry in session.scalars(settled):
            mine, at = owner[entry.source_id], entry.at.timestamp()
            mine.settlements, mine.settled_at = mine.settlements + 1, min(mine.settled_at or at, at)
        tickets = select(Ticket.order_id, func.count()).where(Ticket.order_id.in_(uid_of)).group_by(Ticket.order_id)
        for order_id, number in session.execute(tickets):
            kept[uid_of[order_id]].tickets = number
    return kept


def stored_digests(core: Core) -> set[str]:
    """Read the digests of all notifications that were taken in."""
    with core.db.read() as session:
        return set(session.scalars(select(GatewayMessage.digest)))


def _kept(order: Order) -> Kept:
    is_paid = str(order.payment_status) in _SHOWN_PAID or order.paid_at is not None
    return Kept(str(order.payment_status), is_shown_paid=is_paid)
