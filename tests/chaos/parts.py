"""The parts of the long fault programme: where each one lives and how much of the time it gets.

A part is a module with one function:

    def run(minutes: float, databases: Databases) -> list[Figures]

It plays its faults on every kind of database in `databases.kinds`, each time on `databases.fresh(kind)`, says with
`databases.say(…)` how far it is, ends with the invariants, and gives one `Figures` a database. It returns what it found
and raises only when it could not be played. `minutes` is its whole share, for all databases together.

A part whose module does not exist is left out, unless it is asked for by name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of trouble."""

    name: str
    module: str
    weight: float
    """Its share of the time, next to the weights of the others that run."""

    @property
    def exists(self) -> bool:
        return find_spec(self.module) is not None

    def load(self) -> ModuleType:
        return import_module(self.module)


PARTS: tuple[Part, ...] = (
    Part("crashloop", "tests.chaos.crashloop", 35),
    Part("torture", "tests.chaos.torture", 11),
    Part("faults", "tests.chaos.faults", 10),
    Part("storage", "tests.chaos.storage", 5),
    Part("crash", "tests.chaos.crash_points", 5),
    Part("races", "tests.chaos.races", 2),
    Part("interleave", "tests.chaos.interleave", 3),
    Part("state", "tests.chaos.state", 5),
    Part("diff", "tests.chaos.diff", 1),
    Part("drill", "tests.chaos.restore_drill", 1),
    Part("rolling", "tests.chaos.rolling", 5),
    Part("renewing", "tests.chaos.renewing", 5),
    Part("idle", "tests.chaos.idle_lines", 4),
)


class NoSuchPart(Exception):
    """A part was asked for that nobody knows, or that is not written."""


def chosen(names: Sequence[str]) -> list[Part]:
    """Give the parts of these names; of no name, all that exist. Raises NoSuchPart."""
    if not names:
        return [part for part in PARTS if part.exists]
    known = {part.name: part for part in PARTS}
    for name in names:
        if name not in known:
            message = f"there is no part {name!r}; known: {', '.join(known)}"
            raise NoSuchPart(message)
        if not known[name].exists:
            message = f"the part {name!r} is not there: {known[name].module} is missing"
            raise NoSuchPart(message)
    return [known[name] for name in dict.fromkeys(names)]


def share_out(minutes: float, parts: Sequence[Part]) -> dict[str, float]:
    """Give every part its minutes: all of them together are what was asked for."""
    whole = sum(part.weight for part in parts)
    return {part.name: minutes * part.weight / whole for part in parts}
