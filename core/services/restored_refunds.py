"""Holds back what a copy would send: refunds that had not gone out when it was made."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.events.record import SYSTEM
from core.orders.queries import order_by_id_for_update
from core.payments.models import Refund, RefundState
from core.payments.queries import refund_for_update
from core.payments.refund_rules import RESTORED
from core.services.payment_lock import lock_payment
from core.services.refused_refunds import end_refused


def hold_back_refunds(session: Session, at: datetime) -> int:
    """Give up every refund that a copy just brought back holds as not sent yet; tells how many.

    Since it was made each may have gone out, or been withdrawn and asked for anew under another key: to send it
    now could give the money back twice. A person sees each; one that the gateway lists is posted as any other.
    """
    unsent = select(Refund).where(Refund.state == RefundState.ASKED, Refund.first_sent_at.is_(None))
    held = session.scalars(unsent.order_by(Refund.id)).all()
    for known in held:
        order = order_by_id_for_update(session, known.order_id)
        lock_payment(session, known.payment)
        end_refused(session, order, refund_for_update(session, known.id), RESTORED, at=at, by=SYSTEM)
    return len(held)
