"""Writes what was ordered and paid into files that spreadsheets read: CSV and XLSX."""

import csv
import enum
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO, TextIOWrapper
from typing import IO, Final
from zoneinfo import ZoneInfo

from core.base.clock import Clock
from core.base.database import Database
from core.base.errors import N_, MejaError
from core.base.paging import Period
from core.orders.history import Wanted
from core.orders.models import Order
from core.outlets.models import Outlet
from core.outlets.queries import outlet_of
from core.services.exception_report import ExceptionReport, Finding
from core.services.order_history import OrderHistory
from core.services.payment_history import Payment, PaymentHistory

LONGEST_DAYS: Final = 366
_FIRST_DAY: Final = date(2000, 1, 31)
_FORMULA: Final = re.compile(r"((?:^|[;,\t\r\n])[ \"']*)([=+\-@\t\r＝＋－＠])")
"""What a spreadsheet takes for the beginning of a formula, in full width too, at the beginning of a cell or a part."""
_IDS: Final = frozenset({"order_uid", "reference", "transaction_id"})
"""Columns that no guest writes; programs join by them."""

Cell = str | int | date | None


class PeriodTooLong(MejaError):
    """More days than fit into one file."""

    kind = "period-too-long"
    status = 422
    sentence = N_("One file holds at most %(days)s days. Please choose a shorter period.")


class ExportForm(enum.StrEnum):
    """The two kinds of files."""

    CSV = "csv"
    XLSX = "xlsx"


class ExportOf(enum.StrEnum):
    """What a file lists."""

    ORDERS = "orders"
    PAYMENTS = "payments"
    EXCEPTIONS = "exceptions"


_ORDER_COLUMNS: Final = (
    *("order_uid", "order_number", "business_day", "created_at", "table", "serving", "customer_name", "status"),
    *("payment_status", "payment_method", "subtotal", "discount", "service", "tax", "total", "cash_total", "paid_at"),
    "cancel_reason",
)
_PAYMENT_COLUMNS: Final = (
    *("reference", "business_day", "at", "method", "state", "amount", "returned", "order_uid", "order_number"),
    *("table", "taken_by", "transaction_id", "issuer", "acquirer", "gateway_paid_at"),
)
_EXCEPTION_COLUMNS: Final = (
    *("at", "exception", "marks", "by", "allowed_by", "amount", "order_uid", "order_number", "shift", "about"),
    "reason",
)
_COLUMNS: Final[Mapping[ExportOf, Sequence[str]]] = {
    ExportOf.ORDERS: _ORDER_COLUMNS,
    ExportOf.PAYMENTS: _PAYMENT_COLUMNS,
    ExportOf.EXCEPTIONS: _EXCEPTION_COLUMNS,
}


@dataclass(frozen=True, slots=True)
class Exports:
    """Files of what the history shows. Amounts are whole rupiah; times are the outlet's own."""

    db: Database
    clock: Clock
    orders: OrderHistory
    payments: PaymentHistory
    exceptions: ExceptionReport

    def write(self, outlet_id: int, what: ExportOf, form: ExportForm, period: Period, to: IO[bytes]) -> None:
        """Write one file. A period without a beginning has 31 days. Raises NoOutlet, BadPeriod, PeriodTooLong."""
        with self.db.read() as session:
            outlet = outlet_of(session, outlet_id)
        period = _held(period, self.clock().astimezone(ZoneInfo(outlet.zone)).date())
        rows = self._rows(outlet, what, period)
        (_write_csv if form is ExportForm.CSV else _write_xlsx)(_COLUMNS[what], rows, to)

    def _rows(self, outlet: Outlet, what: ExportOf, period: Period) -> Iterator[list[Cell]]:
        zone = ZoneInfo(outlet.zone)
        if what is ExportOf.ORDERS:
            return (_order(order, zone) for order in self.orders.each(outlet.id, Wanted(period)))
        if what is ExportOf.EXCEPTIONS:
            days = self.exceptions.each_day(outlet.id, period)
            return (_exception(finding, names, zone) for found, names in days for finding in found)
        return (_payment(payment, zone) for payment in self.payments.each(outlet.id, period))


def _held(period: Period, today: date) -> Period:
    last = max(period.last or max(today, period.first or today), _FIRST_DAY)
    first = period.first or last - timedelta(days=30)
    if (last - first).days >= LONGEST_DAYS:
        raise PeriodTooLong(days=LONGEST_DAYS)
    return Period(first=first, last=last)


def _order(order: Order, zone: ZoneInfo) -> list[Cell]:
    return [
        *(order.uid, order.label, order.business_day, _when(order.created_at, zone)),
        *(
            order.table.label if order.table and order.table.has_seats else "",
            order.serving,
            order.customer_name,
            order.status,
        ),
        *(order.payment_status, order.payment_method, order.subtotal, order.discount, order.service, order.tax),
        *(order.total, order.cash_total, _when(order.paid_at, zone), order.cancel_reason),
    ]


def _payment(payment: Payment, zone: ZoneInfo) -> list[Cell]:
    order, attempt = payment.order, payment.attempt
    return [
        *(payment.reference, payment.business_day, _when(payment.at, zone), payment.method, payment.fate),
        *(payment.amount, payment.returned, order.uid if order else "", order.label if order else ""),
        *(order.table.label if order and order.table and order.table.has_seats else "", payment.taken_by),
        *((attempt.transaction_id, attempt.issuer, attempt.acquirer) if attempt else ("", "", "")),
        _when(attempt.gateway_paid_at, zone) if attempt else "",
    ]


def _exception(finding: Finding, names: Mapping[str, str], zone: ZoneInfo) -> list[Cell]:
    event, order = finding.event, finding.order
    about = next((event.data[name] for name in ("username", "dish", "file") if event.data.get(name)), "")
    return [
        *(_when(event.at, zone), finding.kind, " ".join(sorted(finding.marks))),
        *(names.get(who, who) for who in (finding.who, finding.allowed_by)),
        *(finding.amount, order.uid if order else "", order.label if order else ""),
        *(event.data.get("shift_id"), str(about), str(event.data.get("reason") or "")),
    ]


def _when(at: datetime | None, zone: ZoneInfo) -> str:
    return "" if at is None else at.astimezone(zone).isoformat(sep=" ", timespec="seconds")


def guarded(cell: Cell) -> Cell:
    """Keep a spreadsheet from taking text for a formula: an apostrophe before it makes it text again.

    Also within a cell: where a comma is decimal, as in Indonesia, spreadsheets part CSV at semicolons.
    """
    return _FORMULA.sub(r"\1'\2", cell) if isinstance(cell, str) else cell


def _write_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]], to: IO[bytes]) -> None:
    # With a byte order mark: Excel takes the file for Latin-1 without it.
    text = TextIOWrapper(to, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        cells = zip(columns, row, strict=True)
        writer.writerow([cell if column in _IDS else guarded(cell) for column, cell in cells])
    text.detach()


def _write_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Cell]], to: IO[bytes]) -> None:
    # Slow to load, and seldom asked for.
    from xlsxwriter import Workbook

    whole = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(whole, options) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, days)
                elif isinstance(cell, int):
                    sheet.write_number(number, column, cell)
                elif cell:
                    sheet.write_string(number, column, str(cell))
    to.write(whole.getbuffer())
