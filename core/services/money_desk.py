"""Shows the money that waits for a person: late, double, after a cancellation, wrong, contradictory or unknown."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.base.clock import Clock
from core.base.database import Database
from core.orders.models import Order
from core.outlets.models import Table
from core.payments.models import Attempt, MoneyCase
from core.payments.queries import open_cases_of_outlet


@dataclass(frozen=True, slots=True)
class CaseView:
    """One money case with what a person needs to recognise it."""

    case: MoneyCase
    order_uid: str | None
    order_label: str
    table_label: str
    attempt: Attempt | None
    minutes: int
    """Age."""


@dataclass(frozen=True, slots=True)
class MoneyDesk:
    """The desk on which trouble with money stands."""

    db: Database
    clock: Clock

    def open_cases(self, outlet_id: int) -> list[CaseView]:
        """List every open case, oldest first."""
        now = self.clock()
        with self.db.read() as session:
            cases = open_cases_of_outlet(session, outlet_id)
            order_ids = {case.order_id for case in cases if case.order_id is not None}
            attempt_ids = {case.attempt_id for case in cases if case.attempt_id is not None}
            found = (
                select(Order, Table.label).outerjoin(Table, Table.id == Order.table_id).where(Order.id.in_(order_ids))
            )
            orders = {order.id: (order, label) for order, label in session.execute(found)}
            attempts = {a.id: a for a in session.scalars(select(Attempt).where(Attempt.id.in_(attempt_ids)))}
        return [_view(case, orders.get(case.order_id or 0), attempts.get(case.attempt_id or 0), now) for case in cases]


def _view(case: MoneyCase, found: tuple[Order, str | None] | None, attempt: Attempt | None, now: datetime) -> CaseView:
    order, table_label = found if found is not None else (None, None)
    return CaseView(
        case=case,
        order_uid=order.uid if order else None,
        order_label=order.label if order else "",
        table_label=table_label or "",
        attempt=attempt,
        minutes=int((now - case.opened_at).total_seconds() // 60),
    )
