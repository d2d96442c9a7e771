"""What stands in a cell: text, a workbook's own number, or a formula that nobody has worked out here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

LONGEST_CELL: Final = 200
"""Characters that a cell may have which is read at all."""
MOST_COLUMNS: Final = 200


class Number(str):
    """A number as a workbook keeps it: with a point before its decimals, and nothing between its thousands."""

    __slots__ = ()


class Formula(str):
    """Something to be worked out by a spreadsheet. What it last came to is not believed."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file, as a spreadsheet counts it from 1; every cell is `str`, `Number` or `Formula`."""

    number: int
    cells: Sequence[str]

    def cell(self, position: int) -> str:
        """Give a cell, trimmed; empty where the row is shorter."""
        if position >= len(self.cells):
            return ""
        cell = self.cells[position]
        return cell.strip() if type(cell) is str else cell


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, one after the other, and how its numbers count days."""

    rows: Iterator[Row]
    begins_1904: bool = False
    """Whether day 0 of the workbook's numbers is in 1904, as on old Macintoshes."""
