"""Compares what the menu cost before and after somebody changed it."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.menu.models import Dish


def prices_of(dishes: Iterable[Dish]) -> Mapping[str, int]:
    """Tell what each dish on the menu costs, and what each answer to its questions adds; their questions are loaded."""
    prices = {}
    for dish in dishes:
        if dish.is_listed:
            prices[dish.name] = dish.price
            for group in dish.option_groups:
                added = {f"{dish.name} · {group.name} · {option.name}": option.price for option in group.options}
                prices |= added
    return prices


def changes_between(before: Mapping[str, int], after: Mapping[str, int]) -> list[dict[str, Any]]:
    """List what costs something else now; what came new has no price before, what went has none after."""
    names = dict.fromkeys([*before, *after])
    return [
        {"what": name, "before": before.get(name), "after": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    ]
