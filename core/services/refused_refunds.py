"""Ends a refund that came to nothing."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.events.record import GATEWAY, Actor
from core.orders.models import Order
from core.orders.steps import tell_of
from core.payments.models import Refund, RefundState
from core.payments.refund_cases import miss_refund


def end_refused(
    session: Session, order: Order, refund: Refund, reason: str, *, at: datetime, by: Actor = GATEWAY
) -> None:
    """Note why nothing went back, as one of our own words, and have a person see it. The caller has locked both."""
    refund.state, refund.refused_for, refund.due_at = RefundState.REFUSED, reason, None
    tell_of(session, order, "refund.refused", at=at, by=by, amount=refund.amount, reason=reason)
    miss_refund(session, order.outlet_id, refund, at=at)
