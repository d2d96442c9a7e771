"""Plays many orders of steps, a few tables to a restaurant, and closes each restaurant with every invariant."""

from collections.abc import Iterable, Sequence
from itertools import islice

from tests.interleavings.table import Told, tell
from tests.shop import Shop
from tests.state.house import Street, steady_by

TABLES = 4
"""Orders in one restaurant: each later one looks at the earlier ones too."""


def play(street: Street, orders: Iterable[Sequence[str]], told: Told, *, tables: int = TABLES) -> list[str]:
    """Play all of them; gives one sentence for whatever was not as it must be."""
    faults: list[str] = []
    waiting = iter(orders)
    while few := list(islice(waiting, tables)):
        shop = street.open()
        with steady_by(shop.clock):  # type: ignore[arg-type] # a street's clock is a story's
            try:
                faults += [fault for steps in few if (fault := _told(shop, steps, told))]
                faults += [f"{few}: {fault}" for fault in broken(shop)]
            finally:
                street.clear(shop)
    return faults


def _told(shop: Shop, steps: Sequence[str], told: Told) -> str:
    try:
        tell(shop, steps, told)
    except AssertionError as nothing_fits:
        return f"{' '.join(steps)}: {nothing_fits}"
    return ""


def broken(shop: Shop) -> list[str]:
    """Name the invariants that do not hold."""
    return [f"{finding.name}: {finding.faults}" for finding in shop.core.books.check() if not finding.holds]
