"""Writes a receipt on paper: the rows and figures of the screen's receipt, in the order that a guest expects."""

from collections.abc import Iterator
from typing import Final

from core.orders.models import Order, OrderLine
from core.orders.status import OrderStatus, PaymentMethod, PaymentStatus
from core.outlets.models import Outlet
from core.payments.models import Attempt, RefundState, RefundWay
from core.printing.layout import Gap, Pair, Row, Rule, Size, Words
from core.services.order_desk import OrderPage
from core.services.slip_words import day, moment, place, rupiah

_UNPAID: Final = frozenset({PaymentStatus.PENDING, PaymentStatus.FAILED, PaymentStatus.EXPIRED})
_WENT_BACK: Final = frozenset({RefundState.ACCEPTED, RefundState.CONFIRMED})


def receipt_slip(page: OrderPage, *, cashier: str = "") -> list[Row]:
    """Lay out a receipt, or a bill that says it is not paid."""
    is_paid = page.order.payment_status not in _UNPAID
    return [
        *_head(page.outlet),
        *([] if is_paid else [Words("BELUM LUNAS", Size.LARGE, is_bold=True, is_centred=True)]),
        Rule(),
        *_facts(page, cashier),
        Rule(),
        *(row for line in page.order.lines for row in _line(line)),
        Rule(),
        *_bill(page),
        *(_payment(page) if is_paid else []),
        *_refunds(page),
        Rule(),
        Words("Terima kasih. Datang lagi, ya!", is_centred=True),
    ]


def _head(outlet: Outlet) -> Iterator[Row]:
    yield Words(outlet.name, Size.TALL, is_bold=True, is_centred=True)
    for text in (outlet.address, outlet.phone, outlet.tax_number and f"NPWPD {outlet.tax_number}"):
        if text:
            yield Words(text, is_centred=True)


def _facts(page: OrderPage, cashier: str) -> Iterator[Row]:
    order = page.order
    yield Pair("Pesanan", order.label, Size.TALL, is_bold=True)
    yield Pair("Tanggal usaha", day(order.business_day))
    yield Pair("Waktu", moment(order.created_at, page.outlet.zone))
    yield Pair("Untuk", place(order))
    if order.customer_name:
        yield Pair("Nama", order.customer_name)
    if cashier:
        yield Pair("Kasir", cashier)


def _line(line: OrderLine) -> Iterator[Row]:
    lead = f"{line.quantity}x "
    indent = " " * len(lead)
    yield Pair(line.name, rupiah(line.amount), lead=lead)
    for option in line.options:
        yield Words(str(option["name"]), lead=f"{indent}+ ")
    if line.note:
        yield Words(line.note, lead=f"{indent}! ")


def _bill(page: OrderPage) -> Iterator[Row]:
    order = page.order
    is_cash = order.payment_method is PaymentMethod.CASH
    yield Pair("Subtotal", rupiah(order.subtotal))
    steps = (
        ("Potongan", -order.discount),
        (f"Biaya layanan {order.service_rate / 100:g}%", order.service),
        (f"Pajak restoran (PB1) {order.tax_rate / 100:g}%", order.tax),
        ("Pembulatan", order.rounding if is_cash else 0),
    )
    yield from (Pair(label, rupiah(amount)) for label, amount in steps if amount)
    yield Pair("TOTAL", rupiah(order.cash_total if is_cash else order.total), Size.TALL, is_bold=True)


def _payment(page: OrderPage) -> Iterator[Row]:
    yield Rule()
    yield from _cash(page.order) if page.order.payment_method is PaymentMethod.CASH else _qris(page.attempt)
    if page.order.paid_at is not None:
        yield Pair("Dibayar", moment(page.order.paid_at, page.outlet.zone))
    yield Gap()
    yield Words(_stamp(page), Size.LARGE, is_bold=True, is_centred=True)


def _cash(order: Order) -> Iterator[Row]:
    tendered = order.tendered or order.cash_total
    yield Pair("Tunai", rupiah(tendered))
    yield Pair("Kembalian", rupiah(tendered - order.cash_total))


def _qris(attempt: Attempt | None) -> Iterator[Row]:
    yield Pair("QRIS", attempt.wallet if attempt else "")
    if attempt is not None:
        yield Pair("Referensi", attempt.reference)
        if attempt.nmid:
            yield Pair("NMID", attempt.nmid)


def _stamp(page: OrderPage) -> str:
    if page.order.payment_status is PaymentStatus.REFUNDED:
        return "DIKEMBALIKAN"
    return "BATAL" if page.order.status is OrderStatus.CANCELLED else "LUNAS"


def _refunds(page: OrderPage) -> Iterator[Row]:
    """List what left the house again; what is only being asked for is no news for paper."""
    for refund in page.refunds:
        if refund.state in _WENT_BACK:
            label = "Dikembalikan tunai" if refund.way is RefundWay.DRAWER else "Dikembalikan"
            at = refund.confirmed_at or refund.seen_at
            yield Pair(f"{label} {moment(at, page.outlet.zone)}", rupiah(-refund.amount))
