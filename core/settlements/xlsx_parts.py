"""Reads the XML parts of a workbook as they come, piece by piece: no tree is built, and nothing is declared."""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from xml.parsers.expat import ParserCreate

from core.base.errors import N_
from core.settlements.cells import LONGEST_CELL, MOST_COLUMNS, Formula, Number, Row
from core.settlements.errors import in_file, in_row

MOST_ELEMENTS: Final = 2_000_000
"""Elements that a part may have; ten thousand rows of fifty columns have some more than a million."""
_MOST_ROWS: Final = 1_048_576
_MOST_NAMES: Final = 1_000
_CELL: Final = re.compile(r"([A-Z]{1,3})[0-9]{1,7}", re.ASCII)
_NUMBER: Final = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
Attributes = Mapping[str, str]


class Unreadable(ValueError):
    """XML that no spreadsheet program writes."""


class XmlPart:
    """One part. Whoever reads it is told of each element by its name without its namespace."""

    def __init__(self) -> None:
        self._parser = ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._declares
        self._parser.StartElementHandler = self._starts
        self._parser.EndElementHandler = self._ends
        self._parser.CharacterDataHandler = self.says
        self._elements = 0
        self._names: dict[str, str] = {}
        """Short names by whole ones: asked for a million times, and few."""
        self._kept: list[str] | None = None
        self._kept_length = 0

    def feed(self, piece: bytes) -> None:
        """Read on. Raises Unreadable, or expat's own error."""
        self._parser.Parse(piece, False)

    def end(self) -> None:
        """Say that this was all. Raises as `feed` does."""
        self._parser.Parse(b"", True)

    def start(self, name: str, attributes: Attributes) -> None:
        """Note that an element begins."""

    def stop(self, name: str) -> None:
        """Note that an element ends."""

    def says(self, text: str) -> None:
        """Note text, as far as a cell that is read may be long."""
        if self._kept is not None and self._kept_length <= LONGEST_CELL:
            self._kept.append(text)
            self._kept_length += len(text)

    def keep(self) -> None:
        """Gather the text that follows."""
        self._kept, self._kept_length = [], 0

    def kept(self) -> str:
        """Give what was gathered, and gather no more."""
        text = "".join(self._kept or ())[: LONGEST_CELL + 1]
        self._kept = None
        return text

    def _starts(self, name: str, attributes: Attributes) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise in_file(N_("it has more cells than anybody could read. Export fewer days or fewer columns."))
        short = self._names.get(name)
        if short is None:
            if len(self._names) > _MOST_NAMES:
                raise Unreadable
            short = self._names[name] = name.rpartition(" ")[2]
        self.start(short, attributes)

    def _ends(self, name: str) -> None:
        self.stop(self._names[name])

    def _declares(self, *_: object) -> None:
        raise Unreadable


class Workbook(XmlPart):
    """`xl/workbook.xml`: which sheet comes first, and from when days are counted."""

    begins_1904 = False
    first_sheet = ""
    """The key of its link."""

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            self.begins_1904 = attributes.get("date1904") in {"1", "true"}
        elif name == "sheet" and not self.first_sheet and attributes.get("state", "visible") == "visible":
            self.first_sheet = next((value for key, value in attributes.items() if key.endswith(" id")), "")


class Links(XmlPart):
    """`xl/_rels/workbook.xml.rels`: where the sheets lie."""

    def __init__(self) -> None:
        super().__init__()
        self._targets: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            self._targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def path_of(self, key: str) -> str | None:
        """Give the path of a part within the archive."""
        target = self._targets.get(key)
        if target is None:
            return None
        return target[1:] if target.startswith("/") else f"xl/{target}"


class Strings(XmlPart):
    """`xl/sharedStrings.xml`: texts that cells name by their number."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._is_reading_aid = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self.texts.append("")
        elif name == "rPh":
            self._is_reading_aid = True
        elif name == "t" and self.texts and not self._is_reading_aid:
            self.keep()

    def stop(self, name: str) -> None:
        if name == "rPh":
            self._is_reading_aid = False
        elif name == "t" and self.texts and not self._is_reading_aid:
            self.texts[-1] = (self.texts[-1] + self.kept())[: LONGEST_CELL + 1]


class Sheet(XmlPart):
    """`xl/worksheets/….xml`: the rows, each handed out as soon as it has ended."""

    def __init__(self, strings: Sequence[str]) -> None:
        super().__init__()
        self._strings = strings
        self._rows: list[Row] = []
        self._number = 0
        self._cells: list[str] = []
        self._position = -1
        self._type, self._text, self._is_formula = "", "", False

    def take(self) -> list[Row]:
        """Give the rows that have ended since."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            self._begin_row(attributes)
        elif name in {"v", "t"}:
            self.keep()
        elif name == "f":
            self._is_formula = True

    def stop(self, name: str) -> None:
        if name in {"v", "t"}:
            self._text += self.kept()
        elif name == "c":
            self._end_cell()
        elif name == "row" and any(self._cells):
            self._rows.append(Row(self._number, self._cells))

    def _begin_row(self, attributes: Attributes) -> None:
        number = attributes.get("r", str(self._number + 1))
        if not number.isdecimal() or not self._number < int(number[:9]) <= _MOST_ROWS:
            raise Unreadable
        self._number, self._cells, self._position = int(number), [], -1

    def _begin_cell(self, attributes: Attributes) -> None:
        place = attributes.get("r")
        self._position = self._position + 1 if place is None else _position_of(place)
        self._type, self._text, self._is_formula = attributes.get("t", "n"), "", False

    def _end_cell(self) -> None:
        value = self._value()
        if not value:
            return
        if self._position >= MOST_COLUMNS:
            raise in_row(self._number, N_("there are more than %(most)s columns."), most=MOST_COLUMNS)
        self._cells.extend([""] * (self._position + 1 - len(self._cells)))
        self._cells[self._position] = value

    def _value(self) -> str:
        text = self._text
        if self._is_formula:
            return Formula(text or "=")
        if self._type == "s" and text:
            if not text.isdecimal() or int(text[:9]) >= len(self._strings):
                raise Unreadable
            return self._strings[int(text)]
        if self._type == "n" and text:
            if not _NUMBER.fullmatch(text):
                raise Unreadable
            return Number(text)
        return text


def _position_of(place: str) -> int:
    """Count columns from 0: A, B, … Z, AA."""
    found = _CELL.fullmatch(place)
    if found is None:
        raise Unreadable
    position = 0
    for letter in found[1]:
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1
