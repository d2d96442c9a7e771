"""Puts a receipt into ready values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from core.base.errors import N_
from core.orders.status import OrderStatus, PaymentMethod, PaymentStatus
from core.services.order_desk import OrderPage
from kiosk.order_view import OrderView
from kiosk.refund_notes import RefundNote, refund_notes

_ZONES: Final[Mapping[str, str]] = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What a receipt says beside the order itself."""

    page: OrderPage
    address: str
    """Of the order's own page."""

    @property
    def is_paid(self) -> bool:
        return OrderView(self.page).was_paid

    @property
    def stamp(self) -> str:
        """What stands large at the top when there is more to know than that it is paid (a message id)."""
        if not self.is_paid:
            return N_("NOT PAID")
        if self.page.order.payment_status is PaymentStatus.REFUNDED:
            return N_("REFUNDED")
        return N_("CANCELLED") if self.page.order.status is OrderStatus.CANCELLED else ""

    @property
    def is_cash(self) -> bool:
        return self.page.order.payment_method is PaymentMethod.CASH

    @property
    def zone(self) -> str:
        return _ZONES.get(self.page.outlet.zone, self.page.outlet.zone)

    @property
    def wallet(self) -> str:
        return self.page.attempt.wallet if self.page.attempt else "QRIS"

    @property
    def refunds(self) -> list[RefundNote]:
        """List the money that went back, or is on its way."""
        return refund_notes(self.page.refunds)

    @property
    def tendered(self) -> int:
        """What the guest handed over, in whole rupiah; of cash that lay on the desk for them already, just the bill."""
        order = self.page.order
        return order.cash_total if order.tendered is None else order.tendered

    @property
    def change(self) -> int:
        return self.tendered - self.page.order.cash_total

    @property
    def whatsapp(self) -> str:
        """Share by the diner's own WhatsApp; no number passes through here."""
        return f"https://wa.me/?text={quote(f'{self.page.outlet.name} {self.page.order.label} {self.address}')}"
