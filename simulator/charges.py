"""`POST /v2/charge`: makes a transaction, whatever its payment type.

Source: Midtrans, charge transactions, QRIS, and HTTP header pages.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator import card_charges, virtual_accounts
from simulator.book import FREE_AGAIN, Transaction
from simulator.calls import Answer
from simulator.charge_rules import check_charge, echoed_fields, life_of
from simulator.clock import JAKARTA, stamp
from simulator.distortions import distorted_qr
from simulator.lifecycle import plan_expiry
from simulator.qris import NNS_BY_ACQUIRER, Merchant, qr_text
from simulator.refusals import Refusal, invalid
from simulator.statements import outcome_statement

if TYPE_CHECKING:
    from simulator.calls import Call
    from simulator.gateway import Gateway

QRIS_LARGEST = 10_000_000
"""Whole rupiah. Bank Indonesia's limit for one QRIS payment since March 2022."""
OTHER_LARGEST = 999_999_999_999
QRIS_LIFE = timedelta(minutes=15)
LONGEST_QRIS_LIFE = {"gopay": timedelta(days=7), "airpay shopee": timedelta(days=5)}


def charge(gateway: Gateway, call: Call) -> Answer:
    """Make a transaction of the asked payment type."""
    if call.body.strip() == b"null" or not call.body.strip():
        raise Refusal(500)
    fields = call.fields
    payment_type = fields.get("payment_type")
    if payment_type not in ("qris", "credit_card", "bank_transfer"):
        raise invalid("payment_type is required" if not payment_type else "payment_type is not supported")
    largest = QRIS_LARGEST if payment_type == "qris" else OTHER_LARGEST
    check_charge(fields, largest, is_strict=call.name != "snap")
    if payment_type not in gateway.settings.channels:
        raise Refusal(402)
    if call.fault("duplicate_order"):
        raise Refusal(406)
    refuse_taken(gateway, fields["transaction_details"]["order_id"])
    if payment_type == "credit_card":
        return card_charges.charge_card(gateway, call, new_transaction(gateway, call, life=None))
    if payment_type == "bank_transfer":
        virtual_accounts.check_bank(fields)
        life = life_of(fields, gateway.clock.now(), virtual_accounts.LIFE, virtual_accounts.LONGEST_LIFE)
        return virtual_accounts.charge_bank(gateway, call, new_transaction(gateway, call, life))
    return _charge_qris(gateway, call)


def refuse_taken(gateway: Gateway, order_id: str) -> None:
    """Raise Refusal 406 while the order id is pending or paid. It is free again once that is over."""
    earlier = gateway.book.find(order_id)
    if earlier is not None and earlier.status not in FREE_AGAIN:
        raise Refusal(406)


def new_transaction(gateway: Gateway, call: Call, life: timedelta | None) -> Transaction:
    """Return a pending transaction for a checked charge, not yet in the book."""
    now = gateway.clock.now()
    details = call.fields["transaction_details"]
    return Transaction(
        transaction_id=gateway.ids.uuid(),
        order_id=details["order_id"],
        payment_type=call.fields["payment_type"],
        gross_amount=details["gross_amount"],
        created_at=now,
        expires_at=now + life if life else None,
        due_at=gateway.clock.after(life.total_seconds()) if life else None,
        echoed=echoed_fields(call.fields),
        notify_urls=_urls(call, "x-override-notification"),
        append_urls=_urls(call, "x-append-notification") or [],
    )


def open_qris(gateway: Gateway, call: Call, acquirer: str) -> Transaction:
    """Make a QRIS transaction with its code and put it into the book."""
    life = life_of(call.fields, gateway.clock.now(), QRIS_LIFE, LONGEST_QRIS_LIFE[acquirer])
    transaction = new_transaction(gateway, call, life)
    transaction.payment_type = "qris"
    transaction.acquirer = acquirer
    config = gateway.config
    merchant = Merchant(config.merchant_id, config.merchant_name, config.merchant_city, config.nmid)
    text = qr_text(merchant, transaction.gross_amount, gateway.ids.uuid(), acquirer)
    transaction.qr_string = distorted_qr(text, call.faults)
    moment = f"{transaction.created_at.astimezone(JAKARTA):%Y%m%d%H%M%S}"
    transaction.framed_qr_id = f"A1{moment}{gateway.ids.letters(10)}ID"
    gateway.book.add(transaction)
    plan_expiry(gateway, transaction)
    gateway.tell(transaction)
    return transaction


def _charge_qris(gateway: Gateway, call: Call) -> Answer:
    acquirer = _acquirer(call.fields)
    if call.fault("charge_denied"):
        return _denied(gateway, call)
    transaction = open_qris(gateway, call, acquirer)
    document = outcome_statement(transaction, gateway.config, "201", "QRIS transaction is created")
    is_full = acquirer == "gopay" or gateway.settings.shopeepay_qr_string
    document["actions"] = _actions(gateway, transaction, is_full=is_full)
    if is_full:
        document["qr_string"] = transaction.qr_string
    if transaction.expires_at is not None:
        document["expiry_time"] = stamp(transaction.expires_at)
    return Answer(document=document)


def _acquirer(fields: dict[str, Any]) -> str:
    block = fields.get("qris")
    if block is None:
        return "gopay"
    acquirer = block.get("acquirer") if isinstance(block, dict) else None
    if acquirer not in NNS_BY_ACQUIRER:
        raise invalid("qris.acquirer is required" if not acquirer else "qris.acquirer is not supported")
    return str(acquirer)


def _actions(gateway: Gateway, transaction: Transaction, *, is_full: bool) -> list[dict[str, str]]:
    base = gateway.config.public_url.rstrip("/")
    plain = f"{base}/v2/qris/{transaction.transaction_id}/qr-code"
    actions = [{"name": "generate-qr-code", "method": "GET", "url": plain}]
    if is_full:
        framed = f"{base}/v4/qris/{transaction.framed_qr_id}/qr-code"
        actions.append({"name": "generate-qr-code-v2", "method": "GET", "url": framed})
    return actions


def _denied(gateway: Gateway, call: Call) -> Answer:
    """Deny at creation. The provider's refusals at this point are not notified."""
    transaction = new_transaction(gateway, call, life=None)
    transaction.status = "deny"
    transaction.details = {"channel_response_code": "112", "channel_response_message": "Transaction rejected"}
    gateway.book.add(transaction)
    document = outcome_statement(transaction, gateway.config, "202", "GoPay transaction is denied")
    return Answer(document=document)


def _urls(call: Call, header: str) -> list[str] | None:
    """Read up to three addresses out of a header. None when it was not sent."""
    value = call.headers.get(header)
    if value is None:
        return None
    return [each.strip() for each in value.split(",") if each.strip()][:3]
