"""Reads a settlement file from its bytes, CSV or XLSX, to the last cell before anything of it is kept."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, islice
from typing import Final

from core.base.errors import N_
from core.base.ids import is_gateway_reference
from core.base.text import clean_text
from core.settlements.amounts import AmountReader
from core.settlements.cells import LONGEST_CELL, Formula, Row, Table
from core.settlements.columns import WORDS, Column, Header, header_of, no_header
from core.settlements.csv_rows import DELIMITERS, csv_table, text_of
from core.settlements.days import read_day
from core.settlements.errors import in_cell, in_file, in_row
from core.settlements.kinds import kind_of, own_words
from core.settlements.models import LineKind
from core.settlements.span import check_days

LARGEST_FILE: Final = 8 * 1024 * 1024
MOST_LINES: Final = 10_000
"""Lines of one file: of 31 days, the most that Midtrans exports at once, three hundred payments a day."""
_HEADER_WITHIN: Final = 20
"""Rows: some exports begin with a title."""
_WORKBOOK: Final = b"PK\x03\x04"
_ARCHIVES: Final = (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b")
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line, as the file says it."""

    row: int
    kind: LineKind
    reference: str
    day: date | None
    gross: int
    fee: int | None
    vat: int | None
    net: int | None
    payout: str
    said: str
    is_returned: bool
    came: bool
    """Whether it is a guest's money that came, ours or another program's: the file speaks of its day."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole file that can be taken in."""

    entries: tuple[Entry, ...]
    columns: Mapping[str, str]
    """The file's own names of the columns that were read, by what they mean."""

    @property
    def days(self) -> list[tuple[int, date]]:
        """List the days on which guests' money moved, each with its row."""
        return [(one.row, one.day) for one in self.entries if one.day is not None and one.kind is not LineKind.OTHER]

    @property
    def span(self) -> tuple[date, date]:
        """Tell the first and the last day of which the file speaks: those of payments.

        What goes back does so weeks later, and says nothing of what was paid until then. A file of refunds alone speaks
        of no day: its last one lies before its first.
        """
        days = [one.day for one in self.entries if one.day is not None and one.came]
        if days:
            return min(days), max(days)
        newest = max(day for _, day in self.days)
        return newest, newest - timedelta(days=1)


def read_settlement(raw: bytes, wishes: Mapping[Column, str], today: date) -> Sheet:
    """Read a file that came on a day of the gateway's.

    Raises BadSettlementFile at the first thing that is wrong, with its row and column.
    """
    if len(raw) > LARGEST_FILE:
        raise in_file(N_("it is larger than %(most)s MB. Export fewer days."), most=LARGEST_FILE // 1024 // 1024)
    if not raw.strip():
        raise in_file(N_("it is empty."))
    header, table, rows = _begin(raw, wishes)
    entries = tuple(_entries(header, table, rows))
    sheet = Sheet(entries, header.names)
    if not sheet.days:
        raise in_file(N_("there is no payment in it."))
    check_days(sheet.days, today)
    return sheet


def _begin(raw: bytes, wishes: Mapping[Column, str]) -> tuple[Header, Table, Iterator[Row]]:
    """Find the header among the first rows, and give what follows it."""
    seen: list[Row] = []
    for table in _tables(raw):
        first = list(islice(table.rows, _HEADER_WITHIN))
        for number, row in enumerate(first):
            if (header := header_of(row, wishes)) is not None:
                return header, table, chain(first[number + 1 :], table.rows)
        seen += first
    raise no_header(seen, wishes)


def _tables(raw: bytes) -> Iterator[Table]:
    if raw.startswith(_WORKBOOK):
        # Readers of XML and archives, for a file that comes once a month.
        from core.settlements.xlsx_rows import xlsx_table

        yield xlsx_table(raw)
        return
    if raw.startswith(_ARCHIVES):
        raise in_file(N_("it is a packed archive. Unpack it first, and choose the file within."))
    if raw.startswith(_OLD_EXCEL):
        raise in_file(N_("it is an old or a locked Excel file. Save it as XLSX without a password, or as CSV."))
    text = text_of(raw)
    yield from (csv_table(text, delimiter) for delimiter in DELIMITERS)


def _entries(header: Header, table: Table, rows: Iterable[Row]) -> Iterator[Entry]:
    reader = _Reader(header, AmountReader(), begins_1904=table.begins_1904)
    count = 0
    for row in rows:
        if not any(cell.strip() for cell in row.cells):
            continue
        count += 1
        if count > MOST_LINES:
            raise in_row(row.number, N_("there are more than %(most)s lines. Export fewer days."), most=MOST_LINES)
        yield reader.entry(row)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one row after the other by the header."""

    header: Header
    amounts: AmountReader
    begins_1904: bool

    def entry(self, row: Row) -> Entry:
        type_of_line, status = self._text(row, Column.TYPE), self._text(row, Column.STATUS)
        reference = self._text(row, Column.ORDER_ID)
        gross = self.amounts.whole(self._cell(row, Column.GROSS), row.number, WORDS[Column.GROSS])
        day = self._day(row)
        kind, is_returned = kind_of(type_of_line, status, gross)
        if kind is not LineKind.OTHER:
            self._must_be_whole(row, reference, day, gross, is_refund=kind is LineKind.REFUND)
            gross = abs(gross or 0)
        is_foreign = kind is not LineKind.OTHER and not is_gateway_reference(reference)
        return Entry(
            row=row.number,
            kind=LineKind.FOREIGN if is_foreign else kind,
            reference=reference,
            day=day,
            gross=gross or 0,
            fee=self._taken(row, Column.FEE),
            vat=self._taken(row, Column.VAT),
            net=self.amounts.rounded(self._cell(row, Column.NET), row.number, WORDS[Column.NET]),
            payout=self._text(row, Column.PAYOUT),
            said=own_words(type_of_line, status),
            is_returned=is_returned,
            came=kind is LineKind.PAYMENT,
        )

    def _must_be_whole(self, row: Row, reference: str, day: date | None, gross: int | None, *, is_refund: bool) -> None:
        """Refuse money that says not whose, how much or when."""
        if not reference:
            problem = N_("this is empty beside an amount. A line of sums must be taken out of the file.")
            raise in_cell(row.number, WORDS[Column.ORDER_ID], problem)
        if gross is None or gross == 0 or (gross < 0 and not is_refund):
            raise in_cell(row.number, WORDS[Column.GROSS], N_("a payment needs an amount above zero."))
        if day is None:
            raise in_cell(row.number, WORDS[Column.DATE], N_("this cannot be empty."))

    def _day(self, row: Row) -> date | None:
        cell = self._cell(row, Column.DATE)
        return read_day(cell, row.number, WORDS[Column.DATE], begins_1904=self.begins_1904)

    def _taken(self, row: Row, column: Column) -> int | None:
        """Read what was taken off; some files write it with a minus."""
        taken = self.amounts.rounded(self._cell(row, column), row.number, WORDS[column])
        return None if taken is None else abs(taken)

    def _text(self, row: Row, column: Column) -> str:
        cell = self._cell(row, column)
        return cell if cell.isascii() and cell.isprintable() else clean_text(cell, limit=LONGEST_CELL, field=column)

    def _cell(self, row: Row, column: Column) -> str:
        cell = self.header.find(row, column)
        if isinstance(cell, Formula) or cell.startswith("="):
            raise in_cell(row.number, WORDS[column], N_("this is a formula. Put its value in its place."))
        if len(cell) > LONGEST_CELL:
            raise in_cell(row.number, WORDS[column], N_("there are more than %(most)s characters."), most=LONGEST_CELL)
        return cell
