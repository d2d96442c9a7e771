"""The calls about subscriptions: make, show, change, stop and go on.

Source: Midtrans, create, get, update, disable, enable and cancel subscription.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from simulator import recurring
from simulator.calls import Answer
from simulator.clock import parse_stamp
from simulator.refusals import Refusal, invalid
from simulator.subscriptions import Subscription, check, described, schedule_problems

if TYPE_CHECKING:
    from simulator.calls import Call
    from simulator.gateway import Gateway

MISSING = "Subscription doesn't exist."
UPDATED = {"status_message": "Subscription is updated."}


def create(gateway: Gateway, call: Call) -> Answer:
    """Agree on regular charges."""
    check(gateway, call)
    schedule = call.fields["schedule"]
    first = _start(schedule, gateway.clock.now())
    made = Subscription(gateway.ids.uuid(), call.fields, gateway.clock.now(), first)
    gateway.subscriptions[made.subscription_id] = made
    recurring.plan(gateway, made)
    return Answer(document=described(made))


def show(gateway: Gateway, call: Call) -> Answer:
    """Say how a subscription stands."""
    return Answer(document=described(_found(gateway, call)))


def update(gateway: Gateway, call: Call) -> Answer:
    """Change amount, card, name or schedule from now on."""
    subscription = _found(gateway, call)
    changed = {**subscription.fields, **call.fields}
    changed["schedule"] = {**subscription.schedule, **(call.fields.get("schedule") or {})}
    if problems := schedule_problems(changed["schedule"]):
        raise invalid(*problems)
    subscription.fields = changed
    return Answer(document=UPDATED)


def disable(gateway: Gateway, call: Call) -> Answer:
    """Stop charging until it is enabled again."""
    subscription = _found(gateway, call)
    subscription.status = "inactive"
    return Answer(document=UPDATED)


def enable(gateway: Gateway, call: Call) -> Answer:
    """Go on charging."""
    subscription = _found(gateway, call)
    if subscription.status != "active":
        subscription.status = "active"
        recurring.plan(gateway, subscription)
    return Answer(document=UPDATED)


def cancel(gateway: Gateway, call: Call) -> Answer:
    """Stop charging for good."""
    subscription = _found(gateway, call)
    subscription.status, subscription.next_at = "inactive", None
    return Answer(document={"status_message": "Subscription is canceled."})


def _found(gateway: Gateway, call: Call) -> Subscription:
    found = gateway.subscriptions.get(call.ids["subscription_id"])
    if found is None:
        raise Refusal(404, MISSING)
    return found


def _start(schedule: dict[str, Any], now: datetime) -> datetime:
    text = schedule.get("start_time")
    if text is None:
        return now
    try:
        return max(parse_stamp(str(text)).astimezone(UTC), now)
    except ValueError:
        problem = "schedule.start_time must have the format yyyy-MM-dd HH:mm:ss Z"
        raise invalid(problem) from None
