"""What a fault made by hand is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong change of one file, and the tests that must notice it."""

    name: str
    hurts: str
    """Who would suffer how, in one sentence."""
    file: str
    old: str
    """Occurs exactly once in the file."""
    new: str
    tests: tuple[str, ...]
    """`path::test_name`, each of which must fail, in one of its variants at least."""
