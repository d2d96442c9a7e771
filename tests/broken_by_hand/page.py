"""Writes the list of faults for people to read."""

from pathlib import Path
from typing import Final

from tests.broken_by_hand.faults import FAULTS

PAGE: Final = Path(__file__).parent / "README.md"
_HEAD: Final = """\
# Broken by hand

Each row is a fault that somebody could make in the product's code, and the tests that fail when it is made.
`python -m tests.broken_by_hand` copies the tree, makes the faults one by one, and runs the named tests on each;
`python -m tests.broken_by_hand NAME…` does some of them, `--write` writes this page anew, `--commit HEAD` takes the tree
of a commit. A quick test holds the table to the source: each place still stands in its file, each test still exists.

"""


def written() -> str:
    """The page as it must be."""
    rows = ["| # | Fault | Why it would hurt | In | Caught by |", "|---|---|---|---|---|"]
    for number, fault in enumerate(FAULTS, start=1):
        tests = "<br>".join(f"`{test.partition('::')[0]}` {_sentence(test)}" for test in fault.tests)
        rows.append(f"| {number} | {fault.name} | {fault.hurts} | `{fault.file}` | {tests} |")
    return _HEAD + "\n".join(rows) + "\n"


def _sentence(test: str) -> str:
    return test.rpartition("::")[2].partition("[")[0].removeprefix("test_").replace("_", " ")
