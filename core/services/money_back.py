"""What the ledger, the cases and the orders learn when money goes back to a payer, whoever sent it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.events.record import Actor
from core.ledger.models import Account, EntryKind
from core.ledger.posting import Line, post
from core.ledger.queries import Pot, balances_of_order, held_of, is_applied, pots_of
from core.orders.models import Order
from core.orders.queries import order_by_id_for_update
from core.orders.station_tickets import stop_stations
from core.orders.status import IN_THE_KITCHEN, PaymentStatus
from core.orders.steps import tell_of
from core.outlets.models import Outlet
from core.payments.cases import lower_cases, open_case
from core.payments.models import CaseKind, Resolution
from core.payments.queries import attempt_by_reference
from core.payments.refund_cases import CREDITED, clear_refunds
from core.services.paid import SALES_SIDE, sync_payment_status

_TOLD = {
    EntryKind.REFUND: "order.refunded",
    EntryKind.CHARGEBACK: "order.charged_back",
    EntryKind.REVERSE: "attempt.reversed",
}
_NOTHING_LEFT = frozenset({PaymentStatus.REFUNDED, PaymentStatus.FAILED})
_CONTRA = {EntryKind.REFUND: Account.REFUNDS, EntryKind.CHARGEBACK: Account.LOSSES}


@dataclass(frozen=True, slots=True)
class Outflow:
    """Money that leaves, of one payment: how much, from where, and under which name it is posted."""

    payment: str
    amount: int
    kind: EntryKind
    """REFUND, CHARGEBACK, or REVERSE for a settlement that did not last."""
    source: str
    source_id: str
    from_account: Account = Account.GATEWAY
    shift_id: int | None = None
    whose: int | None = None
    """The order whose money is meant; without one, what no order has a right to goes first."""
    even_sold: bool = False
    """Whether what that order was paid with is meant as well, and not only what it lost its right to."""
    refund_key: str = ""
    """Of a refund its key."""


def pay_back(session: Session, order: Order, outflow: Outflow, *, at: datetime, by: Actor) -> None:
    """Post money that went back: what was meant first, then what no order has a right to, then what was sold.

    The caller has locked `order` and the payment; other orders that hold a part of the money are
    locked here. An order that was paid twice stays paid when one payment goes back.
    """
    session.flush()
    meant_first = sorted(pots_of(session, outflow.payment), key=lambda pot: not _is_meant(pot, outflow))
    parts, beyond = _split(meant_first, outflow.amount)
    homeless = sum(part for pot, part in parts if not pot.is_sold)
    unapplied = min(homeless, -held_of(session, outflow.payment, Account.UNAPPLIED))
    lines = [
        # What a person has written off before is no longer owed to anybody.
        Line(Account.WRITTEN_OFF, homeless - unapplied, order_id=order.id),
        Line(Account.UNAPPLIED, unapplied, order_id=order.id, payment=outflow.payment),
        # More than there was to give back: it went back twice, by two ways.
        Line(Account.LOSSES, beyond),
        Line(outflow.from_account, -beyond, shift_id=outflow.shift_id, payment=outflow.payment),
    ]
    for pot, part in parts:
        if pot.is_sold:
            lines += _unsell(session, outflow, pot, part)
        lines.append(
            Line(outflow.from_account, -part, pot.order_id, shift_id=outflow.shift_id, payment=outflow.payment)
        )
    outlet = session.get_one(Outlet, order.outlet_id)
    post(session, outlet, outflow.kind, lines, source=outflow.source, source_id=outflow.source_id, at=at, by=str(by))
    if unapplied:
        ending = Resolution.REFUNDED if outflow.kind is EntryKind.REFUND else Resolution.TAKEN_BACK
        lower_cases(session, outflow.payment, unapplied, ending, at=at, by=by, first=outflow.whose)
    clear_refunds(session, outflow.payment, at=at)
    _follow_the_ledger(session, order, at)
    for pot, part in parts:
        if pot.order_id is not None and pot.order_id != order.id:
            other = order_by_id_for_update(session, pot.order_id)
            _follow_the_ledger(session, other, at)
            # What became of its part of a payment is written down on an order that was credited with it.
            tell_of(session, other, _TOLD[outflow.kind], at=at, by=by, amount=part, reference=outflow.payment)
            _miss_sale(session, other, outflow, pot, part, at=at)
        elif outflow.kind is EntryKind.REFUND and pot.order_id and is_applied(session, outflow.payment, order.id):
            # Of a chargeback, and of a payment that did not last, its own order has a case of that name.
            _miss_sale(session, order, outflow, pot, part, at=at)


def _follow_the_ledger(session: Session, order: Order, at: datetime) -> None:
    """Make the order's payment status equal to the ledger; a kitchen that has an order nobody pays for is told."""
    before = order.payment_status
    sync_payment_status(session, order)
    now = order.payment_status
    if now is not before and now in _NOTHING_LEFT and order.status in IN_THE_KITCHEN:
        stop_stations(session, order, at)


def _miss_sale(session: Session, order: Order, outflow: Outflow, pot: Pot, part: int, *, at: datetime) -> None:
    """Where a sale is undone that nobody meant, a person must speak to its guests: the food may be out."""
    if not pot.is_sold or _is_meant(pot, outflow):
        return
    key: dict[str, Any] = {"said": outflow.refund_key} if outflow.refund_key else {}
    open_case(
        session,
        CaseKind.CONFLICTING,
        outlet_id=order.outlet_id,
        reference=outflow.payment,
        at=at,
        attempt=attempt_by_reference(session, outflow.payment),
        order_id=order.id,
        difference=CREDITED,
        order=order.label,
        lost=part,
        # The same part of the same order may go a second time, after it was undone: that is news again.
        entry=outflow.source_id,
        **key,
    )


def _is_meant(pot: Pot, outflow: Outflow) -> bool:
    return pot.order_id is not None and pot.order_id == outflow.whose and (outflow.even_sold or not pot.is_sold)


def _split(pots: Sequence[Pot], amount: int) -> tuple[list[tuple[Pot, int]], int]:
    parts = []
    for pot in pots:
        part = min(pot.amount, amount)
        if part:
            parts.append((pot, part))
        amount -= part
    return parts, amount


def _unsell(session: Session, outflow: Outflow, pot: Pot, part: int) -> list[Line]:
    if outflow.kind is not EntryKind.REVERSE:
        return [Line(_CONTRA[outflow.kind], part, order_id=pot.order_id)]
    # It was never paid: what was earned is taken off again, with what had been given back of it.
    balances = balances_of_order(session, pot.order_id or 0)
    earned = [Line(account, -balances.get(account, 0), order_id=pot.order_id) for account in SALES_SIDE]
    return [*earned, Line(Account.LOSSES, part - sum(line.amount for line in earned))]
