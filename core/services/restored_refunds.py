"""Holds back what an old state of the books would send: refunds that were still to be made when it was kept."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.events.record import SYSTEM
from core.orders.queries import order_by_id_for_update
from core.payments.models import MoneyCase, Refund, RefundState
from core.payments.queries import refund_for_update
from core.payments.refund_rules import RESTORED
from core.services.payment_lock import lock_payment
from core.services.refused_refunds import end_refused


def hold_back_refunds(session: Session, at: datetime) -> Collection[int]:
    """Give up every refund that the gateway is not known to have made; tells their ids.

    Since this state was kept each may have gone out, been refused, or been withdrawn, and the money given by another
    way: to send it now could give it back twice. A person sees each; one that the gateway lists is posted as any other.
    """
    asked = session.scalars(select(Refund.id).where(Refund.state == RefundState.ASKED).order_by(Refund.id)).all()
    for refund_id in asked:
        known = session.get_one(Refund, refund_id)
        order = order_by_id_for_update(session, known.order_id)
        lock_payment(session, known.payment)
        end_refused(session, order, refund_for_update(session, refund_id), RESTORED, at=at, by=SYSTEM)
    return asked


def still_held_back(session: Session, refunds: Collection[int]) -> int:
    """Count those of some refunds that were held back of which a person must see whether they went."""
    held = (Refund.id.in_(refunds), Refund.state == RefundState.REFUSED, Refund.refused_for == RESTORED)
    is_open = select(MoneyCase.id).where(MoneyCase.reference == Refund.payment, MoneyCase.settled_at.is_(None))
    return session.scalar(select(func.count()).select_from(Refund).where(*held, is_open.exists())) or 0
