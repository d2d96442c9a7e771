"""Shows the money that waits for a person: what came, why it fits nothing, how long there is, and the ways out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.ledger.queries import brought_by_each, payments_of_order
from core.orders.models import Order
from core.orders.queries import unpaid_orders_beside
from core.orders.status import OrderStatus
from core.outlets.models import Table, TableKind
from core.payments.errors import NothingToRefund, UnknownCase
from core.payments.models import Attempt, CaseKind, MoneyCase, Refund
from core.payments.queries import (
    case_by_uid,
    loss_is_unknown,
    open_cases_of_outlet,
    refunds_of_payment,
    settled_cases_of_outlet,
)
from core.payments.refund_cases import LostRefund, is_of_refused_refund, lost_refunds, said_last
from core.payments.refund_rules import is_in_doubt
from core.services.refund_offer import RefundOffer, offer_of
from core.staff.queries import names_by_id, names_of_actors

_LAST_SETTLED = 30


@dataclass(frozen=True, slots=True)
class CaseView:
    """One money case with what a person needs to recognise it."""

    case: MoneyCase
    order_uid: str | None
    order_label: str
    table_label: str
    order_status: OrderStatus | None
    attempt: Attempt | None
    owner: str
    """Who has taken it up, by name; empty while nobody has."""
    said: Mapping[str, Any]
    """What was said of it last; while it is open, of what nobody has explained yet."""
    came: int
    """What its payment really brought, in whole rupiah; 0 where no money came."""
    settled_by: str
    """Who ended it, by name; empty for the gateway and for open cases."""
    minutes: int
    """Age."""
    minutes_left: int | None
    """How long the gateway can still give it back; nothing where that is not the question."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case with its ways out, each of which can be gone now."""

    view: CaseView
    now: datetime
    can_honour: bool
    """Whether its expired order can be cooked after all."""
    creditable: Sequence[Order]
    """Unpaid orders of the same guest or table that this money would pay."""
    offer: RefundOffer | None
    from_case: bool
    """Whether the offer is money that no order has a right to, and not what its order was paid with."""
    refunds: Sequence[Refund]
    """What went, or was to go, back on this payment."""
    loss_unknown: bool
    """Whether a bank has taken a part of its money, and nobody has entered yet how much."""
    lost: Sequence[LostRefund]
    """The refunds of it each of which a manager may say did not go back."""

    @property
    def is_in_doubt(self) -> bool:
        """Whether its money may have gone back without anybody knowing: somebody looks before anything is done with it."""
        return is_in_doubt(self.refunds)

    @property
    def can_be_closed(self) -> bool:
        """Whether a manager may close it with a reason: unless its money is on its way back, or is not known."""
        is_open = self.view.case.settled_at is None
        return is_open and (self.offer is None or self.offer.under_way is None) and not self.waits_for_loss

    @property
    def waits_for_loss(self) -> bool:
        """Whether nothing can be done with its money before a loss is entered, in the bank's own case."""
        case = self.view.case
        return case.amount > 0 and case.kind is not CaseKind.CHARGEBACK and self.loss_unknown


@dataclass(frozen=True, slots=True)
class MoneyDesk:
    """The desk on which trouble with money stands."""

    db: Database
    clock: Clock

    def open_cases(self, outlet_id: int) -> list[CaseView]:
        """List every open case: what runs out first comes first."""
        with self.db.read() as session:
            return _views(session, open_cases_of_outlet(session, outlet_id), self.clock())

    def settled_cases(self, outlet_id: int) -> list[CaseView]:
        """List the cases that were settled last, the newest first."""
        with self.db.read() as session:
            return _views(session, settled_cases_of_outlet(session, outlet_id, _LAST_SETTLED), self.clock())

    def file(self, outlet_id: int, case_uid: str) -> CaseFile:
        """Look one case up with everything that can be done about it. Raises UnknownCase."""
        now = self.clock()
        with self.db.read() as session:
            case = case_by_uid(session, case_uid)
            if case.outlet_id != outlet_id:
                raise UnknownCase
            order = session.get(Order, case.order_id) if case.order_id is not None else None
            is_open = case.settled_at is None
            from_case = order is None or _is_from_case(session, case, order)
            return CaseFile(
                view=_views(session, [case], now)[0],
                now=now,
                can_honour=is_open and order is not None and can_honour(case, order),
                creditable=_creditable(session, case, order) if is_open and order is not None else (),
                offer=_offer_or_none(session, case, order, now, from_case=from_case),
                from_case=from_case,
                refunds=refunds_of_payment(session, case.reference),
                loss_unknown=loss_is_unknown(session, case.reference),
                lost=lost_refunds(session, case),
            )


