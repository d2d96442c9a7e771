"""Thousands of random stories of a whole restaurant, eighty acts each, on both databases."""

import os
import time

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chaos.databases import Databases
from tests.chaos.figures import Figures
from tests.chaos.streets import open_street_on
from tests.state.any_story import AnyStory, told

STORIES = int(os.environ.get("MEJA_TEST_STORIES", "20000"))
STEPS = int(os.environ.get("MEJA_TEST_STEPS", "80"))
_A_BATCH = 50
_ON_SQLITE = 0.8


def run(minutes: float, databases: Databases) -> list[Figures]:
    """Tell as many stories as the time allows, twenty thousand at most, four fifths of them on SQLite."""
    shares = {"sqlite": _ON_SQLITE, "postgresql": 1 - _ON_SQLITE} if len(databases.kinds) > 1 else {}
    return [_on(kind, minutes * 60, shares.get(kind, 1.0), databases) for kind in databases.kinds]


def _on(kind: str, seconds: float, share: float, databases: Databases) -> Figures:
    until, broken = time.monotonic() + seconds * share, []
    with open_street_on(kind, databases) as street:
        machine = told(street)
        while time.monotonic() < until and machine.tally.stories < STORIES * share and not broken:
            broken += _tell(machine)
    databases.say(f"{kind}: {machine.tally}")
    counts = {
        "stories": machine.tally.stories,
        "acts": machine.tally.tried.total(),
        "with_an_effect": machine.tally.worked.total(),
        "kinds_of_act": len(machine.tally.tried),
        "kinds_without_effect": len(machine.tally.idle),
    }
    return Figures("state", kind, counts, broken)


def _tell(machine: type[AnyStory]) -> list[str]:
    """Tell one batch of stories; the shortest that breaks something is what is told of it."""
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=_A_BATCH,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    except Exception as fault:  # noqa: BLE001 - whatever a story breaks is what is looked for
        story = " / ".join(line for line in getattr(fault, "__notes__", []) if "state." in line)
        return [f"{type(fault).__name__}: {fault} — {story}"[:2000]]
    return []
