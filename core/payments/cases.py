"""Opens money cases, and closes them when their money has gone back."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.events.record import GATEWAY, board_topic, tell
from core.payments.models import Attempt, CaseKind, MoneyCase


def open_case(
    session: Session,
    kind: CaseKind,
    *,
    outlet_id: int,
    reference: str,
    at: datetime,
    amount: int = 0,
    attempt: Attempt | None = None,
    order_id: int | None = None,
    **details: Any,
) -> MoneyCase:
    """Put money on the cashier's desk; the same trouble of the same reference is one case.

    `amount` is what stands on the unapplied account for it, in whole rupiah.
    """
    known = session.scalar(select(MoneyCase).where(MoneyCase.kind == kind, MoneyCase.reference == reference))
    if known is not None:
        # The same trouble once more: one case, which opens again and tells of both.
        known.details = known.details | {"again": [*known.details.get("again", []), details]}
        known.amount += amount
        known.settled_at = None
        return known
    case = MoneyCase(
        kind=kind,
        outlet_id=outlet_id,
        reference=reference,
        attempt_id=attempt.id if attempt else None,
        order_id=order_id,
        amount=amount,
        details=details,
        opened_at=at,
    )
    session.add(case)
    tell(
        session,
        "case.opened",
        outlet_id=outlet_id,
        at=at,
        by=GATEWAY,
        topics=(board_topic(outlet_id),),
        order_id=order_id,
        attempt_id=case.attempt_id,
        case=str(kind),
        amount=amount,
    )
    return case


def lower_case(session: Session, reference: str, amount: int, *, at: datetime) -> None:
    """Take money that went back off the case it stood on; an empty case is settled.

    Raises NoResultFound when no case holds it: then nothing of the refund is written.
    """
    found = select(MoneyCase).where(
        MoneyCase.reference == reference, MoneyCase.settled_at.is_(None), MoneyCase.amount >= amount
    )
    case = session.scalars(found.order_by(MoneyCase.id).limit(1)).one()
    case.amount -= amount
    if case.amount == 0:
        case.settled_at = at
