"""Ten thousand random interleavings of pay, cancel, cash, run out and give back: one story each, every invariant held."""

import random
import time
from collections.abc import Iterator

from tests.chaos.databases import Databases
from tests.chaos.figures import Figures
from tests.chaos.streets import open_street_on
from tests.interleavings.play import play
from tests.interleavings.table import STEPS, Told
from tests.interleavings.threads import at_once
from tests.state.house import Street

_WANTED = 10_000
_MOST_STEPS = 8
_AT_ONCE = 0.2
"""The share of the time that goes to people who act at the very same moment."""


def run(minutes: float, databases: Databases) -> list[Figures]:
    """Play as many as the time allows, ten thousand on each database at most."""
    return [_on(kind, minutes * 60 / len(databases.kinds), databases) for kind in databases.kinds]


def _on(kind: str, seconds: float, databases: Databases) -> Figures:
    began, told, together = time.monotonic(), Told(), Told()
    with open_street_on(kind, databases) as street:
        broken = play(street, _random_steps(kind, began + seconds * (1 - _AT_ONCE)), told)
        broken += _at_once(street, began + seconds, together)
    databases.say(f"{kind}: {told}")
    databases.say(f"{kind}, at once: {together}")
    counts: dict[str, float] = {
        "interleavings": told.stories.total(),
        "wanted": _WANTED,
        "at_once": together.stories.total(),
        "kinds_of_story": len(told.stories | together.stories),
    }
    return Figures("interleave", kind, counts, broken)


def _random_steps(kind: str, until: float) -> Iterator[list[str]]:
    """Draw others for each kind of database: what one has shown, the other need not show again."""
    dice = random.Random(f"11 {kind}")
    for _ in range(_WANTED):
        if time.monotonic() > until:
            return
        yield [dice.choice(STEPS) for _ in range(dice.randint(2, _MOST_STEPS))]


def _at_once(street: Street, until: float, told: Told) -> list[str]:
    dice, broken = random.Random(12), []
    while time.monotonic() < until and told.stories.total() < _WANTED // 10:
        broken += at_once(street, dice, told)
    return broken
