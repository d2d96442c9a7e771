"""Money back: the refund calls, their rules, and the bank's confirmation afterwards.

Source: Midtrans, refund transaction and direct refund transaction.
"""

from __future__ import annotations

import re
from datetime import time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.book import Refund
from simulator.calls import Answer
from simulator.clock import JAKARTA, stamp
from simulator.refusals import Refusal, invalid
from simulator.statements import rupiah

if TYPE_CHECKING:
    from simulator.book import Transaction
    from simulator.calls import Call
    from simulator.gateway import Gateway

REFUNDABLE = frozenset({"settlement", "partial_refund"})
REFUND_KEY = re.compile(r"[A-Za-z0-9\-_]+")
ON_US_DAYS = {"gopay": 45, "airpay shopee": 365}
OFF_US_DAYS = 7
PAUSE_FROM, PAUSE_UNTIL = time(23, 55), time(6, 0)
"""ShopeePay's nightly pause, Jakarta time."""


def refund(gateway: Gateway, call: Call) -> Answer:
    """Give money back."""
    return _refund(gateway, call, "Success, refund request is approved")


def refund_direct(gateway: Gateway, call: Call) -> Answer:
    """Give money back by the older address, which says who approved it."""
    return _refund(gateway, call, "Success, refund request is approved by the bank")


def confirm(gateway: Gateway, transaction: Transaction, refund_key: str | None = None) -> int:
    """Let the bank confirm what it has not confirmed yet, and notify. Returns how many refunds."""
    waiting = [
        each for each in transaction.refunds if each.confirmed_at is None and refund_key in (None, each.refund_key)
    ]
    for each in waiting:
        each.confirmed_at = gateway.clock.now()
        gateway.tell(transaction)
    return len(waiting)


def lose(transaction: Transaction, refund_key: str | None = None) -> int:
    """Take what the bank has not confirmed off the list again, without a word. Returns how many refunds."""
    lost = [each for each in transaction.refunds if each.confirmed_at is None and refund_key in (None, each.refund_key)]
    for each in lost:
        transaction.refunds.remove(each)
    if lost:
        transaction.status = "partial_refund" if transaction.refunds else "settlement"
    return len(lost)


def give_back(
    gateway: Gateway, transaction: Transaction, amount: int | None, reason: str, *, notify: bool = True
) -> Refund:
    """Give money back as somebody does by hand in Midtrans's dashboard.

    Raises Refusal 412 when the transaction is not paid, 414 for an amount that is not left.
    """
    if transaction.status not in REFUNDABLE:
        raise Refusal(412)
    made = _made(gateway, gateway.ids.uuid(), _amount(gateway, transaction, amount), reason)
    _book(gateway, transaction, made, notify=notify)
    plan_confirmation(gateway, transaction, made)
    return made


def _refund(gateway: Gateway, call: Call, message: str) -> Answer:
    transaction = gateway.transaction(call.ids["any_id"])
    if transaction.status not in REFUNDABLE:
        raise Refusal(412)
    refund_key = _refund_key(gateway, call.fields)
    if any(each.refund_key == refund_key for each in transaction.refunds):
        raise Refusal(406, "Duplicate refund ID")
    amount = _amount(gateway, transaction, call.fields.get("amount"))
    made = _made(gateway, refund_key, amount, str(call.fields.get("reason") or ""))
    if call.fault("refund_denied") or not _provider_agrees(gateway, transaction, amount):
        return _answer(transaction, "202", "Refund denied by the bank", made, 0)
    _book(gateway, transaction, made)
    _plan_confirmation(gateway, call, transaction, made)
    return _answer(transaction, "200", message, made, amount)


def _made(gateway: Gateway, refund_key: str, amount: int, reason: str) -> Refund:
    return Refund(
        refund_key=refund_key,
        chargeback_id=int(gateway.ids.digits(7)),
        chargeback_uuid=gateway.ids.uuid(),
        amount=amount,
        reason=reason,
        created_at=gateway.clock.now(),
    )


