"""Ends an attempt that the gateway held once and does not know any more."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.events.record import GATEWAY
from core.orders.models import Order
from core.payments.cases import open_case
from core.payments.models import Attempt, CaseKind, MessageOutcome, Outcome
from core.payments.queries import messages_without_outcome
from core.payments.status import AttemptState
from core.services.closing import attempt_is_over


def believe_it_forgotten(session: Session, order: Order, attempt: Attempt, *, at: datetime) -> None:
    """End it if it is open, and put it before a person. The caller has locked both."""
    if attempt.is_open:
        attempt.problem = "forgotten"
        attempt_is_over(session, order, attempt, AttemptState.FAILED, at=at, by=GATEWAY)
    open_case(
        session,
        CaseKind.CONFLICTING,
        outlet_id=order.outlet_id,
        reference=attempt.reference,
        at=at,
        attempt=attempt,
        order_id=order.id,
        difference="forgotten",
    )
    for message_id in messages_without_outcome(session, attempt.reference):
        session.add(MessageOutcome(message_id=message_id, outcome=Outcome.CONFLICTED, at=at))
