"""Thousands of random stories of a whole restaurant, eighty acts each, on both databases."""

import os
import time

from tests.chaos.databases import Databases
from tests.chaos.figures import Figures
from tests.chaos.streets import open_street_on
from tests.state.any_story import acts_on, tell_a_dozen
from tests.state.house import Street
from tests.state.telling import Tally

STORIES = int(os.environ.get("MEJA_TEST_STORIES", "20000"))
STEPS = int(os.environ.get("MEJA_TEST_STEPS", "80"))
_ON_SQLITE = 0.8


def run(minutes: float, databases: Databases) -> list[Figures]:
    """Tell as many stories as the time allows, twenty thousand at most, four fifths of them on SQLite."""
    shares = {"sqlite": _ON_SQLITE, "postgresql": 1 - _ON_SQLITE} if len(databases.kinds) > 1 else {}
    return [_on(kind, minutes * 60, shares.get(kind, 1.0), databases) for kind in databases.kinds]


def _on(kind: str, seconds: float, share: float, databases: Databases) -> Figures:
    broken: list[str] = []
    until = time.monotonic() + seconds * share
    with open_street_on(kind, databases) as street:
        tally = Tally(acts_on(street))
        while time.monotonic() < until and tally.stories < STORIES * share and not broken:
            broken += _tell(street, tally, until)
    databases.say(f"{kind}: {tally}")
    counts: dict[str, float] = {
        "stories": tally.stories,
        "acts": tally.tried.total(),
        "with_an_effect": tally.worked.total(),
        "kinds_of_act": len(tally.tried),
        "kinds_without_effect": len(tally.idle),
    }
    return Figures("state", kind, counts, broken)


def _tell(street: Street, tally: Tally, until: float) -> list[str]:
    """Tell a dozen stories, as far as there is time for them; the shortest that breaks something is what is told of it."""
    try:
        tell_a_dozen(street, tally, STEPS, until)
    except Exception as fault:  # noqa: BLE001 - whatever a story breaks is what is looked for
        story = " / ".join(line for line in getattr(fault, "__notes__", []) if "state." in line)
        # Where the time was over before the shortest was found, the fault stands inside of another one.
        inner = " / ".join(str(one) for one in getattr(fault, "exceptions", ()))
        return [f"{type(fault).__name__}: {fault} {inner} — {story}"[:2000]]
    return []