def _refund_key(gateway: Gateway, fields: dict[str, Any]) -> str:
    refund_key = fields.get("refund_key")
    if refund_key is None:
        # Every call without a key is a refund of its own, as at Midtrans.
        return gateway.ids.uuid()
    if not isinstance(refund_key, str) or not REFUND_KEY.fullmatch(refund_key):
        msg = "refund_key contains unsupported characters"
        raise invalid(msg)
    return refund_key


def _amount(gateway: Gateway, transaction: Transaction, amount: object) -> int:
    left = transaction.settled - transaction.refunded - transaction.charged_back
    if amount is None:
        amount = left
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount <= left:
        raise Refusal(414)
    balance = gateway.settings.refund_balance
    if balance is not None and amount > balance:
        raise Refusal(414, "Refund request is rejected due to insufficient merchant balance")
    return amount


def _provider_agrees(gateway: Gateway, transaction: Transaction, amount: int) -> bool:
    """Say whether the payer's provider takes part: window, partial refunds, ShopeePay's nights."""
    if transaction.payment_type != "qris" or transaction.settled_at is None:
        return True
    is_on_us = transaction.issuer == transaction.acquirer
    days = ON_US_DAYS[transaction.acquirer or "gopay"] if is_on_us else OFF_US_DAYS
    if gateway.clock.now() > transaction.settled_at + timedelta(days=days):
        return False
    takes_parts = transaction.issuer != "ovo" and transaction.acquirer != "airpay shopee"
    if amount != transaction.settled and not takes_parts:
        return False
    return transaction.acquirer != "airpay shopee" or not _is_shopeepay_night(gateway)


def _is_shopeepay_night(gateway: Gateway) -> bool:
    at = gateway.clock.now().astimezone(JAKARTA).time()
    return gateway.settings.shopeepay_night_pause and (at >= PAUSE_FROM or at < PAUSE_UNTIL)


def _book(gateway: Gateway, transaction: Transaction, made: Refund, *, notify: bool = True) -> None:
    transaction.refunds.append(made)
    transaction.status = "refund" if transaction.refunded >= transaction.settled else "partial_refund"
    if gateway.settings.refund_balance is not None:
        gateway.settings.refund_balance -= made.amount
    gateway.tell(transaction, notify=notify)


def plan_confirmation(gateway: Gateway, transaction: Transaction, made: Refund, seconds: float | None = None) -> None:
    """Let the bank confirm this refund after the usual wait, or after so many unscaled seconds."""
    wait = gateway.settings.refund_confirm_seconds if seconds is None else seconds
    gateway.agenda.at(gateway.clock.after(wait), partial(_confirm_if_known, gateway, transaction, made.refund_key))


def _plan_confirmation(gateway: Gateway, call: Call, transaction: Transaction, made: Refund) -> None:
    late = call.fault("late_confirm")
    if not call.fault("no_confirm"):
        plan_confirmation(gateway, transaction, made, late.seconds if late else None)


def _confirm_if_known(gateway: Gateway, transaction: Transaction, refund_key: str) -> None:
    if gateway.book.find(transaction.transaction_id) is transaction:
        confirm(gateway, transaction, refund_key)


def _answer(transaction: Transaction, code: str, message: str, made: Refund, amount: int) -> Answer:
    document = {
        "status_code": code,
        "status_message": message,
        "transaction_id": transaction.transaction_id,
        "order_id": transaction.order_id,
        "payment_type": transaction.payment_type,
        "transaction_time": stamp(transaction.created_at),
        "transaction_status": transaction.status,
        "gross_amount": rupiah(transaction.shown_amount),
        "refund_chargeback_id": made.chargeback_id,
        "refund_amount": rupiah(amount),
        "refund_key": made.refund_key,
    }
    return Answer(document=document)
