"""Evening after evening on SQLite and on PostgreSQL at once: whatever is said and shown must be the same."""

import time

from tests.chaos.databases import Databases
from tests.chaos.figures import Figures
from tests.chaos.streets import open_street_on
from tests.differential.compare import Pair, differences

_SCENARIOS = 200


def run(minutes: float, databases: Databases) -> list[Figures]:
    """Compare two hundred evenings, or as many as the time allows; needs both databases, whatever is asked for."""
    until, told, broken = time.monotonic() + minutes * 60, 0, []
    with open_street_on("sqlite", databases) as sqlite, open_street_on("postgresql", databases) as postgresql:
        for seed in range(_SCENARIOS):
            if time.monotonic() > until:
                break
            broken += [f"evening {seed}: {line}" for line in differences(Pair(sqlite, postgresql), seed)]
            told += 1
    databases.say(f"{told} evenings compared")
    return [Figures("diff", "both", {"evenings": told}, broken)]
