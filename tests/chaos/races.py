"""Every race of two people about one order, before and after each of the first four transactions, on both databases."""

import itertools
import time
from collections.abc import Iterator

from tests.chaos.databases import Databases
from tests.chaos.figures import Figures
from tests.chaos.streets import open_street_on
from tests.races.moments import SIDES, Moment
from tests.races.race import Score, race
from tests.races.scenes import PAIRS, Setting

_TRANSACTIONS = 4
_TIMES = 20


def run(minutes: float, databases: Databases) -> list[Figures]:
    """Run every pair at every moment, twenty times over where there is time for it."""
    return [_on(kind, minutes * 60 / len(databases.kinds), databases) for kind in databases.kinds]


def _on(kind: str, seconds: float, databases: Databases) -> Figures:
    until, score, broken = time.monotonic() + seconds, Score(), []
    with open_street_on(kind, databases) as street:
        for setting, first, second, moment in _races():
            if time.monotonic() > until:
                break
            if lost := race(street, setting, first, second, moment, score):
                broken.append(str(lost))
    counts: dict[str, float] = {"races": score.runs, "rivals_came": score.met}
    counts |= {"neither_refused": score.both, "pairs": len(PAIRS)}
    databases.say(f"{kind}: {counts}")
    return Figures("races", kind, counts, broken)


def _races() -> Iterator[tuple[Setting, str, str, Moment]]:
    for _, number, side in itertools.product(range(_TIMES), range(1, _TRANSACTIONS + 1), SIDES):
        for setting, first, second in PAIRS:
            yield setting, first, second, Moment(side, number)
