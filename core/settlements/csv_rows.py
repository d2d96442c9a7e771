"""Reads the rows of a settlement file that is plain text."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Final

from core.base.errors import N_
from core.settlements.cells import MOST_COLUMNS, Row, Table
from core.settlements.errors import in_file, in_row

DELIMITERS: Final = (",", ";", "\t")


def text_of(raw: bytes) -> str:
    """Read the bytes of a text file. Raises BadSettlementFile when they are no UTF-8."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise in_file(N_("it is neither an XLSX workbook nor text in UTF-8.")) from None
    if "\0" in text:
        raise in_file(N_("it is neither an XLSX workbook nor text in UTF-8."))
    return text


def csv_table(text: str, delimiter: str) -> Table:
    """Give the rows of CSV, read as they are asked for. Raises BadSettlementFile at the row that is none."""
    return Table(_rows(text, delimiter))


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise in_row(number, N_("this is no CSV (%(error)s)."), error=str(error)) from None
        if len(cells) > MOST_COLUMNS:
            raise in_row(number, N_("there are more than %(most)s columns."), most=MOST_COLUMNS)
        yield Row(number, cells)
