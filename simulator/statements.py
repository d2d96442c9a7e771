"""What Midtrans says about a transaction, and how it signs that.

Field sets follow Midtrans's pages on GET status and on HTTP notifications. Every value is text,
amounts have two decimals, and times are Jakarta time without saying so.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from simulator.clock import stamp

if TYPE_CHECKING:
    from simulator.book import Refund, Transaction
    from simulator.config import SimulatorConfig

STATUS_CODES = {"pending": "201", "deny": "202", "failure": "202", "expire": "407"}
"""Body code of GET status by transaction status; 200 for every other."""
NOTIFICATION_CODES = {"pending": "201", "deny": "202", "failure": "202", "expire": "202", "cancel": "202"}
"""The same in notifications, where expire and cancel have another one."""


def signature(order_id: str, status_code: str, gross_amount: str, key: str) -> str:
    """Sign as Midtrans does: SHA-512 over the plain concatenation, in hex."""
    return hashlib.sha512(f"{order_id}{status_code}{gross_amount}{key}".encode()).hexdigest()


def rupiah(amount: int) -> str:
    """Write whole rupiah with the two decimals Midtrans always has."""
    return f"{amount}.00"


def status_statement(transaction: Transaction, config: SimulatorConfig) -> dict[str, Any]:
    """Answer GET status."""
    code = STATUS_CODES.get(transaction.status, "200")
    statement = {
        "status_code": code,
        "status_message": "Success, transaction is found",
        **_identity(transaction, config),
        "currency": "IDR",
        "payment_type": transaction.payment_type,
        "transaction_time": stamp(transaction.created_at),
        "transaction_status": transaction.status,
        "fraud_status": transaction.fraud_status,
        **_acquirer(transaction),
        **_expiry(transaction),
        **transaction.details,
        **transaction.echoed,
        **_money_moved(transaction),
    }
    return _signed(statement, config)


def notification_statement(transaction: Transaction, config: SimulatorConfig) -> dict[str, Any]:
    """Tell the merchant's server what became of a transaction."""
    statement = {
        "transaction_time": stamp(transaction.created_at),
        "transaction_status": transaction.status,
        "transaction_id": transaction.transaction_id,
        "status_message": "midtrans payment notification",
        "status_code": NOTIFICATION_CODES.get(transaction.status, "200"),
        "payment_type": transaction.payment_type,
        "order_id": transaction.order_id,
        "merchant_id": config.merchant_id,
        "gross_amount": rupiah(transaction.shown_amount),
        "fraud_status": transaction.fraud_status,
        **_expiry(transaction),
        **transaction.details,
        **transaction.echoed,
        "currency": "IDR",
        **_acquirer(transaction),
        **_money_moved(transaction),
    }
    return _signed(statement, config)


def outcome_statement(transaction: Transaction, config: SimulatorConfig, code: str, message: str) -> dict[str, Any]:
    """Answer a call that moved a transaction on: cancel, expire, approve, deny, capture."""
    return {
        "status_code": code,
        "status_message": message,
        **_identity(transaction, config),
        "currency": "IDR",
        "payment_type": transaction.payment_type,
        "transaction_time": stamp(transaction.created_at),
        "transaction_status": transaction.status,
        "fraud_status": transaction.fraud_status,
        **_acquirer(transaction),
        **transaction.details,
    }


def sign_again(statement: dict[str, Any], key: str) -> dict[str, Any]:
    """Make the signature fit what the statement now says. Unsigned ones stay so."""
    if "signature_key" in statement:
        parts = [str(statement.get(name, "")) for name in ("order_id", "status_code", "gross_amount")]
        statement["signature_key"] = signature(parts[0], parts[1], parts[2], key)
    return statement


def _signed(statement: dict[str, Any], config: SimulatorConfig) -> dict[str, Any]:
    statement["signature_key"] = signature(
        statement["order_id"], statement["status_code"], statement["gross_amount"], config.signing_key
    )
    return statement


def _identity(transaction: Transaction, config: SimulatorConfig) -> dict[str, Any]:
    return {
        "transaction_id": transaction.transaction_id,
        "order_id": transaction.order_id,
        "merchant_id": config.merchant_id,
        "gross_amount": rupiah(transaction.shown_amount),
    }


def _acquirer(transaction: Transaction) -> dict[str, Any]:
    return {"acquirer": transaction.acquirer} if transaction.acquirer else {}


def _expiry(transaction: Transaction) -> dict[str, Any]:
    return {"expiry_time": stamp(transaction.expires_at)} if transaction.expires_at else {}


def _money_moved(transaction: Transaction) -> dict[str, Any]:
    """Return what only paid transactions have: refunds, issuer, references, settlement time."""
    facts: dict[str, Any] = {}
    if transaction.refunds:
        facts["refund_amount"] = rupiah(transaction.refunded)
        facts["refunds"] = [_refund(each) for each in transaction.refunds]
    if transaction.settled_at is not None:
        facts.update(_issuer(transaction))
        facts["settlement_time"] = stamp(transaction.settled_at)
        facts.update(transaction.paid_details)
    return facts


def _issuer(transaction: Transaction) -> dict[str, Any]:
    if transaction.issuer is None:
        return {}
    on_us = transaction.issuer == transaction.acquirer
    return {"transaction_type": "on-us" if on_us else "off-us", "issuer": transaction.issuer}


def _refund(refund: Refund) -> dict[str, Any]:
    facts = {
        "refund_chargeback_id": refund.chargeback_id,
        "refund_chargeback_uuid": refund.chargeback_uuid,
        "refund_amount": rupiah(refund.amount),
        "created_at": stamp(refund.created_at),
        "reason": refund.reason,
        "refund_key": refund.refund_key,
        "refund_method": refund.method,
    }
    if refund.confirmed_at is not None:
        facts["bank_confirmed_at"] = stamp(refund.confirmed_at)
    return facts
