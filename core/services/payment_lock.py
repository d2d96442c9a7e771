"""One payment, one hand: whoever moves its money holds it, whichever order it stands with by then."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.orders.models import Order
from core.payments.models import Attempt


def lock_payment(session: Session, payment: str) -> None:
    """Lock a payment by its name: its attempt, or for cash the order that it was handed over for.

    The caller's own order is locked already. Two that want each other's are told apart by the
    database, and one of them begins anew.
    """
    session.flush()
    found = select(Attempt.id).where(Attempt.reference == payment).with_for_update()
    if session.scalar(found) is None:
        session.execute(select(Order.id).where(Order.uid == payment).with_for_update())
