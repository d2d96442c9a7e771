"""Opens money cases, and closes them when their money has found its way."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.events.record import GATEWAY, Actor, board_topic, tell
from core.payments.models import Attempt, CaseKind, MoneyCase, Resolution
from core.payments.refund_rules import terms_of

_HOLD_MONEY: Final = (CaseKind.LATE, CaseKind.DOUBLE, CaseKind.AFTER_CANCEL, CaseKind.WRONG_AMOUNT)


class BooksDisagree(AssertionError):
    """The unapplied account holds money that no case tells of. Posting stops; nothing is repaired by itself."""


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

    `amount` is what stands on the unapplied account for it, in whole rupiah. Said once more in the
    same words, a contradiction that somebody has settled stays settled.
    """
    same = select(MoneyCase).where(MoneyCase.kind == kind, MoneyCase.reference == reference)
    known = session.scalar(same.with_for_update().execution_options(populate_existing=True))
    if known is not None:
        is_news = _is_news(known, amount, details)
        if amount or (is_news and order_id is not None):
            # The money may have been with another order meanwhile: it is about the last one.
            known.order_id = order_id
        if is_news:
            known.details = known.details | {"again": [*known.details.get("again", []), details]}
            known.amount += amount
            _reopen(known)
            # On a case that stands there still, too: whoever has touched the bell has not heard of this.
            _tell_opened(session, known, at=at, by=GATEWAY)
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
        deadline_at=terms_of(attempt, at).until if attempt and amount else None,
    )
    session.add(case)
    _tell_opened(session, case, at=at, by=GATEWAY)
    return case


def _tell_opened(session: Session, case: MoneyCase, *, at: datetime, by: Actor) -> None:
    tell(
        session,
        "case.opened",
        outlet_id=case.outlet_id,
        at=at,
        by=by,
        topics=(board_topic(case.outlet_id),),
        order_id=case.order_id,
        attempt_id=case.attempt_id,
        case=str(case.kind),
        amount=case.amount,
    )


def _is_news(case: MoneyCase, amount: int, details: dict[str, Any]) -> bool:
    again = case.details.get("again", [])
    return amount != 0 or details not in [{name: case.details.get(name) for name in details}, *again]


def reopen(session: Session, case: MoneyCase, *, at: datetime) -> None:
    """Put a case back on the desk, and tell so; one that stands there stays."""
    if case.settled_at is not None:
        _reopen(case)
        _tell_opened(session, case, at=at, by=GATEWAY)


def _reopen(case: MoneyCase) -> None:
    case.settled_at = None
    case.settled_by = None
    case.resolution = None


def settle_case(
    session: Session,
    case: MoneyCase,
    resolution: Resolution,
    *,
    at: datetime,
    by: Actor,
    note: str = "",
    **told: Any,
) -> None:
    """Close a case that has nothing left on it, and write down how it ended; the event holds `told` as well."""
    case.settled_at = at
    case.settled_by = str(by)
    case.resolution = resolution
    case.note = note
    tell(
        session,
        "case.settled",
        outlet_id=case.outlet_id,
        at=at,
        by=by,
        topics=(board_topic(case.outlet_id),),
        order_id=case.order_id,
        attempt_id=case.attempt_id,
        case=str(case.kind),
        resolution=str(resolution),
        case_uid=case.uid,
        **({"reason": note} if note else {}),
        **told,
    )


def lower_cases(
    session: Session,
    payment: str,
    amount: int,
    resolution: Resolution,
    *,
    at: datetime,
    by: Actor,
    first: int | None = None,
) -> None:
    """Take money off the cases that hold it; an empty case is settled. The caller has posted it.

    `first` is the order whose case is meant, where one is.
    """
    held = select(MoneyCase).where(MoneyCase.reference == payment, MoneyCase.settled_at.is_(None), MoneyCase.amount > 0)
    session.flush()
    found = held.order_by(MoneyCase.id).with_for_update().execution_options(populate_existing=True)
    for case in sorted(session.scalars(found), key=lambda case: case.order_id != first):
        part = min(case.amount, amount)
        case.amount -= part
        amount -= part
        if case.amount == 0:
            settle_case(session, case, resolution, at=at, by=by)
        if amount == 0:
            return
    raise BooksDisagree(payment, amount)


def fill_cases(session: Session, payment: str, amount: int, *, at: datetime, by: Actor, first: int | None) -> None:
    """Put money back on the case that it was taken off: it did not leave. The caller has posted it.

    `first` is the order whose case is meant, where one is.
    """
    session.flush()
    held = select(MoneyCase).where(MoneyCase.reference == payment, MoneyCase.kind.in_(_HOLD_MONEY))
    found = session.scalars(held.order_by(MoneyCase.id).with_for_update().execution_options(populate_existing=True))
    # An open one, or one that ended with money going back, before one whose money has found another home.
    likely = sorted(
        found, key=lambda case: (case.order_id != first, case.resolution not in {None, Resolution.REFUNDED})
    )
    if not likely:
        raise BooksDisagree(payment, amount)
    likely[0].amount += amount
    _reopen(likely[0])
    _tell_opened(session, likely[0], at=at, by=by)


def clear_doubt(session: Session, attempt: Attempt, *, at: datetime) -> None:
    """Settle the case of a QR that might have been paid beside cash: now it is known."""
    found = select(MoneyCase).where(
        MoneyCase.kind == CaseKind.POSSIBLE_DOUBLE,
        MoneyCase.reference == attempt.reference,
        MoneyCase.settled_at.is_(None),
    )
    if (case := session.scalar(found)) is not None:
        settle_case(session, case, Resolution.CLEARED, at=at, by=GATEWAY)
