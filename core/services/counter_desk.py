"""Orders that a cashier types for guests at the counter: one round after the other, each with a basket of its own."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from core.base.clock import Clock
from core.base.database import Database
from core.base.outcomes import retried
from core.events.models import Event
from core.events.record import Actor
from core.orders.models import Order
from core.orders.status import OrderStatus, PaymentMethod
from core.outlets.models import Outlet, Table, TableKind
from core.outlets.serving import Serving
from core.services.basket_lines import open_visit

_LABEL: Final = "Kasir"
_ROUND: Final = "counter:"
"""No phone's cookie begins so: whose basket is the counter's."""
_TWO_DAYS: Final = timedelta(days=2)
_PAID_SHOWN: Final = timedelta(seconds=20)
_LONGEST_WAIT: Final = timedelta(minutes=5)
"""A guest who went away leaves a QR that the next one must not pay by mistake."""


def guest_of_round(round_uid: str) -> str:
    """Name the guest whose basket a round at the counter fills."""
    return f"{_ROUND}{round_uid}"


@dataclass(frozen=True, slots=True)
class CounterDesk:
    """The counter as a place that orders come from."""

    db: Database
    clock: Clock

    def counter(self, outlet_id: int) -> Table:
        """Find the outlet's counter; it is put up when it is first asked for."""
        with self.db.read() as session:
            found = session.scalar(_counter_of(outlet_id))
        return found or self._put_up(outlet_id)

    @retried
    def serve(self, counter: Table, round_uid: str, serving: Serving) -> None:
        """Say how a round's order is to be served, before it is placed."""
        with self.db.write() as session:
            visit = open_visit(session, counter, guest_of_round(round_uid), self.clock())
            visit.serving = serving

    def shown_to_guests(self, outlet_id: int, by: Actor) -> Order | None:
        """Find the order whose QR the guest before one cashier is to scan, or who has just paid; the newest, if any.

        What a colleague typed beside them is none of this guest's, nor is a QR that nobody has paid for minutes.
        """
        now = self.clock()
        waits = (
            (Order.status == OrderStatus.AWAITING_PAYMENT)
            & (Order.payment_method == PaymentMethod.QRIS)
            & (Order.created_at > now - _LONGEST_WAIT)
        )
        found = (
            select(Order)
            .join(Order.table)
            .join(Event, Event.order_id == Order.id)
            .where(Event.kind == "order.placed", Event.by == str(by))
            # The days only keep it from reading every order there ever was.
            .where(Order.outlet_id == outlet_id, Order.business_day >= (now - _TWO_DAYS).date())
            .where(Table.kind == TableKind.COUNTER, or_(waits, Order.paid_at > now - _PAID_SHOWN))
            .options(joinedload(Order.table))
            .order_by(Order.id.desc())
            .limit(1)
        )
        with self.db.read() as session:
            return session.scalar(found)

    @retried
    def _put_up(self, outlet_id: int) -> Table:
        with self.db.write() as session:
            # Two cashiers at once: the second finds what the first has put up.
            session.get_one(Outlet, outlet_id, with_for_update=True)
            if (found := session.scalar(_counter_of(outlet_id))) is not None:
                return found
            table = Table(outlet_id=outlet_id, label=_free_label(session, outlet_id), kind=TableKind.COUNTER)
            session.add(table)
            return table


def _counter_of(outlet_id: int) -> Select[Table]:
    return select(Table).where(Table.outlet_id == outlet_id, Table.kind == TableKind.COUNTER).limit(1)


def _free_label(session: Session, outlet_id: int) -> str:
    """Give a name that no table has: somebody may have called one so."""
    taken = set(session.scalars(select(Table.label).where(Table.outlet_id == outlet_id)))
    return next(label for label in (_LABEL, *(f"{_LABEL} {n}" for n in range(2, 1_000))) if label not in taken)
