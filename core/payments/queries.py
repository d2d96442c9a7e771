"""Finds attempts, messages and cases."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import TextClause, bindparam, func, select, text, update
from sqlalchemy.orm import Session

from core.base.database import UtcDateTime
from core.base.ids import is_uid
from core.payments.errors import UnknownCase
from core.payments.models import (
    OPEN_ATTEMPTS,
    Attempt,
    CaseKind,
    GatewayMessage,
    MessageOutcome,
    MoneyCase,
    Refund,
    RefundState,
)
from core.payments.rehearsal import Rehearsal
from core.payments.schedule import next_look_after_a_word
from core.payments.status import OPEN_STATES

_GIVEN_BACK: Final = ("refund", "partial_refund", "chargeback", "partial_chargeback")
CAME: Final = ("settlement", "capture", *_GIVEN_BACK)
"""What a message says once money came: only then it can have left again."""
LEFT: Final = (*_GIVEN_BACK, "deny", "cancel", "expire", "failure")
"""What one says once money went back, or did not last."""


_BY_REFERENCE = select(Attempt).where(Attempt.reference == bindparam("reference"))
_LOCKED = (
    select(Attempt).where(Attempt.id == bindparam("id")).with_for_update().execution_options(populate_existing=True)
)
_OF_ORDER = select(Attempt).where(Attempt.order_id == bindparam("order_id")).order_by(Attempt.id.desc())
_NEWEST = _OF_ORDER.limit(1)
_OPEN_LOCKED = (
    select(Attempt)
    .where(Attempt.order_id == bindparam("order_id"), Attempt.state.in_(OPEN_STATES))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_REFUNDS_OF_ORDER = select(Refund).where(Refund.order_id == bindparam("order_id")).order_by(Refund.id)
_REFUNDS_OF_PAYMENT = select(Refund).where(Refund.payment == bindparam("payment")).order_by(Refund.id)
_CASES_OF_ORDER = select(MoneyCase).where(MoneyCase.order_id == bindparam("order_id")).order_by(MoneyCase.id)
_WAITING_MESSAGES = (
    select(GatewayMessage.id)
    .outerjoin(MessageOutcome, MessageOutcome.message_id == GatewayMessage.id)
    .where(GatewayMessage.reference == bindparam("reference"), MessageOutcome.id.is_(None))
)
_MESSAGES = (
    select(GatewayMessage.id, GatewayMessage.received_at, GatewayMessage.said, MessageOutcome.id.is_(None))
    .outerjoin(MessageOutcome, MessageOutcome.message_id == GatewayMessage.id)
    .where(GatewayMessage.reference == bindparam("reference"))
)
_LAST_WORD = select(func.max(GatewayMessage.received_at)).where(
    GatewayMessage.reference == bindparam("reference"), GatewayMessage.said.in_(bindparam("words", expanding=True))
)


def is_open() -> TextClause:
    """Say that an attempt is open in the very words of the index of open ones: SQLite finds it by them alone."""
    return text(f"attempts.{OPEN_ATTEMPTS}")


def attempt_by_reference(session: Session, reference: str) -> Attempt | None:
    """Find an attempt by its gateway order id."""
    return session.scalar(_BY_REFERENCE, {"reference": reference})


def attempt_for_update(session: Session, attempt_id: int) -> Attempt:
    """Lock an attempt. The order comes first: take its lock before this one."""
    return session.scalars(_LOCKED, {"id": attempt_id}).one()


def newest_attempt(session: Session, order_id: int) -> Attempt | None:
    """Find the last try to collect an order's money."""
    return session.scalar(_NEWEST, {"order_id": order_id})


def open_attempt_for_update(session: Session, order_id: int) -> Attempt | None:
    """Lock the attempt of an order that money may still come to, if there is one."""
    return session.scalar(_OPEN_LOCKED, {"order_id": order_id})


def attempts_of_order(session: Session, order_id: int) -> Sequence[Attempt]:
    """List an order's attempts, newest first."""
    return session.scalars(_OF_ORDER, {"order_id": order_id}).all()


def refunds_of_order(session: Session, order_id: int) -> Sequence[Refund]:
    """List what goes, or was to go, back on any payment of an order, oldest first."""
    return session.scalars(_REFUNDS_OF_ORDER, {"order_id": order_id}).all()


def refunds_of_payment(session: Session, payment: str) -> Sequence[Refund]:
    """List what goes, or was to go, back on one payment, oldest first."""
    return session.scalars(_REFUNDS_OF_PAYMENT, {"payment": payment}).all()


