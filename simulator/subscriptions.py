"""Subscriptions: a saved card that is charged again and again.

Source: Midtrans, create subscription. The calls themselves are in `subscription_calls`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.calls import Answer
from simulator.clock import stamp
from simulator.refusals import Refusal, invalid

if TYPE_CHECKING:
    from simulator.calls import Call
    from simulator.gateway import Gateway

UNIT_DAYS = {"day": 1, "week": 7, "month": 30}
SENT = ("name", "amount", "currency", "token", "payment_type", "metadata", "customer_details")


@dataclass(slots=True)
class Subscription:
    """One agreement to charge regularly."""

    subscription_id: str
    fields: dict[str, Any]
    """As the merchant sent them."""
    created_at: datetime
    next_at: datetime | None
    status: str = "active"
    done: int = 0
    """Charges made so far."""
    retries: int = 0
    """Failures since the last success."""
    previous_at: datetime | None = None
    transaction_ids: list[str] = field(default_factory=list)

    @property
    def schedule(self) -> dict[str, Any]:
        """Interval, unit and number of charges, as the merchant sent them."""
        return dict(self.fields["schedule"])

    @property
    def interval(self) -> timedelta:
        """Time from one charge to the next. A month counts as thirty days here."""
        return timedelta(days=UNIT_DAYS[self.schedule["interval_unit"]] * self.schedule["interval"])


def check(_gateway: Gateway, call: Call) -> None:
    """Raise Refusal 400 unless a subscription could be made of this. Comes before any Idempotency-Key."""
    fields = call.fields
    needed = ("name", "amount", "currency", "payment_type", "token")
    problems = [f"{name} is required" for name in needed if not isinstance(fields.get(name), str) or not fields[name]]
    if not problems and not (fields["amount"].isdigit() and int(fields["amount"]) > 0):
        problems.append("amount must be a positive number")
    problems += schedule_problems(fields.get("schedule"))
    if problems:
        raise invalid(*problems)


def subscription_refusal(refusal: Refusal, _error_id: str) -> Answer:
    """Write a refusal as the subscription calls do: real HTTP statuses, and no body code."""
    document: dict[str, Any] = {"status_message": str(refusal)}
    if refusal.problems:
        document["validation_messages"] = refusal.problems
    status = refusal.code if refusal.code in (400, 401, 404, 500) else 400
    return Answer(status=status, document=document)


def described(subscription: Subscription) -> dict[str, Any]:
    """Return a subscription as its calls show it."""
    moments = {
        "start_time": subscription.created_at,
        "previous_execution_at": subscription.previous_at,
        "next_execution_at": subscription.next_at,
    }
    schedule = {
        **subscription.schedule,
        "current_interval": subscription.done,
        **{name: stamp(moment) for name, moment in moments.items() if moment is not None},
    }
    sent = {name: subscription.fields[name] for name in SENT if name in subscription.fields}
    return {
        "id": subscription.subscription_id,
        **sent,
        "created_at": stamp(subscription.created_at),
        "schedule": schedule,
        "status": subscription.status,
        "transaction_ids": list(subscription.transaction_ids),
    }


def schedule_problems(schedule: object) -> list[str]:
    """Say what is wrong with a schedule."""
    if not isinstance(schedule, dict):
        return ["schedule is required"]
    problems = []
    if not isinstance(schedule.get("interval"), int) or schedule["interval"] < 1:
        problems.append("schedule.interval is required")
    if schedule.get("interval_unit") not in UNIT_DAYS:
        problems.append("schedule.interval_unit must be one of day, week, month")
    return problems
