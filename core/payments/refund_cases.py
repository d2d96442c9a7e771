"""Money cases about refunds: what came to nothing, what nobody knows of, and what the bank does not confirm."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.events.record import GATEWAY
from core.ledger.queries import pots_of
from core.ledger.refund_entries import entry_of_refund
from core.payments.cases import open_case, settle_case
from core.payments.models import CaseKind, MoneyCase, Refund, RefundState, Resolution
from core.payments.queries import attempt_by_reference, refunds_of_payment
from core.payments.refund_rules import RESTORED, is_uncertain, is_undone, still_refused

UNCONFIRMED: Final = "refund_unconfirmed"
"""The bank has not confirmed it for two weeks."""
MISSING: Final = "refund_missing"
"""The gateway listed it, and lists it no longer."""
REFUSED: Final = "refund_refused"
"""The gateway said no, and the money is still here."""
UNKNOWN: Final = "refund_unknown"
"""It was given up without anybody knowing whether it went back."""
HELD_BACK: Final = "refund_held_back"
"""An older copy of the database would have sent it, and may not."""
CREDITED: Final = "credited"
"""Money that a person had paid an order with left again, and nobody had meant that order's."""
_LISTED: Final = frozenset({UNCONFIRMED, MISSING})
_NOT_GIVEN: Final = frozenset({REFUSED, UNKNOWN, HELD_BACK})
_ENDS_IF_UNDONE: Final = _LISTED | _NOT_GIVEN | {CREDITED}


def open_refund_case(session: Session, outlet_id: int, refund: Refund, difference: str, *, at: datetime) -> None:
    """Put a refund before a person. No money is held by the case: where that stands the ledger says."""
    undone = entry_of_refund(session, refund.payment, refund.refund_key).times_undone
    open_case(
        session,
        CaseKind.CONFLICTING,
        outlet_id=outlet_id,
        reference=refund.payment,
        at=at,
        attempt=attempt_by_reference(session, refund.payment),
        order_id=refund.order_id,
        difference=difference,
        said=refund.refund_key,
        gateway_amount=refund.amount,
        # Gone once more after it was undone is news, though the words are the same.
        **({"undone": undone} if undone else {}),
    )


def miss_refund(session: Session, outlet_id: int, refund: Refund, *, at: datetime) -> None:
    """Put a refund that came to nothing before a person, unless a case holds its money: there it is seen anyway."""
    session.flush()
    held = select(MoneyCase.id).where(
        MoneyCase.reference == refund.payment, MoneyCase.settled_at.is_(None), MoneyCase.amount > 0
    )
    if session.scalar(held.limit(1)) is None and _is_owed(session, refund.payment):
        open_refund_case(session, outlet_id, refund, _how_it_was_missed(refund), at=at)


def _how_it_was_missed(refund: Refund) -> str:
    if refund.refused_for == RESTORED:
        return HELD_BACK
    return UNKNOWN if is_uncertain(refund) else REFUSED


def clear_refunds(session: Session, payment: str, *, at: datetime) -> None:
    """Settle the case about a payment's refunds once each that it names has ended well or is not needed any more.

    Any other contradiction that it tells of stays.
    """
    session.flush()
    case = session.scalar(
        select(MoneyCase)
        .where(
            MoneyCase.kind == CaseKind.CONFLICTING,
            MoneyCase.reference == payment,
            MoneyCase.settled_at.is_(None),
            MoneyCase.amount == 0,
        )
        .with_for_update()
    )
    if case is None:
        return
    if is_explained(session, case):
        settle_case(session, case, Resolution.CLEARED, at=at, by=GATEWAY)


def is_explained(session: Session, case: MoneyCase) -> bool:
    """Tell whether each thing that was said of a case has ended well, or is not needed any more."""
    session.flush()
    is_owed = _is_owed(session, case.reference)
    return not _still_said_of(case, refunds_of_payment(session, case.reference), is_owed=is_owed)


def said_of(case: MoneyCase) -> Sequence[Mapping[str, Any]]:
    """List everything that was said of a case, the oldest first."""
    return [case.details, *case.details.get("again", [])]


def said_last(case: MoneyCase, refunds: Iterable[Refund]) -> Mapping[str, Any]:
    """Give what was said of a case last: of an open one, what is not explained yet. `refunds` are its payment's."""
    still = _still_said_of(case, refunds, is_owed=True) if case.settled_at is None else ()
    return (still or said_of(case))[-1]


def _still_said_of(case: MoneyCase, refunds: Iterable[Refund], *, is_owed: bool) -> Sequence[Mapping[str, Any]]:
    by_key = {refund.refund_key: refund for refund in refunds}
    return [said for said in said_of(case) if not _is_over(said, by_key.get(said.get("said", "")), is_owed=is_owed)]


@dataclass(frozen=True, slots=True)
class LostRefund:
    """A refund that the gateway took and that may not have gone back."""

    refund: Refund
    difference: str
    """What was said of it last: MISSING or UNCONFIRMED."""


def lost_refunds(session: Session, case: MoneyCase) -> Sequence[LostRefund]:
    """List the refunds of an open case each of which may be said not to have gone back, the oldest first."""
    if case.kind is not CaseKind.CONFLICTING or case.settled_at is not None:
        return ()
    last = {said["said"]: said["difference"] for said in said_of(case) if said.get("difference") in _LISTED}
    return [
        LostRefund(refund, last[refund.refund_key])
        for refund in refunds_of_payment(session, case.reference)
        if refund.refund_key in last and refund.state is RefundState.ACCEPTED
    ]


def is_of_refused_refund(case: MoneyCase) -> bool:
    """Tell whether a case stands there for a refund that came to nothing, whose money is still to go back."""
    return case.kind is CaseKind.CONFLICTING and any(said.get("difference") in _NOT_GIVEN for said in said_of(case))


def _is_over(said: Mapping[str, Any], refund: Refund | None, *, is_owed: bool) -> bool:
    if refund is None:
        return False
    if is_undone(refund) and said.get("difference") in _ENDS_IF_UNDONE:
        return True
    if said.get("difference") in _LISTED:
        return refund.state is RefundState.CONFIRMED
    return said.get("difference") in _NOT_GIVEN and (refund.state is not RefundState.REFUSED or not is_owed)


def _is_owed(session: Session, payment: str) -> bool:
    """Tell whether something was refused that nobody has given back since, while money of the payment is here."""
    is_here = any(pot.amount > 0 for pot in pots_of(session, payment))
    return is_here and still_refused(refunds_of_payment(session, payment)) > 0
