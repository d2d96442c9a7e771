"""Ends an attempt that the gateway held once and does not know any more, and plans the looks at what is over."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.events.record import GATEWAY
from core.orders.models import Order
from core.payments.cases import open_case
from core.payments.models import Attempt, CaseKind, MessageOutcome, Outcome
from core.payments.queries import CAME, LEFT, messages_without_outcome, next_look_for_words
from core.payments.schedule import after_silence, earliest, next_look
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


def look_after_an_end(session: Session, attempt: Attempt, now: datetime) -> datetime | None:
    """Name the next look at an attempt that is over; also at one that was never charged, if it was heard of.

    One slip of the gateway does not end the watch that a signed word began.
    """
    if messages_without_outcome(session, attempt.reference):
        return after_silence(attempt.tries + 1, now)
    words = LEFT if attempt.state is AttemptState.SETTLED else CAME
    return earliest(next_look(attempt, now), next_look_for_words(session, attempt.reference, words, now))


def is_done_with(session: Session, attempt: Attempt, now: datetime) -> bool:
    """Tell whether nothing can come of an attempt any more, so that its being forgotten may be believed."""
    if not attempt.is_open:
        return bool(messages_without_outcome(session, attempt.reference))
    return attempt.close_for is not None or (attempt.expires_at is not None and attempt.expires_at <= now)
