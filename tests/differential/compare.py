"""Plays one evening on each database and lays what was seen side by side."""

from dataclasses import dataclass
from typing import Any

from tests.differential.scenario import evening
from tests.state.house import Street, steady_by

_MOST = 5
"""Differences that are named."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The same restaurant twice."""

    sqlite: Street
    postgresql: Street


def opened(street: Street, seed: int) -> dict[str, Any]:
    """Play an evening in a new restaurant of a street."""
    shop = street.open()
    try:
        with steady_by(shop.clock):  # type: ignore[arg-type] # a street's clock is a story's
            return evening(shop, seed)
    finally:
        street.clear(shop)


def differences(pair: Pair, seed: int) -> list[str]:
    """Name what is not the same; nothing when all is."""
    one, other = opened(pair.sqlite, seed), opened(pair.postgresql, seed)
    return [
        f"{name}: {first} <> {second}"
        for name in one
        for first, second in _pairs(one[name], other[name])
        if first != second
    ][:_MOST]


def _pairs(one: Any, other: Any) -> list[tuple[Any, Any]]:
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return list(zip(one, other, strict=True))
    return [(one, other)]