def can_honour(case: MoneyCase, order: Order) -> bool:
    """Tell whether late money is enough to cook its order after all. A cancelled order never comes back."""
    return order.status is OrderStatus.EXPIRED and case.amount >= order.total > 0


def due_from(case: MoneyCase, order: Order) -> int:
    """Tell what an order costs, paid with a case's money: cash is rounded to a coin, QRIS is not."""
    return order.cash_total if case.attempt_id is None else order.total


def _creditable(session: Session, case: MoneyCase, order: Order) -> Sequence[Order]:
    return [one for one in unpaid_orders_beside(session, order) if 0 < due_from(case, one) <= case.amount]


def _is_from_case(session: Session, case: MoneyCase, order: Order) -> bool:
    """Tell whose money goes back from here: a refund that came to nothing may have been of what paid the order."""
    return not is_of_refused_refund(case) or case.reference not in payments_of_order(session, order.id)


def _offer_or_none(
    session: Session, case: MoneyCase, order: Order | None, now: datetime, *, from_case: bool
) -> RefundOffer | None:
    if order is None or (case.amount == 0 and case.kind is not CaseKind.CONFLICTING):
        return None
    try:
        return offer_of(session, order, case.reference, now, from_case=from_case)
    except NothingToRefund:
        return None


def _views(session: Session, cases: Sequence[MoneyCase], now: datetime) -> list[CaseView]:
    order_ids = {case.order_id for case in cases if case.order_id is not None}
    attempt_ids = {case.attempt_id for case in cases if case.attempt_id is not None}
    sat_at = (Table.id == Order.table_id) & (Table.kind == TableKind.TABLE)
    found = select(Order, Table.label).outerjoin(Table, sat_at).where(Order.id.in_(order_ids))
    orders = {order.id: (order, label) for order, label in session.execute(found)}
    attempts = {a.id: a for a in session.scalars(select(Attempt).where(Attempt.id.in_(attempt_ids)))}
    owners = names_by_id(session, {case.owner_id for case in cases if case.owner_id is not None})
    enders = names_of_actors(session, (case.settled_by for case in cases))
    references = {case.reference for case in cases}
    came = brought_by_each(session, references)
    refunds = defaultdict[str, list[Refund]](list)
    for refund in session.scalars(select(Refund).where(Refund.payment.in_(references)).order_by(Refund.id)):
        refunds[refund.payment].append(refund)
    return [
        _view(
            case,
            orders.get(case.order_id or 0),
            attempts.get(case.attempt_id or 0),
            owners.get(case.owner_id or 0, ""),
            enders.get(case.settled_by or "", ""),
            now,
            said=said_last(case, refunds[case.reference]),
            came=came.get(case.reference, 0),
        )
        for case in cases
    ]


def _view(
    case: MoneyCase,
    found: tuple[Order, str | None] | None,
    attempt: Attempt | None,
    owner: str,
    settled_by: str,
    now: datetime,
    *,
    said: Mapping[str, Any],
    came: int,
) -> CaseView:
    order, table_label = found if found is not None else (None, None)
    left = None if case.deadline_at is None or case.amount == 0 else case.deadline_at - now
    return CaseView(
        case=case,
        order_uid=order.uid if order else None,
        order_label=order.label if order else "",
        table_label=table_label or "",
        order_status=order.status if order else None,
        attempt=attempt,
        owner=owner,
        said=said,
        came=came,
        settled_by=settled_by,
        minutes=int((now - case.opened_at).total_seconds() // 60),
        minutes_left=None if left is None else int(left.total_seconds() // 60),
    )
