"""Bank transfers to a number made for one order.

Source: Midtrans, bank transfer charge and VA number object.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.calls import Answer
from simulator.clock import stamp
from simulator.lifecycle import plan_expiry
from simulator.refusals import invalid
from simulator.statements import outcome_statement

if TYPE_CHECKING:
    from simulator.book import Transaction
    from simulator.calls import Call
    from simulator.gateway import Gateway

BANKS = ("bca", "bni", "bri", "cimb", "permata")
LIFE = timedelta(hours=24)
LONGEST_LIFE = timedelta(days=180)


def check_bank(fields: dict[str, Any]) -> str:
    """Return the bank a charge asks for. Raises Refusal 400 when it names none of them."""
    block = fields.get("bank_transfer")
    bank = block.get("bank") if isinstance(block, dict) else None
    if bank not in BANKS:
        raise invalid("bank_transfer.bank is required" if not bank else "bank_transfer.bank is not supported")
    return str(bank)


def charge_bank(gateway: Gateway, call: Call, transaction: Transaction) -> Answer:
    """Open a number for this order and wait for the money."""
    bank = check_bank(call.fields)
    transaction.payment_type = "bank_transfer"
    number = gateway.ids.digits(16 if bank == "permata" else 11)
    if bank == "permata":
        transaction.details = {"permata_va_number": number}
    else:
        transaction.details = {"va_numbers": [{"bank": bank, "va_number": number}]}
    gateway.book.add(transaction)
    plan_expiry(gateway, transaction)
    gateway.tell(transaction)
    message = "Success, Bank Transfer transaction is created"
    document = outcome_statement(transaction, gateway.config, "201", message)
    if transaction.expires_at is not None:
        document["expiry_time"] = stamp(transaction.expires_at)
    return Answer(document=document)
