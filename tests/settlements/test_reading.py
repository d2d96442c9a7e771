"""Settlement files are read to the last cell, or not at all: what is wrong is named with its row and column."""

import tracemalloc
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from io import BytesIO

import pytest

from core.base.ids import new_gateway_reference
from core.settlements import reading, xlsx_parts
from core.settlements.columns import read_wishes
from core.settlements.errors import BadSettlementFile, UnknownColumn
from core.settlements.models import LineKind
from core.settlements.reading import LARGEST_FILE, Entry, read_settlement
from tests.settlement_files import STRANGE, csv_file, payment, raw_workbook, sheet_of, xlsx_file

NOON = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)
DAY = date(2026, 11, 28)
HEADER = ("Order ID", "Amount", "Settlement time")
GOOD = (STRANGE, "28000", "2026-11-28 12:00:00")


def entries(raw: bytes, **columns: str) -> tuple[Entry, ...]:
    return read_settlement(raw, read_wishes(columns), DAY).entries


def refusal(raw: bytes, **columns: str) -> str:
    with pytest.raises(BadSettlementFile) as refused:
        read_settlement(raw, read_wishes(columns), DAY)
    return str(refused.value).removeprefix("Nothing was imported. ")


def packed_anew(way: int = zipfile.ZIP_STORED, *, without: str = "", sheet_at: str = "worksheets/sheet1.xml") -> bytes:
    """A good workbook, packed in another way, without one of its parts, or with its sheet said to be elsewhere."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(raw_workbook(sheet_of(HEADER, GOOD)))) as old, zipfile.ZipFile(out, "w", way) as new:
        for name in old.namelist():
            if name != without:
                new.writestr(name, old.read(name).replace(b"worksheets/sheet1.xml", sheet_at.encode()))
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [True, False])
def test_csv_is_read_with_whatever_parts_its_cells(delimiter: str, bom: bool) -> None:
    row = payment(STRANGE, "28.000,00", NOON, Fee="196,00")

    (entry,) = entries(csv_file(row, delimiter=delimiter, bom=bom))

    assert (entry.reference, entry.gross, entry.fee, entry.day, entry.row) == (STRANGE, 28_000, 196, DAY, 2)


def test_a_workbook_is_read_like_the_csv_of_the_same_rows() -> None:
    rows = [payment(new_gateway_reference(NOON), 28_000 + n, NOON, Fee=196.45, Status="settlement") for n in range(9)]
    dated = [row | {"Settlement time": NOON} for row in rows]

    plain, book, at_once = (
        entries(csv_file(*rows)),
        entries(xlsx_file(*dated)),
        entries(xlsx_file(*rows, constant_memory=True)),
    )

    assert plain == book == at_once
    assert {entry.fee for entry in book} == {196}


@pytest.mark.parametrize(
    "names",
    [
        {"order_id": "order_id", "gross": "gross_amount", "date": "transaction_time"},
        {"order_id": "ORDER ID", "gross": "Amount (Gross)", "date": "Date & Time"},
        {"order_id": "Order-ID", "gross": "Gross Amount (IDR)", "date": "Settlement Date"},
        {"order_id": "ID Pesanan", "gross": "Nominal", "date": "Tanggal"},
        {"order_id": " order id ", "gross": "Jumlah Transaksi (Rp)", "date": "Waktu Transaksi"},
    ],
)
def test_columns_are_known_by_the_names_that_exports_give_them(names: Mapping[str, str]) -> None:
    row = {names["order_id"]: STRANGE, names["gross"]: "28000", names["date"]: "2026-11-28"}

    sheet = read_settlement(csv_file(row), {}, DAY)

    assert sheet.entries[0].gross == 28_000
    assert sheet.columns == {meaning: name.strip() for meaning, name in names.items()}


def test_everything_that_a_file_may_say_of_a_payment_is_read() -> None:
    row = payment(STRANGE, "28000.00", NOON, Fee="-196.00", VAT="21.56", Net="27782.44")
    more = {"Payout ID": "P-7", "Transaction status": "settlement", "Transaction type": "payment", "Email": "a@b.c"}

    (entry,) = entries(csv_file(row | more))

    assert (entry.fee, entry.vat, entry.net, entry.payout) == (196, 22, 27_782, "P-7")
    assert (entry.kind, entry.said) == (LineKind.PAYMENT, "payment · settlement")


def test_a_title_above_and_empty_lines_between_do_no_harm_and_rows_are_counted_as_a_spreadsheet_does() -> None:
    raw = f"Laporan penarikan,,\n,,\n{','.join(HEADER)}\n\n{','.join(GOOD)}\n,,\n".encode()

    assert [entry.row for entry in entries(raw)] == [5]


def test_the_settlement_time_counts_before_the_transaction_time_and_each_fills_in_for_the_other() -> None:
    row = {"Order ID": STRANGE, "Amount": "1", "Transaction time": "2026-11-27 23:59:00"}
    settled = csv_file(row | {"Settlement time": "2026-11-28 00:01:00"})
    pending = csv_file(row | {"Settlement time": ""})

    assert [entries(settled)[0].day, entries(pending)[0].day] == [DAY, date(2026, 11, 27)]


@pytest.mark.parametrize(
    ("type_of_line", "status", "gross", "kind"),
    [
        ("", "", "5000", "payment"),
        ("", "", "-5000", "refund"),
        ("", "settlement", "5000", "payment"),
        ("", "Success", "5000", "payment"),
        ("", "pending", "5000", "other"),
        ("", "expire", "5000", "other"),
        ("", "partial_refund", "5000", "payment"),
        ("Payment", "", "5000", "payment"),
        ("payment", "deny", "5000", "other"),
        ("Refund", "", "-5000", "refund"),
        ("refund", "success", "5000", "refund"),
        ("refund", "pending", "5000", "other"),
        ("Withdrawal", "success", "-5000", "other"),
        ("Chargeback", "", "5000", "refund"),
    ],
)
def test_a_line_is_what_its_type_its_status_and_its_sign_say(
    type_of_line: str, status: str, gross: str, kind: str
) -> None:
    row = payment(STRANGE, gross, NOON) | {"Transaction type": type_of_line, "Status": status}
    other = payment(STRANGE, "1", NOON)

    first, _ = entries(csv_file(row, other))

    assert str(first.kind) == kind
    assert first.is_returned == (status == "partial_refund")
    assert kind == "other" or first.gross == 5_000


def test_an_order_id_that_is_not_of_our_making_is_another_programs() -> None:
    kinds = [entry.kind for entry in entries(csv_file(payment("SHOP-1", 5_000, NOON), payment(STRANGE, 1, NOON)))]

    assert kinds == [LineKind.FOREIGN, LineKind.PAYMENT]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"Amount": "28000.50"}, "Row 3, gross amount: 28000.50 is not whole rupiah."),
        ({"Amount": "28,5"}, "Row 3, gross amount: 28,5 is not whole rupiah."),
        ({"Amount": "much"}, "Row 3, gross amount: “much” cannot be read as an amount."),
        ({"Amount": "28.000"}, "Row 3, gross amount: “28.000” could mean two amounts"),
        ({"Amount": "=1+1"}, "Row 3, gross amount: this is a formula."),
        ({"Amount": ""}, "Row 3, gross amount: a payment needs an amount above zero."),
        ({"Amount": "0"}, "Row 3, gross amount: a payment needs an amount above zero."),
        ({"Amount": "-5", "Status": "payment"}, ""),
        ({"Order ID": ""}, "Row 3, order id: this is empty beside an amount."),
        ({"Order ID": '=HYPERLINK("x")'}, "Row 3, order id: this is a formula."),
        ({"Order ID": "K" * 201}, "Row 3, order id: there are more than 200 characters."),
        ({"Settlement time": "12/31/2026"}, "Row 3, date: “12/31/2026” is no day"),
        ({"Settlement time": ""}, "Row 3, date: this cannot be empty."),
        ({"Fee": "a little"}, "Row 3, fee: “a little” cannot be read as an amount."),
    ],
)
def test_one_bad_cell_is_named_and_nothing_is_taken_in(row: Mapping[str, str], said: str) -> None:
    good = payment(STRANGE, "28000.00", NOON, Fee="196.00", Status="")

    raw = csv_file(good, {**good, **row})

    if said:
        assert refusal(raw).startswith(said)
    else:
        assert entries(raw)[1].kind is LineKind.OTHER


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "The file: it is empty."),
        (b" \n", "The file: it is empty."),
        (b"\xff\xfeO\x00r\x00", "The file: it is neither"),
        (b"Order ID,Amount,Date\n\x00,1,2026-11-28", "The file: it is neither"),
        (b"a,b,c\n1,2,3\n", "The file: no column is named for the order id. The columns found are: a, b, c."),
        (b"Order ID,Fee,Date\n1,2,3\n", "The file: no column is named for the gross amount."),
        (b"Order ID,Amount,Date\n", "The file: there is no payment in it."),
        (b"Order ID,Amount,Date,Status\nx,1,2026-11-28,expire\n", "The file: there is no payment in it."),
        (b"Order ID,Amount,Date,Fee,MDR\n", "Row 1: two columns could be the fee: Fee, MDR."),
        (b"Order ID,Amount,Date,Amount\n", "Row 1: two columns could be the gross amount: Amount, Amount."),
        (b'Order ID,Amount,Date\n"x,1,2026-11-28\n', "Row 2: this is no CSV"),
        (b'Order ID,Amount,Date\n"x"y,1,2026-11-28\n', "Row 2: this is no CSV"),
        (b"Order ID,Amount,Date\n" + b"," * 300, "Row 2: there are more than 200 columns."),
        (b"7z\xbc\xaf\x27\x1c\x00", "The file: it is a packed archive."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "The file: it is an old or a locked Excel file."),
        (b"PK\x03\x04 and no more", "The file: it is damaged, or no XLSX workbook."),
        (bytes(LARGEST_FILE + 1), "The file: it is larger than 8 MB."),
    ],
)
def test_what_is_no_settlement_file_is_refused_in_one_sentence(raw: bytes, said: str) -> None:
    assert refusal(raw).startswith(said)


def test_a_sum_below_the_lines_must_be_taken_out() -> None:
    raw = csv_file(payment(STRANGE, 28_000, NOON), {"Order ID": "", "Amount": 28_000, "Settlement time": "Total"})

    assert refusal(raw).startswith("Row 3, date")
    assert "line of sums" in refusal(raw.replace(b"Total", b""))


def test_more_lines_than_anybody_exports_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_LINES", 3)
    rows = [payment(new_gateway_reference(NOON), 1, NOON) for _ in range(4)]

    assert len(entries(csv_file(*rows[:3]))) == 3
    assert refusal(csv_file(*rows)).startswith("Row 5: there are more than 3 lines.")
    assert refusal(xlsx_file(*rows)).startswith("Row 5: there are more than 3 lines.")


def test_columns_may_be_named_by_hand() -> None:
    raw = csv_file({"No": STRANGE, "Total": "28000", "Hari": "2026-11-28", "Fee": "1", "MDR": "196"})

    (entry,) = entries(raw, order_id="no", gross="Total", date="Hari", fee="MDR")

    assert (entry.reference, entry.gross, entry.fee) == (STRANGE, 28_000, 196)


def test_a_column_may_be_left_unread() -> None:
    raw = csv_file(payment(STRANGE, 28_000, NOON, Fee="1", MDR="196"))

    assert entries(raw, fee="")[0].fee is None


def test_a_name_that_the_file_does_not_have_is_said() -> None:
    raw = csv_file(payment(STRANGE, 28_000, NOON))

    assert "order_id = Nomor" in refusal(raw, order_id="Nomor")
    assert entries(raw, fee="Biaya admin")[0].fee is None


def test_a_meaning_that_there_is_not_is_said() -> None:
    with pytest.raises(UnknownColumn, match="order_id, gross"):
        read_wishes({"amount": "Amount"})


def test_texts_in_place_and_shared_texts_are_read() -> None:
    shared = "".join(f"<si><t>{text}</t></si>" for text in (*HEADER, STRANGE))
    reading_aid = "<si><r><t>2026-11</t></r><r><t>-28</t></r><rPh><t>no</t></rPh></si>"
    sheet = (
        "<worksheet><sheetData><row r='3'><c r='A3' t='s'><v>0</v></c><c r='C3' t='s'><v>1</v></c>"
        "<c r='D3' t='s'><v>2</v></c></row><row r='5'><c r='A5' t='s'><v>3</v></c><c r='C5'><v>28000</v></c>"
        "<c r='D5' t='s'><v>4</v></c></row></sheetData></worksheet>"
    )

    (entry,) = entries(raw_workbook(sheet, strings=f"<sst>{shared}{reading_aid}</sst>"))

    assert (entry.row, entry.reference, entry.gross, entry.day) == (5, STRANGE, 28_000, DAY)
    assert entries(raw_workbook(sheet_of(HEADER, GOOD)))[0].gross == 28_000


def test_a_formula_is_not_worked_out_nor_is_what_it_last_came_to_believed() -> None:
    cells = "<c t='inlineStr'><is><t>%s</t></is></c>"
    good = f"<row>{cells % STRANGE}<c><f>14000*2</f><v>28000</v></c>{cells % '2026-11-28'}</row>"
    header = "".join(cells % name for name in HEADER)
    sheet = f"<worksheet><sheetData><row>{header}</row>{good}</sheetData></worksheet>"

    assert refusal(raw_workbook(sheet)).startswith("Row 2, gross amount: this is a formula.")


@pytest.mark.parametrize(
    "sheet",
    [
        "<worksheet><sheetData>" + "<row/>" * 200_000,
        "<worksheet><sheetData><row>" + "<c/>" * 200_000,
        "<worksheet>" + "".join(f"<a{n}/>" for n in range(2_000)),
    ],
    ids=["rows", "cells", "names"],
)
def test_more_elements_than_any_report_has_are_refused(sheet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_parts, "MOST_ELEMENTS", 100_000)

    assert refusal(raw_workbook(sheet)).startswith("The file: ")


def test_what_unpacks_to_far_more_than_it_is_is_put_out_before_it_fills_the_memory() -> None:
    bomb = raw_workbook("<worksheet><sheetData><row><c><v>" + " " * 60_000_000)
    strings = raw_workbook(sheet_of(HEADER, GOOD), strings="<sst><si><t>" + "a" * 60_000_000)

    assert len(bomb) < 100_000
    tracemalloc.start()
    assert refusal(bomb).startswith("The file: unpacked it has more than 48 MB.")
    assert refusal(strings).startswith("The file: unpacked it has more than 48 MB.")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 4_000_000


def test_an_archive_with_more_parts_than_any_workbook_is_not_even_listed() -> None:
    raw = raw_workbook(sheet_of(HEADER, GOOD), more={f"x/{number}": b"" for number in range(2_000)})

    assert refusal(raw).startswith("The file: it is damaged")


@pytest.mark.parametrize(
    "sheet",
    [
        '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><worksheet>&c;</worksheet>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><worksheet/>',
        "<worksheet><sheetData><row r='9'/><row r='8'/></sheetData></worksheet>",
        "<worksheet><sheetData><row r='2'/><row r='2'/></sheetData></worksheet>",
        "<worksheet><sheetData><row r='99999999'/></sheetData></worksheet>",
        "<worksheet><sheetData><row r='x'/></sheetData></worksheet>",
        "<worksheet><sheetData><row><c r='1A'/></row></sheetData></worksheet>",
        "<worksheet><sheetData><row><c t='s'><v>7</v></c></row></sheetData></worksheet>",
        "<worksheet><sheetData><row><c t='s'><v>-1</v></c></row></sheetData></worksheet>",
        "<worksheet><sheetData><row><c><v>ten</v></c></row></sheetData></worksheet>",
        "<worksheet><sheetData><row>",
        "",
        "PK",
    ],
)
def test_xml_that_no_spreadsheet_writes_is_refused(sheet: str) -> None:
    assert refusal(raw_workbook(sheet)).startswith("The file: it is damaged, or no XLSX workbook.")


def test_a_cell_far_out_is_refused_and_an_empty_one_is_not() -> None:
    far = "<worksheet><sheetData><row><c r='XFD1'/><c r='ZZ1'><v>%s</v></c></row></sheetData></worksheet>"

    assert refusal(raw_workbook(far % "1")).startswith("Row 1: there are more than 200 columns.")
    assert refusal(raw_workbook(far % "")).startswith("The file: no column is named for the order id.")


@pytest.mark.parametrize("target", ["../../etc/passwd", "worksheets/sheet1.xml?x", "", "a" * 500 + ".xml"])
def test_a_sheet_that_lies_elsewhere_is_not_looked_for(target: str) -> None:
    assert refusal(packed_anew(sheet_at=target)).startswith("The file: it is damaged")


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_a_workbook_without_one_of_its_parts_is_refused(missing: str) -> None:
    assert refusal(packed_anew(without=missing)).startswith("The file: it is damaged")


def test_a_workbook_packed_as_none_is_packed_is_refused() -> None:
    assert entries(packed_anew(zipfile.ZIP_STORED))[0].gross == 28_000
    assert refusal(packed_anew(zipfile.ZIP_LZMA)).startswith("The file: it is damaged")
    assert refusal(packed_anew(zipfile.ZIP_BZIP2)).startswith("The file: it is damaged")


def test_a_locked_part_and_a_damaged_one_are_refused() -> None:
    whole = bytearray(raw_workbook(sheet_of(HEADER, GOOD)))
    at = whole.find(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml") + 5
    damaged = bytes(whole[:at]) + b"\xff\xff\xff" + bytes(whole[at + 3 :])
    entry = whole.rfind(b"PK\x01\x02")
    locked = bytes(whole[: entry + 8]) + b"\x01" + bytes(whole[entry + 9 :])

    assert refusal(damaged).startswith("The file: it is damaged")
    assert refusal(locked).startswith("The file: it is damaged")
