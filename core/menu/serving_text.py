"""Reads and writes when a part of the menu is served, as a menu file says it: `hours: 06:00-11:00`."""

from typing import Final

from core.base.day_time import DAY, read_span, read_time
from core.menu.raw import Raw
from core.menu.serving import ServingHours

ALWAYS: Final = "always"
"""Takes the hours away again; a file that says nothing leaves them as they are."""


def read_serving(raw: Raw) -> tuple[bool, ServingHours | None]:
    """Read a category's hours: whether the file speaks of them, and what they are. Raises BadMenuFile."""
    said = raw.text("hours", 20)
    last_order = _read_last_order(raw)
    if not said or said == ALWAYS:
        if last_order is not None:
            raw.refuse("last_order", "this needs hours beside it")
        return bool(said), None
    span = read_span(said)
    if span is None:
        raw.refuse("hours", "times such as 06:00-11:00 are expected, or always")
    start, end = span
    if last_order is not None and not 0 < (last_order - start) % DAY <= (end - start) % DAY:
        raw.refuse("last_order", "this must lie within the hours")
    return True, ServingHours(start, end, last_order)


def write_serving(hours: ServingHours | None) -> dict[str, str]:
    """Write hours as the fields that `read_serving` takes back, empty for always."""
    if hours is None:
        return {"hours": "", "last_order": ""}
    return {"hours": f"{hours.starts}-{hours.ends}", "last_order": str(hours.last_orders or "")}


def _read_last_order(raw: Raw) -> int | None:
    value = raw.values.get("last_order")
    if type(value) is int and 0 <= value < DAY:
        return value  # YAML reads 10:45 without quotes as 645, which is what it means here.
    said = raw.text("last_order", 5)
    time = read_time(said)
    if said and time is None:
        raw.refuse("last_order", "a time such as 10:45 is expected")
    return time
