"""The same steps by people who do not wait for one another: threads that leave one barrier together."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.interleavings.play import broken
from tests.interleavings.table import STEPS, OneTable, Told, seat
from tests.state.house import Street, steady_by

_PEOPLE = 5
_PATIENCE = 30.0
_BY_ITSELF = frozenset({"expire"})
"""Time does not pass for one of them alone: it is let pass before or after."""


def at_once(street: Street, dice: random.Random, told: Told) -> list[str]:
    """Let five people act on one order at the very same moment, some after a beginning or before an end of its own."""
    shop = street.open()
    with steady_by(shop.clock):  # type: ignore[arg-type] # a street's clock is a story's
        try:
            table = seat(shop)
            before, after = (dice.choice(["", *STEPS]) for _ in range(2))
            together = [dice.choice([step for step in STEPS if step not in _BY_ITSELF]) for _ in range(_PEOPLE)]
            if before:
                table.step(before)
            _together(table, together)
            if after:
                table.step(after)
            try:
                told.stories[table.end()] += 1
            except AssertionError as nothing_fits:
                return [f"{before} | {' '.join(together)} | {after}: {nothing_fits}"]
            return [f"{before} | {' '.join(together)} | {after}: {fault}" for fault in broken(shop)]
        finally:
            street.clear(shop)


def _together(table: OneTable, steps: list[str]) -> None:
    barrier = Barrier(len(steps))

    def act(name: str) -> bool:
        barrier.wait(_PATIENCE)
        return table.step(name)

    with ThreadPoolExecutor(len(steps)) as people:
        for done in [people.submit(act, name) for name in steps]:
            done.result(_PATIENCE)
