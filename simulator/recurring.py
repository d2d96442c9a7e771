"""Charges subscriptions when they are due, tries failures again, and tells the merchant."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator import card_charges
from simulator.calls import Call
from simulator.charges import new_transaction
from simulator.refusals import Refusal
from simulator.statements import status_statement
from simulator.subscriptions import described

if TYPE_CHECKING:
    from simulator.book import Transaction
    from simulator.gateway import Gateway
    from simulator.subscriptions import Subscription

MOST_RETRIES = 3
RETRY_GAP = timedelta(hours=1)


def plan(gateway: Gateway, subscription: Subscription) -> None:
    """Put the next charge of a subscription on the agenda."""
    if subscription.next_at is not None:
        wait = max(0.0, (subscription.next_at - gateway.clock.now()).total_seconds())
        due = partial(_charge_if_active, gateway, subscription, subscription.next_at)
        gateway.agenda.at(gateway.clock.after(wait), due)


def _charge_if_active(gateway: Gateway, subscription: Subscription, planned_for: object) -> None:
    is_known = gateway.subscriptions.get(subscription.subscription_id) is subscription
    # A second entry on the agenda, left over from disabling and enabling, must not charge twice.
    if not is_known or subscription.status != "active" or subscription.next_at != planned_for:
        return
    transaction = _charge(gateway, subscription)
    if transaction is not None:
        subscription.transaction_ids.append(transaction.transaction_id)
    if transaction is not None and transaction.status == "capture":
        _after_success(gateway, subscription)
    else:
        _after_failure(gateway, subscription)
    _tell(gateway, subscription, transaction)
    plan(gateway, subscription)


def _charge(gateway: Gateway, subscription: Subscription) -> Transaction | None:
    """Charge the saved card once. None when there is no such card."""
    order_id = f"{subscription.fields['name'][:20]}-{gateway.ids.digits(8)}"
    fields: dict[str, Any] = {
        "payment_type": "credit_card",
        "transaction_details": {"order_id": order_id, "gross_amount": int(subscription.fields["amount"])},
        "credit_card": {"token_id": subscription.fields["token"]},
    }
    call = Call("subscription", "POST", "/v2/charge", {}, {}, {}, b"", document=fields)
    try:
        answer = card_charges.charge_card(gateway, call, new_transaction(gateway, call, life=None))
    except Refusal:
        return None
    return gateway.transaction(answer.document["transaction_id"])


def _after_success(gateway: Gateway, subscription: Subscription) -> None:
    subscription.done += 1
    subscription.retries = 0
    subscription.previous_at = gateway.clock.now()
    most = subscription.schedule.get("max_interval")
    is_over = isinstance(most, int) and subscription.done >= most
    previous = subscription.next_at or subscription.previous_at
    subscription.next_at = None if is_over else previous + subscription.interval
    if is_over:
        subscription.status = "inactive"


def _after_failure(gateway: Gateway, subscription: Subscription) -> None:
    subscription.retries += 1
    if subscription.retries > MOST_RETRIES:
        subscription.status, subscription.next_at = "inactive", None
    else:
        subscription.next_at = gateway.clock.now() + RETRY_GAP


def _tell(gateway: Gateway, subscription: Subscription, transaction: Transaction | None) -> None:
    """Post what happened. These posts carry no signature, at Midtrans either."""
    statement = status_statement(transaction, gateway.config) if transaction else {}
    statement.pop("signature_key", None)
    body = {"event_name": "subscription.charge", "subscription": described(subscription), "transaction": statement}
    gateway.tell_account(subscription.subscription_id, body)
