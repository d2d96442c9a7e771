"""Makes settlement files as the gateway's dashboard exports them: CSV, and workbooks as spreadsheets write them."""

import csv
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter import Workbook

from core.base.clock import GATEWAY_ZONE
from tests.shop import CASHIER, Shop

Row = Mapping[str, Any]
STRANGE = "K01ARZ3NDEKTSV4RRFFQ69G5FAVQ"
"""A reference of our shape that no attempt of ours has."""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def payment(reference: str, gross: Any, at: datetime | str, **more: Any) -> dict[str, Any]:
    """One row of an export, under Midtrans's own names."""
    when = at if isinstance(at, str) else f"{at.astimezone(GATEWAY_ZONE):%Y-%m-%d %H:%M:%S}"
    return {"Order ID": reference, "Amount": gross, "Settlement time": when, **more}


def csv_file(*rows: Row, delimiter: str = ",", before: str = "", bom: bool = False) -> bytes:
    out = StringIO()
    writer = csv.DictWriter(out, _header(rows), delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return (before + out.getvalue()).encode("utf-8-sig" if bom else "utf-8")


def xlsx_file(*rows: Row, **options: Any) -> bytes:
    """A workbook of a real spreadsheet library: numbers are numbers, and moments dates."""
    out = BytesIO()
    with Workbook(out, {"remove_timezone": True, **options}) as book:
        sheet = book.add_worksheet("Report")
        dates = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        header = _header(rows)
        sheet.write_row(0, 0, header)
        for number, row in enumerate(rows, start=1):
            for column, name in enumerate(header):
                value = row.get(name, "")
                if isinstance(value, datetime):
                    sheet.write_datetime(number, column, value.astimezone(GATEWAY_ZONE), dates)
                else:
                    sheet.write(number, column, value)
    return out.getvalue()


def raw_workbook(sheet: str, *, strings: str = "", more: Mapping[str, bytes] | None = None) -> bytes:
    """A workbook from bare XML, as a careless or a hostile hand puts it together."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        if strings:
            archive.writestr("xl/sharedStrings.xml", strings)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def sheet_of(*rows: Sequence[str]) -> str:
    """The XML of a sheet whose cells are texts written in place."""
    cells = ("".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) for row in rows)
    lines = "".join(f"<row>{row}</row>" for row in cells)
    return f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def takes_a_settlement_in(shop: Shop) -> str:
    """Let a shop take a file in that lists one payment which is not its own; gives the file's uid."""
    raw = csv_file(payment(STRANGE, 28_000, shop.clock()))
    return shop.core.settlement_files.take_in(shop.outlet.id, "settlement.csv", raw, CASHIER).uid


def _header(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row)) or ["Order ID", "Amount", "Settlement time"]
