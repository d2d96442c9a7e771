"""Files of orders and payments: every row, no formula, and no more days than a file may hold."""

import csv
import zipfile
from datetime import timedelta
from io import BytesIO, StringIO
from xml.etree import ElementTree

import pytest

from core.base.paging import BadPeriod, Period
from core.orders.history import Wanted
from core.orders.status import PaymentMethod
from core.services.exports import ExportForm, ExportOf, PeriodTooLong, guarded
from tests.services.test_refunds import ask, paid
from tests.shop import CASHIER, Shop

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(0)", "＝1+1"]


def file(shop: Shop, what: str, form: str, period: Period | None = None) -> bytes:
    to = BytesIO()
    shop.core.exports.write(shop.outlet.id, ExportOf(what), ExportForm(form), period or Period(), to)
    return to.getvalue()


def rows(shop: Shop, what: str, period: Period | None = None) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(file(shop, what, "csv", period).decode("utf-8-sig"))))


def cells(book: bytes) -> list[list[str]]:
    """The texts and numbers of a workbook's first sheet, read by what the format itself says."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(BytesIO(book)) as parts:
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - ours
    assert sheet.findall(".//m:f", space) == []
    return [["".join(cell.itertext()) for cell in row] for row in sheet.findall(".//m:row", space)]


def named(shop: Shop, name: str) -> None:
    shop.core.checkout.place_picks(
        shop.tables[0].token,
        shop.picks("Es Teh"),
        key=f"n-{name}"[:8].ljust(8, "x"),
        pay_by=PaymentMethod.CASH,
        customer_name=name,
    )


def test_a_file_of_payments_adds_up_to_what_came(shop: Shop) -> None:
    order = paid(shop)
    ask(shop, order, 1_000)
    in_cash = shop.order("Es Teh", pay_by="cash")
    shop.core.cash.take(in_cash.uid, 20_000, CASHIER)

    cash, qris = rows(shop, "payments")

    assert (cash["method"], cash["amount"], cash["taken_by"]) == ("cash", str(in_cash.cash_total), "Kasir")
    assert (qris["amount"], qris["returned"], qris["state"]) == (str(order.total), "1000", "partially_refunded")
    assert qris["order_number"] == order.label


def test_a_file_of_orders_holds_the_bill(shop: Shop) -> None:
    order = shop.order("Sate Ayam", pay_by="cash")

    (row,) = rows(shop, "orders")

    bill = [int(row[name]) for name in ("subtotal", "discount", "service", "tax", "total")]
    assert bill == [order.subtotal, order.discount, order.service, order.tax, order.total]
    assert (row["status"], row["table"], row["paid_at"]) == ("awaiting_payment", "1", "")
    assert row["created_at"].endswith("+07:00")


@pytest.mark.parametrize("name", FORMULAS)
def test_a_name_is_never_a_formula(shop: Shop, name: str) -> None:
    named(shop, name)

    (row,) = rows(shop, "orders")
    book = cells(file(shop, "orders", "xlsx"))

    kept = shop.core.past_orders.page(shop.outlet.id, Wanted()).orders[0].customer_name
    assert row["customer_name"] == f"'{kept}"
    assert row["order_uid"] in {order.uid for order in shop.core.past_orders.each(shop.outlet.id, Wanted())}
    assert kept in book[1]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Budi;=1+1", "Budi;'=1+1"),
        ("Budi; =1+1", "Budi; '=1+1"),
        ("a,+1", "a,'+1"),
        ("a-b", "a-b"),
        ("a = b", "a = b"),
        (" =1", " '=1"),
    ],
)
def test_a_formula_behind_a_semicolon_is_none_either(typed: str, written: str) -> None:
    assert guarded(typed) == written


def test_both_kinds_of_files_hold_the_same(shop: Shop) -> None:
    for dish in ("Es Teh", "Sate Ayam"):
        shop.core.cash.take(shop.order(dish, pay_by="cash").uid, 50_000, CASHIER)

    plain = list(csv.reader(StringIO(file(shop, "payments", "csv").decode("utf-8-sig"))))
    book = cells(file(shop, "payments", "xlsx"))

    assert [len(plain), plain[0]] == [len(book), book[0]]
    amounts = plain[0].index("amount")
    assert [row[amounts] for row in plain[1:]] == [row[amounts] for row in book[1:]]


def test_without_a_period_a_file_holds_the_last_31_days(shop: Shop) -> None:
    shop.order("Es Teh", pay_by="cash")
    shop.clock.added += timedelta(days=32)
    recent = shop.order("Es Teh", pay_by="cash")

    assert [row["order_uid"] for row in rows(shop, "orders")] == [recent.uid]


def test_a_file_holds_a_year_and_no_more(shop: Shop) -> None:
    today = shop.clock().date()

    assert rows(shop, "orders", Period(first=today - timedelta(days=365), last=today)) == []
    with pytest.raises(PeriodTooLong):
        rows(shop, "orders", Period(first=today - timedelta(days=366), last=today))
    with pytest.raises(PeriodTooLong):
        rows(shop, "orders", Period(first=today - timedelta(days=500)))
    with pytest.raises(BadPeriod):
        rows(shop, "orders", Period(first=today, last=today - timedelta(days=1)))
