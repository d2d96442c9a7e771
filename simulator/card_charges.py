"""Paying by card: charge, capture, approve and deny.

Source: Midtrans, charge transactions on card, capture, approve, deny, testing payment on sandbox.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator import lifecycle
from simulator.calls import Answer
from simulator.clock import JAKARTA
from simulator.refusals import Refusal, invalid
from simulator.statements import outcome_statement

if TYPE_CHECKING:
    from simulator.book import Transaction
    from simulator.calls import Call
    from simulator.cards import Card
    from simulator.gateway import Gateway

DENIED_BY_BANK = frozenset({"4911111111111113"})
DENIED_BY_FRAUD_CHECK = frozenset({"4611111111111116"})
CHALLENGED = frozenset({"4511111111111117"})
"""Cards of the sandbox that end in a certain way. Every other valid number is accepted."""
SETTLEMENT_HOUR = time(16, 0)
"""Jakarta time of the next day at which captured money settles."""


def charge_card(gateway: Gateway, call: Call, transaction: Transaction) -> Answer:
    """Charge a card by its token."""
    block = call.fields.get("credit_card")
    if not isinstance(block, dict) or not isinstance(block.get("token_id"), str):
        msg = "credit_card.token_id is required"
        raise invalid(msg)
    card = gateway.cards.take(block["token_id"])
    code, message = _judge(gateway, transaction, card, block)
    gateway.book.add(transaction)
    if transaction.status == "capture" and transaction.fraud_status == "accept":
        plan_settlement(gateway, transaction)
    gateway.tell(transaction)
    return Answer(document=outcome_statement(transaction, gateway.config, code, message))


def capture(gateway: Gateway, call: Call) -> Answer:
    """Take the money of a pre-authorised card, or a part of it."""
    transaction = gateway.transaction(str(call.fields.get("transaction_id", "")))
    amount = call.fields.get("gross_amount", transaction.gross_amount)
    if transaction.status != "authorize":
        raise Refusal(412)
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount <= transaction.gross_amount:
        msg = "gross_amount must be between 1 and the authorized amount"
        raise invalid(msg)
    transaction.gross_amount = amount
    transaction.status = "capture"
    plan_settlement(gateway, transaction)
    gateway.tell(transaction)
    message = "Success, Credit Card capture transaction is successful"
    return Answer(document=outcome_statement(transaction, gateway.config, "200", message))


def approve(gateway: Gateway, call: Call) -> Answer:
    """Accept a card payment that the fraud check had questioned."""
    transaction = _challenged(gateway, call)
    transaction.fraud_status = "accept"
    plan_settlement(gateway, transaction)
    gateway.tell(transaction)
    message = "Success, transaction is approved"
    return Answer(document=outcome_statement(transaction, gateway.config, "200", message))


def deny(gateway: Gateway, call: Call) -> Answer:
    """Refuse a card payment that the fraud check had questioned."""
    transaction = _challenged(gateway, call)
    transaction.fraud_status = "deny"
    lifecycle.deny(gateway, transaction)
    message = "Success, transaction is denied"
    return Answer(document=outcome_statement(transaction, gateway.config, "200", message))


def plan_settlement(gateway: Gateway, transaction: Transaction) -> None:
    """Put the settlement of captured money on the agenda: the next day at 16:00 Jakarta time."""
    now = gateway.clock.now().astimezone(JAKARTA)
    moment = datetime.combine(now.date() + timedelta(days=1), SETTLEMENT_HOUR, JAKARTA)
    wait = (moment - now).total_seconds()
    gateway.agenda.at(gateway.clock.after(wait), partial(_settle_if_captured, gateway, transaction))


def _settle_if_captured(gateway: Gateway, transaction: Transaction) -> None:
    is_known = gateway.book.find(transaction.transaction_id) is transaction
    if is_known and transaction.status == "capture":
        lifecycle.settle(gateway, transaction)


def _challenged(gateway: Gateway, call: Call) -> Transaction:
    transaction = gateway.transaction(call.ids["any_id"])
    if transaction.payment_type != "credit_card" or transaction.fraud_status != "challenge":
        raise Refusal(412)
    return transaction


def _judge(gateway: Gateway, transaction: Transaction, card: Card, block: dict[str, Any]) -> tuple[str, str]:
    """Let bank and fraud check decide. Returns body code and message."""
    transaction.details = {
        "masked_card": card.masked,
        "bank": str(block.get("bank") or "bni"),
        "card_type": "credit",
        "channel_response_code": "00",
        "channel_response_message": "Approved",
    }
    if card.number in DENIED_BY_BANK:
        transaction.status = "deny"
        transaction.details |= {"channel_response_code": "05", "channel_response_message": "Do not honour"}
        return "202", "Deny by Bank [] with code [05] and message [Do not honour]"
    if card.number in DENIED_BY_FRAUD_CHECK:
        transaction.status = transaction.fraud_status = "deny"
        return "202", "Denied by Fraud Detection System"
    transaction.details["approval_code"] = gateway.ids.digits(13)
    if card.number in CHALLENGED:
        transaction.status, transaction.fraud_status = "capture", "challenge"
        return "201", "Success, Credit Card transaction is challenged by Fraud Detection System"
    transaction.status = "authorize" if block.get("type") == "authorize" else "capture"
    return "200", "Success, Credit Card transaction is successful"
