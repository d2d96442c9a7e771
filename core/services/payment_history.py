"""Tells what guests paid and what became of it: one line for each payment, newest first."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from core.base.database import Database
from core.base.paging import Period, read_place
from core.ledger.history import Taking, left_of_each, takings
from core.ledger.models import EntryKind
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.outlets.models import Outlet
from core.outlets.queries import outlet_of
from core.payments.models import Attempt
from core.staff.queries import names_of_actors

PAGE: Final = 50
_AT_ONCE: Final = 500
_KINDS: Final[Mapping[PaymentMethod, EntryKind]] = {
    PaymentMethod.QRIS: EntryKind.SETTLE,
    PaymentMethod.CASH: EntryKind.CASH,
}


class PaymentFate(enum.StrEnum):
    """What became of a payment that came."""

    SETTLED = "settled"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged_back"
    """The payer's bank took it, or a part of it."""
    REVERSED = "reversed"
    """The gateway says that it did not last."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment. Amounts in whole rupiah."""

    reference: str
    """The gateway's order id; for cash the order's uid."""
    method: PaymentMethod
    amount: int
    returned: int
    """What went again, in whatever way."""
    fate: PaymentFate
    at: datetime
    """When it was written down."""
    business_day: date
    taken_by: str
    """Who took the cash, by name; empty for QRIS."""
    order: Order | None
    """The order it was made for, with its table; nothing for money that no order of ours is known for."""
    attempt: Attempt | None


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """One page of the history."""

    outlet: Outlet
    payments: Sequence[Payment]
    cursor: str
    """Where the next page begins; empty on the last one."""


@dataclass(frozen=True, slots=True)
class PaymentHistory:
    """Reads the ledger for people and for programs. Nothing is changed."""

    db: Database

    def page(
        self,
        outlet_id: int,
        period: Period,
        *,
        method: PaymentMethod | None = None,
        cursor: str = "",
        size: int = PAGE,
    ) -> PaymentPage:
        """Read one page, newest first. Raises NoOutlet, BadCursor."""
        after = read_place(cursor)
        kinds = _KINDS.values() if method is None else [_KINDS[method]]
        with self.db.read() as session:
            # One more than fits tells whether there is a next page.
            found = takings(session, outlet_id, period, kinds, after, size + 1)
            shown = found[:size]
            return PaymentPage(
                outlet=outlet_of(session, outlet_id),
                payments=_payments(session, shown),
                cursor=str(shown[-1].place) if len(found) > size else "",
            )

    def each(self, outlet_id: int, period: Period, *, method: PaymentMethod | None = None) -> Iterator[Payment]:
        """Read all of them, newest first, a few hundred at a time."""
        cursor = ""
        while True:
            page = self.page(outlet_id, period, method=method, cursor=cursor, size=_AT_ONCE)
            yield from page.payments
            if not (cursor := page.cursor):
                return


def _payments(session: Session, found: Sequence[Taking]) -> list[Payment]:
    references = {taking.payment for taking in found}
    attempts = {one.reference: one for one in session.scalars(select(Attempt).where(Attempt.reference.in_(references)))}
    wanted = or_(Order.uid.in_(references), Order.id.in_({attempt.order_id for attempt in attempts.values()}))
    orders = session.scalars(select(Order).where(wanted).options(joinedload(Order.table))).all()
    by_uid, by_id = {order.uid: order for order in orders}, {order.id: order for order in orders}
    left = left_of_each(session, references)
    names = names_of_actors(session, {taking.entry.by for taking in found})
    payments = []
    for taking in found:
        attempt = attempts.get(taking.payment)
        gone = left.get(taking.payment, {})
        payments.append(
            Payment(
                reference=taking.payment,
                method=PaymentMethod.CASH if taking.entry.kind is EntryKind.CASH else PaymentMethod.QRIS,
                amount=taking.amount,
                returned=sum(gone.values()),
                fate=_fate(taking.amount, gone),
                at=taking.entry.at,
                business_day=taking.entry.business_day,
                taken_by=names.get(taking.entry.by, ""),
                order=by_id.get(attempt.order_id) if attempt else by_uid.get(taking.payment),
                attempt=attempt,
            )
        )
    return payments


def _fate(amount: int, gone: Mapping[EntryKind, int]) -> PaymentFate:
    if gone.get(EntryKind.REVERSE):
        return PaymentFate.REVERSED
    if gone.get(EntryKind.CHARGEBACK):
        return PaymentFate.CHARGED_BACK
    refunded = gone.get(EntryKind.REFUND, 0)
    if refunded >= amount:
        return PaymentFate.REFUNDED
    return PaymentFate.PARTIALLY_REFUNDED if refunded else PaymentFate.SETTLED
