"""Lays rows out on a strip of paper so many columns wide. Knows no printer and no order."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.printing.plain import plain

COLUMNS: Final[Mapping[int, int]] = {58: 32, 80: 48}
"""Characters of the usual size in a line, by the paper's width in millimetres."""


class Size(enum.Enum):
    """How many times wider and higher than usual letters are."""

    NORMAL = (1, 1)
    TALL = (1, 2)
    LARGE = (2, 2)
    HUGE = (3, 3)

    @property
    def wide(self) -> int:
        return self.value[0]

    @property
    def high(self) -> int:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Words:
    """Text that takes as many lines as it needs."""

    text: str
    size: Size = Size.NORMAL
    is_bold: bool = False
    is_centred: bool = False
    lead: str = ""
    """Stands before the first line; the others begin below the text, not below this."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A label, and a value at the right edge."""

    label: str
    value: str
    size: Size = Size.NORMAL
    is_bold: bool = False
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An empty line."""


Row = Words | Pair | Rule | Gap


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: printable ASCII, no wider than the paper."""

    text: str
    size: Size = Size.NORMAL
    is_bold: bool = False


def lay_out(rows: Sequence[Row], columns: int) -> list[Line]:
    """Break rows into lines that fit."""
    return [line for row in rows for line in _lines(row, columns)]


def _lines(row: Row, columns: int) -> Iterator[Line]:
    if isinstance(row, Gap):
        yield Line("")
    elif isinstance(row, Rule):
        yield Line("-" * columns)
    elif isinstance(row, Words):
        yield from _lines_of_words(row, columns // row.size.wide)
    else:
        yield from _lines_of_pair(row, columns // row.size.wide)


def _lines_of_words(row: Words, width: int) -> Iterator[Line]:
    lead = plain(row.lead)
    for place, text in enumerate(_wrapped(plain(row.text), width - len(lead))):
        line = f"{lead if place == 0 else ' ' * len(lead)}{text}"
        yield Line(line.center(width).rstrip() if row.is_centred else line.rstrip(), row.size, row.is_bold)


def _lines_of_pair(row: Pair, width: int) -> Iterator[Line]:
    """Write the value beside the last line of its label, or below it where both do not fit."""
    lead, value = plain(row.lead), plain(row.value)
    labels = _wrapped(plain(row.label), width - len(lead))
    texts = [f"{lead if place == 0 else ' ' * len(lead)}{label}" for place, label in enumerate(labels)]
    values = _wrapped(value, width)
    if len(values) == 1 and len(texts[-1]) + 1 + len(value) <= width:
        texts[-1] += value.rjust(width - len(texts[-1]))
    else:
        texts += [part.rjust(width) for part in values]
    for text in texts:
        yield Line(text.rstrip(), row.size, row.is_bold)


def _wrapped(text: str, width: int) -> list[str]:
    """Break text at its spaces, and a word that is too long for a line anywhere."""
    lines = [""]
    for word in text.split():
        left = word
        if lines[-1] and len(lines[-1]) + 1 + len(left) <= width:
            lines[-1] += f" {left}"
            continue
        if lines[-1]:
            lines.append("")
        while len(left) > width:
            lines[-1], left = left[:width], left[width:]
            lines.append("")
        lines[-1] = left
    return lines
