"""Lists the rows of a receipt in the reader's words, for paper that no template writes."""

from dataclasses import dataclass

from core.web.wording import clock, gettext, rupiah
from kiosk.receipt_view import ReceiptView


@dataclass(frozen=True, slots=True)
class Row:
    """A label with what stands at the right edge."""

    label: str
    value: str
    is_total: bool = False


def bill_rows(view: ReceiptView) -> list[Row]:
    """Say how the total comes about, as `_bill.html` does."""
    order = view.page.order
    total = order.cash_total if view.is_cash else order.total
    steps = [
        (gettext("Subtotal"), order.subtotal, True),
        (gettext("Discount"), -order.discount, order.discount),
        (f"{gettext('Service charge')} {order.service_rate / 100:g}%", order.service, order.service),
        (f"{gettext('Restaurant tax (PB1)')} {order.tax_rate / 100:g}%", order.tax, order.tax),
        (gettext("Rounding"), order.rounding, view.is_cash and order.rounding),
    ]
    rows = [Row(label, rupiah(amount)) for label, amount, is_shown in steps if is_shown]
    return [*rows, Row(gettext("Total"), rupiah(total), is_total=True)]


def payment_rows(view: ReceiptView) -> list[Row]:
    """Say how it was paid, as `_receipt_payment.html` does; nothing before it is."""
    if not view.is_paid:
        return []
    paid_at = view.page.order.paid_at
    when = [Row(gettext("Paid at"), f"{clock(paid_at)} {view.zone}")] if paid_at else []
    return [*(_cash_rows(view) if view.is_cash else _qris_rows(view)), *when]


def _cash_rows(view: ReceiptView) -> list[Row]:
    return [Row(gettext("Cash"), rupiah(view.tendered)), Row(gettext("Change"), rupiah(view.change))]


def _qris_rows(view: ReceiptView) -> list[Row]:
    attempt = view.page.attempt
    rows = [Row("QRIS", view.wallet)]
    if attempt:
        rows.append(Row(gettext("Reference"), attempt.reference))
    if attempt and attempt.nmid:
        rows.append(Row("NMID", attempt.nmid))
    return rows
