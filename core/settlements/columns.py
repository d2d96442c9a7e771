"""Knows which column means what: the names that Midtrans's exports use, in English and Indonesian, or the reader's own."""

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.base.errors import N_
from core.settlements.cells import Row
from core.settlements.errors import Says, UnclearColumns, UnknownColumn


class Column(enum.StrEnum):
    """What a column of a settlement file can mean."""

    ORDER_ID = "order_id"
    GROSS = "gross"
    DATE = "date"
    FEE = "fee"
    VAT = "vat"
    NET = "net"
    PAYOUT = "payout"
    STATUS = "status"
    TYPE = "type"


NEEDED: Final = (Column.ORDER_ID, Column.GROSS, Column.DATE)
WORDS: Final[Mapping[Column, str]] = {
    Column.ORDER_ID: N_("order id"),
    Column.GROSS: N_("gross amount"),
    Column.DATE: N_("date"),
    Column.FEE: N_("fee"),
    Column.VAT: N_("VAT on the fee"),
    Column.NET: N_("net amount"),
    Column.PAYOUT: N_("payout id"),
    Column.STATUS: N_("status"),
    Column.TYPE: N_("type of transaction"),
}
"""What a person calls them, as message ids."""

_NAMES: Final[Mapping[Column, Sequence[frozenset[str]]]] = {
    Column.ORDER_ID: (frozenset({"order id", "orderid", "id order", "id pesanan", "merchant order id"}),),
    # "Amount" alone may stand beside a gross amount, and is something else then.
    Column.GROSS: (
        frozenset({"gross", "gross amount", "amount gross", "jumlah bruto", "nominal bruto"}),
        frozenset({"transaction amount", "amount", "nominal transaksi", "jumlah transaksi", "jumlah", "nominal"}),
    ),
    # All of them are read: a payment that is not settled yet has only the day on which its QR was made.
    Column.DATE: (
        frozenset({"settlement time", "settlement date", "waktu settlement", "tanggal settlement"}),
        frozenset({"transaction time", "transaction date", "waktu transaksi", "tanggal transaksi"}),
        frozenset({"date time", "date and time", "tanggal waktu", "date", "tanggal"}),
    ),
    Column.FEE: (
        frozenset({"fee", "fees", "total fee", "transaction fee", "midtrans fee", "mdr", "mdr amount", "mdr fee"})
        | frozenset({"merchant discount rate", "biaya", "biaya mdr", "biaya transaksi", "total biaya"}),
    ),
    Column.VAT: (frozenset({"vat", "vat amount", "vat 11", "ppn", "ppn 11", "ppn biaya", "fee vat", "vat on fee"}),),
    Column.NET: (frozenset({"net", "nett", "net amount", "amount net", "nett amount", "jumlah neto", "nominal neto"}),),
    Column.PAYOUT: (frozenset({"payout id", "withdrawal id", "id payout", "id penarikan", "payout reference"}),),
    Column.STATUS: (frozenset({"status", "transaction status", "status transaksi"}),),
    Column.TYPE: (frozenset({"type", "transaction type", "jenis transaksi", "tipe transaksi"}),),
}
"""Names of each meaning, those that are surer first. Two of one rank leave it open which is meant."""

_JOINTS: Final = re.compile(r"[\s_\-&()\[\]/.:%*]+")


@dataclass(frozen=True, slots=True)
class Header:
    """The row that names the columns, and where each meaning stands; a date may stand in several."""

    row: int
    positions: Mapping[Column, Sequence[int]]
    names: Mapping[str, str]
    """The file's own name of each column that is read, by its meaning."""

    def find(self, row: Row, column: Column) -> str:
        """Give a row's cell of a meaning: the first that is not empty; empty where there is none."""
        return next((cell for position in self.positions.get(column, ()) if (cell := row.cell(position))), "")


def read_wishes(columns: Mapping[str, str]) -> dict[Column, str]:
    """Read which columns somebody names themselves, as `order_id` → `Order number`. Raises UnknownColumn."""
    for name in columns:
        if name not in set(Column):
            raise UnknownColumn(name=name, known=", ".join(Column))
    return {Column(name): header.strip() for name, header in columns.items()}


def header_of(row: Row, wishes: Mapping[Column, str]) -> Header | None:
    """Take a row for the header, where it names everything that is needed.

    Raises UnclearColumns where two columns could mean the same.
    """
    ranks = _meanings(row, wishes)
    if not all(column in ranks for column in NEEDED):
        return None
    positions = {column: _places(row, column, found) for column, found in ranks.items()}
    told = {str(column): " / ".join(row.cell(place) for place in places) for column, places in positions.items()}
    return Header(row.number, positions, told)


def no_header(seen: Sequence[Row], wishes: Mapping[Column, str]) -> UnclearColumns:
    """Say which column is missing, as none of the first rows names all that are needed."""
    meant = [_meanings(row, wishes) for row in seen]
    best = max(range(len(seen)), key=lambda number: len(meant[number]), default=None)
    found, row = (meant[best], seen[best]) if best is not None else ({}, Row(1, ()))
    missing = next(column for column in (*NEEDED, NEEDED[0]) if column not in found)
    names = ", ".join(filter(None, map(row.cell, range(len(row.cells)))))
    wish = wishes.get(missing)
    column = f"{missing} = {wish}" if wish else Says(WORDS[missing])
    told = {"column": column, "names": names[:200] or "–"}
    problem = Says(N_("no column is named for the %(column)s. The columns found are: %(names)s."), told)
    return UnclearColumns(Says(N_("The file")), problem)


def _places(row: Row, column: Column, ranks: Sequence[Sequence[int]]) -> list[int]:
    """Choose among the columns that could have a meaning: the surest; of days each, one after the other."""
    chosen = ranks if column is Column.DATE else ranks[:1]
    for rank in chosen:
        if len(rank) > 1:
            told = {"column": Says(WORDS[column]), "names": ", ".join(map(row.cell, rank))}
            problem = Says(N_("two columns could be the %(column)s: %(names)s. Name the right one yourself."), told)
            raise UnclearColumns(Says(N_("Row %(row)s"), {"row": row.number}), problem)
    return [rank[0] for rank in chosen]


def _meanings(row: Row, wishes: Mapping[Column, str]) -> dict[Column, list[list[int]]]:
    """Find what the cells of a row could mean as names of columns, rank by rank."""
    names = [_plain(row.cell(position)) for position in range(len(row.cells))]
    found = {column: _ranks(names, _wanted(column, wishes)) for column in Column}
    return {column: ranks for column, ranks in found.items() if ranks}


def _wanted(column: Column, wishes: Mapping[Column, str]) -> Sequence[frozenset[str]]:
    """Give the names of a meaning. Who names a column means that one; who names none, that it is not read."""
    wish = wishes.get(column)
    return _NAMES[column] if wish is None else (frozenset({_plain(wish)} - {""}),)


def _ranks(names: Sequence[str], wanted: Sequence[frozenset[str]]) -> list[list[int]]:
    ranks = ([position for position, name in enumerate(names) if name in rank] for rank in wanted)
    return [rank for rank in ranks if rank]


def _plain(name: str) -> str:
    """Bring a header to small letters with single blanks, without a currency."""
    words = _JOINTS.sub(" ", name.strip().lower()).split()
    return " ".join(word for word in words if word not in {"rp", "idr"})
