"""Says what an order's payment status must be, from the ledger and the last attempt alone."""

from core.ledger.queries import Credit
from core.orders.status import IN_THE_KITCHEN, OrderStatus, PaymentStatus
from core.payments.status import AttemptState

_BY_LAST_ATTEMPT = {
    AttemptState.EXPIRED: PaymentStatus.EXPIRED,
    AttemptState.DENIED: PaymentStatus.FAILED,
    AttemptState.FAILED: PaymentStatus.FAILED,
}
_COOKED = IN_THE_KITCHEN | {OrderStatus.SERVED}


def rests_on_attempts(credit: Credit, status: OrderStatus) -> bool:
    """Tell whether the last attempt says something: only where no money came and the order still waits, or was cancelled."""
    return credit.received <= 0 and credit.returned <= 0 and status not in _COOKED and status is not OrderStatus.EXPIRED


def payment_status_of(
    credit: Credit, total: int, last_attempt: AttemptState | None, status: OrderStatus
) -> PaymentStatus:
    """Work out the payment status. Paid is a sum, not a flag."""
    rest = credit.received - credit.returned
    if credit.received > 0 and rest >= total:
        return PaymentStatus.PAID
    if credit.returned > 0:
        return PaymentStatus.PARTIALLY_REFUNDED if rest > 0 else PaymentStatus.REFUNDED
    if status in _COOKED:
        # Its food may be out, and its money is not there: whoever had paid it took that back.
        return PaymentStatus.FAILED
    if credit.received > 0:
        return PaymentStatus.PENDING
    if status is OrderStatus.EXPIRED:
        return PaymentStatus.EXPIRED
    return _BY_LAST_ATTEMPT.get(last_attempt, PaymentStatus.PENDING) if last_attempt else PaymentStatus.PENDING
