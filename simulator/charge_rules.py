"""What a charge must look like before anything is made of it.

Sources: Midtrans, JSON objects of the charge call, and its page on custom_expiry.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from simulator.clock import parse_stamp
from simulator.refusals import invalid

if TYPE_CHECKING:
    from datetime import datetime

ORDER_ID = re.compile(r"[A-Za-z0-9\-_~.]+")
SHORTEST_LIFE = timedelta(seconds=20)
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
LONGEST_TEXT = 255
ECHOED_TEXTS = ("custom_field1", "custom_field2", "custom_field3")

Problems = list[str]


def check_charge(fields: dict[str, Any], largest: int, *, is_strict: bool = True) -> None:
    """Raise Refusal 400 with everything that is wrong with a charge's common parts."""
    details = fields.get("transaction_details")
    if not isinstance(details, dict):
        msg = "transaction_details is required"
        raise invalid(msg)
    problems = order_id_problems(details.get("order_id"), is_strict=is_strict)
    problems += amount_problems(details.get("gross_amount"), largest)
    if not problems:
        problems += item_problems(fields.get("item_details"), details["gross_amount"])
    problems += _text_problems(fields)
    if problems:
        raise invalid(*problems)


def order_id_problems(order_id: object, *, is_strict: bool) -> Problems:
    """Say what is wrong with an order id. Snap is laxer about symbols than the Core API."""
    if not isinstance(order_id, str) or not order_id.strip():
        return ["transaction_details.order_id is required"]
    if len(order_id) > 50:
        return ["transaction_details.order_id size must be between 1 and 50"]
    if is_strict and not ORDER_ID.fullmatch(order_id):
        return ["transaction_details.order_id contains unsupported characters"]
    return []


def amount_problems(amount: object, largest: int | None = None) -> Problems:
    """Say what is wrong with a gross amount: whole rupiah from 1 up."""
    if amount is None:
        return ["transaction_details.gross_amount is required"]
    if not isinstance(amount, int) or isinstance(amount, bool):
        return ["transaction_details.gross_amount must be an integer"]
    if amount < 1:
        return ["transaction_details.gross_amount must be greater than or equal to 1"]
    if largest is not None and amount > largest:
        return [f"transaction_details.gross_amount must be less than or equal to {largest}"]
    return []


def item_problems(items: object, gross_amount: int) -> Problems:
    """Say what is wrong with the item lines; their sum must be the gross amount exactly."""
    if items is None:
        return []
    if not isinstance(items, list):
        return ["item_details must be a list"]
    problems = [problem for place, item in enumerate(items) for problem in _line_problems(place, item)]
    if problems:
        return problems
    if sum(item["price"] * item["quantity"] for item in items) != gross_amount:
        return ["transaction_details.gross_amount is not equal to the sum of item_details"]
    return []


def life_of(fields: dict[str, Any], now: datetime, usual: timedelta, longest: timedelta) -> timedelta:
    """Return how long the transaction lives from now on. Raises Refusal 400 when that is too short.

    A life that is too long is cut, as Midtrans's deployment notes say.
    """
    wanted = fields.get("custom_expiry")
    if wanted is None:
        return usual
    if not isinstance(wanted, dict):
        msg = "custom_expiry must be an object"
        raise invalid(msg)
    start = _start(wanted, now)
    seconds = _whole(wanted.get("expiry_duration")) * _seconds_of(wanted.get("unit"))
    # The count starts at order_time, so an old order_time shortens the life.
    life = start + timedelta(seconds=min(seconds, longest.total_seconds())) - now
    # order_time has whole seconds and is a moment old by now, which must not refuse a life of 20 s.
    shortest = SHORTEST_LIFE - timedelta(seconds=2)
    if seconds < SHORTEST_LIFE.total_seconds() or life < shortest:
        msg = "custom_expiry is below minimum threshold"
        raise invalid(msg)
    return life


def echoed_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Return what comes back with every statement about the transaction."""
    kept = {name: fields[name] for name in (*ECHOED_TEXTS, "metadata") if fields.get(name) is not None}
    return {name: value for name, value in kept.items() if value != ""}


def _line_problems(place: int, item: object) -> Problems:
    name = f"item_details[{place}]"
    if not isinstance(item, dict):
        return [f"{name} must be an object"]
    problems = []
    for number, lowest in (("price", None), ("quantity", 1)):
        value = item.get(number)
        if not isinstance(value, int) or isinstance(value, bool):
            problems.append(f"{name}.{number} is required")
        elif lowest is not None and value < lowest:
            problems.append(f"{name}.{number} must be greater than or equal to {lowest}")
    label = item.get("name")
    if not isinstance(label, str) or not label:
        problems.append(f"{name}.name is required")
    texts = ("id", "name", "brand", "category", "merchant_name")
    problems += [f"{name}.{text} size must be between 0 and 50" for text in texts if len(str(item.get(text, ""))) > 50]
    return problems


def _text_problems(fields: dict[str, Any]) -> Problems:
    problems = [
        f"{name} size must be between 0 and {LONGEST_TEXT}"
        for name in ECHOED_TEXTS
        if len(str(fields.get(name) or "")) > LONGEST_TEXT
    ]
    customer = fields.get("customer_details")
    if customer is not None and not isinstance(customer, dict):
        return [*problems, "customer_details must be an object"]
    return problems + [
        f"customer_details.{name} size must be between 0 and {LONGEST_TEXT}"
        for name in ("first_name", "last_name", "email", "phone")
        if len(str((customer or {}).get(name) or "")) > LONGEST_TEXT
    ]


def _start(wanted: dict[str, Any], now: datetime) -> datetime:
    text = wanted.get("order_time")
    if text is None:
        return now
    try:
        return parse_stamp(str(text)).astimezone(UTC)
    except ValueError:
        msg = "custom_expiry.order_time must have the format yyyy-MM-dd HH:mm:ss Z"
        raise invalid(msg) from None


def _whole(value: object) -> int:
    text = str(value)
    if isinstance(value, bool) or not text.isdigit():
        msg = "custom_expiry.expiry_duration must be a positive number"
        raise invalid(msg)
    return int(text)


def _seconds_of(unit: object) -> int:
    name = str(unit or "minute").lower().removesuffix("s")
    if name not in UNITS:
        msg = "custom_expiry.unit must be one of second, minute, hour, day"
        raise invalid(msg)
    return UNITS[name]
