"""Printers that stand in the kitchen and at the till."""

from collections.abc import Iterator

import pytest

from tests.printing.printer import NetPrinter, open_printer


@pytest.fixture
def kitchen_printer() -> Iterator[NetPrinter]:
    with open_printer() as printer:
        yield printer


@pytest.fixture
def till_printer() -> Iterator[NetPrinter]:
    with open_printer(58) as printer:
        yield printer
