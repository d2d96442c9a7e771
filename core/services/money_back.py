"""What the ledger, the cases and the orders learn when money goes back to a payer, whoever sent it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.events.record import Actor
from core.ledger.models import Account, EntryKind
from core.ledger.posting import Line, post
from core.ledger.queries import Pot, balances_of_order, held_of, pots_of
from core.orders.models import Order
from core.orders.queries import order_by_id_for_update
from core.orders.station_tickets import stop_stations
from core.orders.status import IN_THE_KITCHEN, PaymentStatus
from core.orders.steps import tell_of
from core.outlets.models import Outlet
from core.payments.cases import lower_cases, open_case
from core.payments.models import CaseKind, Resolution
from core.payments.refund_cases import clear_refunds
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
            _tell_the_other(session, other, outflow, part, is_sold=pot.is_sold, at=at, by=by)


def _follow_the_ledger(session: Session, order: Order, at: datetime) -> None:
    """Make the order's payment status equal to the ledger; a kitchen that has an order nobody pays for is told."""
    before = order.payment_status
    sync_payment_status(session, order)
    now = order.payment_status
    if now is not before and now in _NOTHING_LEFT and order.status in IN_THE_KITCHEN:
        stop_stations(session, order, at)


def _tell_the_other(
    session: Session, other: Order, outflow: Outflow, part: int, *, is_sold: bool, at: datetime, by: Actor
) -> None:
    """Write down on an order that was credited with a payment what became of its part of it.

    Where a sale is undone that nobody meant, a person must speak to its guests.
    """
    tell_of(session, other, _TOLD[outflow.kind], at=at, by=by, amount=part, reference=outflow.payment)
    if is_sold and outflow.whose != other.id:
        open_case(
            session,
            CaseKind.CONFLICTING,
            outlet_id=other.outlet_id,
            reference=outflow.payment,
            at=at,
            order_id=other.id,
            difference="credited",
            order=other.label,
            lost=part,
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
