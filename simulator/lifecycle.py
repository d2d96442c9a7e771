"""The turns a transaction takes between its charge and its refunds, and when each is allowed.

Source: Midtrans, transaction status cycle.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.clock import stamp
from simulator.refusals import Refusal
from simulator.statements import rupiah

if TYPE_CHECKING:
    from simulator.book import Transaction
    from simulator.gateway import Gateway

PAID = frozenset({"settlement", "partial_refund", "refund", "chargeback", "partial_chargeback"})


class WrongTurn(Exception):
    """The transaction cannot take this turn from where it stands."""


def settle(
    gateway: Gateway,
    transaction: Transaction,
    *,
    issuer: str | None = None,
    amount: int | None = None,
    is_late: bool = False,
    notify: bool = True,
) -> None:
    """Take the payer's money.

    `is_late` takes it although the transaction is over already. Raises WrongTurn when it is
    paid, or over without `is_late`.
    """
    if transaction.status in PAID:
        msg = f"it is already paid ({transaction.status})"
        raise WrongTurn(msg)
    if transaction.status not in ("pending", "capture") and not is_late:
        msg = f"it is over ({transaction.status})"
        raise WrongTurn(msg)
    is_past = transaction.due_at is not None and gateway.clock.now() >= transaction.due_at
    if is_past and not is_late:
        msg = "its time is over"
        raise WrongTurn(msg)
    transaction.status = "settlement"
    transaction.fraud_status = "accept"
    transaction.settled = amount if amount is not None else transaction.gross_amount
    transaction.settled_at = gateway.clock.now()
    if transaction.payment_type == "qris":
        transaction.issuer = issuer or transaction.acquirer
        transaction.paid_details = _acquirer_references(gateway, transaction)
    elif transaction.payment_type == "bank_transfer":
        paid = {"paid_at": stamp(transaction.settled_at), "amount": rupiah(transaction.settled)}
        transaction.paid_details = {"payment_amounts": [paid]}
    gateway.tell(transaction, notify=notify)


def expire(gateway: Gateway, transaction: Transaction, *, notify: bool = True) -> None:
    """End a transaction that nobody paid. Raises Refusal 412 unless it is pending."""
    _over(gateway, transaction, "expire", ("pending",), notify=notify)


def cancel(gateway: Gateway, transaction: Transaction, *, notify: bool = True) -> None:
    """End a transaction on the merchant's word. Raises Refusal 412 unless that is possible."""
    _over(gateway, transaction, "cancel", ("pending", "authorize", "capture"), notify=notify)


def deny(gateway: Gateway, transaction: Transaction, *, is_reversal: bool = False, notify: bool = True) -> None:
    """End a transaction on the provider's word.

    `is_reversal` takes back even money that was paid, as banks do within minutes for some
    virtual accounts. Raises Refusal 412 where the transaction does not allow it.
    """
    if transaction.status == "pending":
        transaction.fraud_status = "deny"
    allowed = ("settlement",) if is_reversal else ("pending", "authorize", "capture")
    _over(gateway, transaction, "deny", allowed, notify=notify)


def charge_back(gateway: Gateway, transaction: Transaction, amount: int | None = None, *, notify: bool = True) -> None:
    """Take paid money away from the merchant again. Raises WrongTurn unless there is any left."""
    left = transaction.settled - transaction.refunded - transaction.charged_back
    wanted = left if amount is None else amount
    if transaction.status not in PAID or not 0 < wanted <= left:
        msg = f"there are {left} rupiah to take back ({transaction.status})"
        raise WrongTurn(msg)
    transaction.charged_back += wanted
    transaction.status = "chargeback" if wanted == left else "partial_chargeback"
    gateway.tell(transaction, notify=notify)


def plan_expiry(gateway: Gateway, transaction: Transaction) -> None:
    """Put the end of an unpaid transaction on the agenda."""
    if transaction.due_at is None:
        return
    lag = gateway.clock.after(gateway.settings.expiry_lag_seconds) - gateway.clock.now()
    gateway.agenda.at(transaction.due_at + lag, partial(_expire_if_unpaid, gateway, transaction))


def _expire_if_unpaid(gateway: Gateway, transaction: Transaction) -> None:
    # It may have been paid, ended, or wiped out by a reset since this was planned.
    is_known = gateway.book.find(transaction.transaction_id) is transaction
    if is_known and transaction.status == "pending":
        expire(gateway, transaction)


def _over(gateway: Gateway, transaction: Transaction, status: str, allowed: tuple[str, ...], *, notify: bool) -> None:
    if transaction.status not in allowed:
        raise Refusal(412)
    transaction.status = status
    transaction.settled = 0
    transaction.settled_at = None
    gateway.tell(transaction, notify=notify)


def _acquirer_references(gateway: Gateway, transaction: Transaction) -> dict[str, Any]:
    if transaction.acquirer == "airpay shopee":
        number, letters = gateway.ids.digits(18), gateway.ids.letters(22)
        return {"shopeepay_reference_number": number, "reference_id": f"QR-{letters}"}
    return {"merchant_cross_reference_id": gateway.ids.uuid()}
