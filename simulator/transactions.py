"""Calls about a transaction that exists: status, cancel, expire.

Source: Midtrans, get transaction status, cancel transaction, expire transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import lifecycle
from simulator.calls import Answer
from simulator.statements import outcome_statement, status_statement

if TYPE_CHECKING:
    from simulator.calls import Call
    from simulator.gateway import Gateway


def status(gateway: Gateway, call: Call) -> Answer:
    """Say what became of a transaction."""
    return Answer(document=status_statement(gateway.transaction(call.ids["any_id"]), gateway.config))


def status_b2b(gateway: Gateway, call: Call) -> Answer:
    """Say the same in the shape of the partner call, as a list."""
    transaction = gateway.transaction(call.ids["any_id"])
    document = {
        "status_code": "200",
        "status_message": "Success, transactions are found",
        "id": gateway.ids.uuid(),
        "transactions": [status_statement(transaction, gateway.config)],
    }
    return Answer(document=document)


def cancel(gateway: Gateway, call: Call) -> Answer:
    """End a transaction on the merchant's word."""
    transaction = gateway.transaction(call.ids["any_id"])
    lifecycle.cancel(gateway, transaction)
    document = outcome_statement(transaction, gateway.config, "200", "Success, transaction is canceled")
    return Answer(document=document)


def expire(gateway: Gateway, call: Call) -> Answer:
    """End a transaction as if its time were over. The answer's 407 is a success."""
    transaction = gateway.transaction(call.ids["any_id"])
    lifecycle.expire(gateway, transaction)
    document = outcome_statement(transaction, gateway.config, "407", "Success, transaction has expired")
    return Answer(document=document)