def refund_by_key(session: Session, key: str) -> Refund:
    """Find a refund of ours by its key."""
    return session.scalars(select(Refund).where(Refund.refund_key == key)).one()


def refund_for_update(session: Session, refund_id: int) -> Refund:
    """Lock a refund. Order and attempt come first."""
    return session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)


def loss_is_unknown(session: Session, payment: str) -> bool:
    """Tell whether a bank has taken a part of a payment, and nobody has entered yet how much."""
    found = select(MoneyCase).where(
        MoneyCase.kind == CaseKind.CHARGEBACK, MoneyCase.reference == payment, MoneyCase.settled_at.is_(None)
    )
    return any(case.lacks_loss for case in session.scalars(found))


def was_rehearsed(session: Session, reference: str, heard_at: datetime | None) -> bool:
    """Tell whether a gateway order id is a test payment's, and note when its money was first heard of."""
    rows = update(Rehearsal).where(Rehearsal.reference == reference)
    first = func.coalesce(Rehearsal.heard_at, bindparam("heard", heard_at, type_=UtcDateTime()))
    return session.scalar(rows.values(heard_at=first).returning(Rehearsal.id)) is not None


def gone_back(session: Session, payment: str, *, with_asked: bool) -> int:
    """Add up what went back on one payment, in whole rupiah; with what was asked for, if wanted."""
    states = [RefundState.ACCEPTED, RefundState.CONFIRMED, *([RefundState.ASKED] if with_asked else [])]
    amount = select(func.sum(Refund.amount)).where(Refund.payment == payment, Refund.state.in_(states))
    return int(session.scalar(amount) or 0)


def open_cases_of_outlet(session: Session, outlet_id: int) -> Sequence[MoneyCase]:
    """List the money that waits for a person: what runs out first comes first, then the oldest."""
    found = select(MoneyCase).where(MoneyCase.outlet_id == outlet_id, MoneyCase.settled_at.is_(None))
    return session.scalars(found.order_by(MoneyCase.deadline_at.is_(None), MoneyCase.deadline_at, MoneyCase.id)).all()


def settled_cases_of_outlet(session: Session, outlet_id: int, limit: int) -> Sequence[MoneyCase]:
    """List the cases that were settled last, newest first."""
    found = select(MoneyCase).where(MoneyCase.outlet_id == outlet_id, MoneyCase.settled_at.is_not(None))
    return session.scalars(found.order_by(MoneyCase.settled_at.desc(), MoneyCase.id.desc()).limit(limit)).all()


def case_by_uid(session: Session, uid: str) -> MoneyCase:
    """Find a money case. Raises UnknownCase."""
    case = session.scalar(select(MoneyCase).where(MoneyCase.uid == uid)) if is_uid(uid) else None
    if case is None:
        raise UnknownCase
    return case


def case_for_update(session: Session, case_id: int) -> MoneyCase:
    """Lock a case. Its orders and its attempt come first."""
    return session.get_one(MoneyCase, case_id, with_for_update=True, populate_existing=True)


def cases_of_order(session: Session, order_id: int) -> Sequence[MoneyCase]:
    """List the money cases about one order, oldest first."""
    return session.scalars(_CASES_OF_ORDER, {"order_id": order_id}).all()


def messages_without_outcome(session: Session, reference: str) -> Sequence[int]:
    """List the ids of stored messages about a reference that nobody has acted on."""
    return session.scalars(_WAITING_MESSAGES, {"reference": reference}).all()


def messages_heard(
    session: Session, words: Collection[str], reference: str, asked_at: datetime, now: datetime
) -> tuple[Sequence[int], datetime | None]:
    """List those of them that had come when the gateway was asked: what came later waits for another look.

    Beside it, what next_look_for_words() tells of all messages about the reference.
    """
    told = session.execute(_MESSAGES, {"reference": reference}).all()
    # One that bears a time after now came before the clock was set back: it had come, too.
    heard = [one for one, at, _, is_waiting in told if is_waiting and (at <= asked_at or at > now)]
    last_word = max((at for _, at, said, _ in told if said in words), default=None)
    return heard, None if last_word is None else next_look_after_a_word(last_word, now)


def next_look_for_words(session: Session, reference: str, words: Collection[str], now: datetime) -> datetime | None:
    """Tell when to ask again because of the last signed message with one of these words; nothing a day after it."""
    told_at = session.scalar(_LAST_WORD, {"reference": reference, "words": list(words)})
    return None if told_at is None else next_look_after_a_word(told_at, now)
