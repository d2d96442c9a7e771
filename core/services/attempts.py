"""Writes down a new try to collect an order's money. Asking the gateway is the worker's part."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core.base.ids import new_gateway_reference
from core.base.sql import write_at_once
from core.events.record import DINER
from core.orders.models import Order, OrderLine
from core.orders.status import PaymentMethod, PaymentStatus
from core.orders.steps import tell_of
from core.payments.models import Attempt
from core.services.paid import sync_payment_status

UNPAID_LIFE = timedelta(hours=1)
"""How long an order may wait for a QR to be made at all."""


def start_attempt(session: Session, order: Order, lines: Sequence[OrderLine], *, at: datetime) -> None:
    """Write an attempt that is due now: its row is there before the charge leaves.

    The caller holds the order's lock, and the order waits for a QR. The database refuses it a second open attempt.
    """
    attempt = Attempt(
        outlet_id=order.outlet_id,
        order_id=order.id,
        reference=new_gateway_reference(at),
        amount=order.total,
        items=_items(order, lines),
        created_at=at,
        due_at=at,
        wanted_at=at,
    )
    write_at_once(session, attempt)
    if order.payment_status is not PaymentStatus.PENDING:
        sync_payment_status(session, order)
    tell_of(session, order, "attempt.started", at=at, by=DINER, reference=attempt.reference)


def await_qr(order: Order, *, at: datetime) -> None:
    """Have an order wait for a QR instead of for cash."""
    order.payment_method = PaymentMethod.QRIS
    order.claim_code = None
    order.expires_at = at + UNPAID_LIFE


def _items(order: Order, lines: Sequence[OrderLine]) -> list[dict[str, Any]]:
    """List what the gateway may know: dishes, discount, service and tax, which sum to the total exactly."""
    items = [{"name": line.name, "price": line.unit_price, "quantity": line.quantity} for line in lines]
    extra = (("Diskon", -order.discount), ("Biaya layanan", order.service), ("Pajak restoran (PB1)", order.tax))
    return items + [{"name": name, "price": price, "quantity": 1} for name, price in extra if price != 0]
