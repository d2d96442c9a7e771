"""The table of faults may not rot: what it breaks still stands in the source, and what it names still exists."""

import ast
from collections import Counter
from functools import cache

import pytest

from tests.broken_by_hand.fault import Fault
from tests.broken_by_hand.faults import FAULTS
from tests.broken_by_hand.page import PAGE, written
from tests.broken_by_hand.workshop import ROOT, plain


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_each_fault_can_still_be_made_and_its_tests_still_exist(fault: Fault) -> None:
    source = (ROOT / fault.file).read_text(encoding="utf-8")
    assert source.count(fault.old) == 1, f"tests/broken_by_hand: {fault.file} changed; give “{fault.name}” its new text"
    if fault.file.endswith(".py"):
        compile(source.replace(fault.old, fault.new), fault.file, "exec")

    for test in fault.tests:
        path, _, name = plain(test).partition("::")
        assert name in functions_of(path), f"tests/broken_by_hand: “{fault.name}” names a test that is gone: {test}"


def test_faults_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len(FAULTS) >= 30
    assert [name for name, count in Counter(fault.name for fault in FAULTS).items() if count > 1] == []


def test_the_page_says_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "run: python -m tests.broken_by_hand --write"
