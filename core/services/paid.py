"""What every way of paying has in common: the sales side of an entry, and the flag that follows the ledger."""

from typing import Final

from sqlalchemy.orm import Session

from core.ledger.models import Account
from core.ledger.posting import Line
from core.ledger.queries import credit_of_order
from core.orders.models import Order
from core.orders.payment_status import payment_status_of, rests_on_attempts
from core.payments.queries import newest_attempt

SALES_SIDE: Final = (Account.SALES, Account.SERVICE, Account.TAX, Account.REFUNDS, Account.LOSSES)
"""What an order earned, and what of it was given back or lost."""


def sales_lines(order: Order) -> list[Line]:
    """Make the credit side of an order's payment: what was earned, service and tax each by itself."""
    return [
        Line(Account.SALES, -(order.subtotal - order.discount), order_id=order.id),
        Line(Account.SERVICE, -order.service, order_id=order.id),
        Line(Account.TAX, -order.tax, order_id=order.id),
    ]


def sync_payment_status(session: Session, order: Order) -> None:
    """Make the order's payment status equal to what the ledger says. In the entry's own transaction."""
    # Postings are written at once, and an attempt is flushed by whoever starts it: the rest need not be written yet.
    with session.no_autoflush:
        credit = credit_of_order(session, order.id)
        last = newest_attempt(session, order.id) if rests_on_attempts(credit, order.status) else None
    order.payment_status = payment_status_of(credit, order.total, last.state if last else None, order.status)
