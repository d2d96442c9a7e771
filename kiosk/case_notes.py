"""Tells a diner about money that a person looks after, or has. Words are message ids; the templates translate them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.base.errors import N_
from core.payments.models import CaseKind, MoneyCase, Resolution

_CASES: Final[Mapping[CaseKind, str]] = {
    CaseKind.LATE: N_("Your money came after the QR had ended. The cashier knows."),
    CaseKind.DOUBLE: N_("Your money came twice. The cashier knows and will return one payment."),
    CaseKind.AFTER_CANCEL: N_("Your money came after the order was cancelled. The cashier knows and will return it."),
    CaseKind.WRONG_AMOUNT: N_("Another amount came than the order costs. The cashier knows."),
    CaseKind.CONFLICTING: N_("The bank says two different things about your payment. The cashier is looking into it."),
}


@dataclass(frozen=True, slots=True)
class CaseNote:
    """Money that a person looks after, as the diner is told about it."""

    sentence: str
    amount: int
    reference: str
    is_open: bool = True
    """Whether somebody has yet to decide about it."""


def case_notes(cases: Sequence[MoneyCase]) -> list[CaseNote]:
    """List what is still open, and money that paid another order; oldest first."""
    return [note for case in cases if (note := _note(case)) is not None]


def concerns_the_diner(case: MoneyCase) -> bool:
    """Tell whether money of a guest came in it; the other kinds concern the house alone."""
    return case.kind in _CASES


def _note(case: MoneyCase) -> CaseNote | None:
    if case.resolution is Resolution.CREDITED:
        return CaseNote(N_("This money paid another order of yours."), case.amount, case.reference, is_open=False)
    if not concerns_the_diner(case) or case.settled_at is not None or _is_our_cancelling(case):
        return None
    return CaseNote(_CASES[case.kind], case.amount, case.reference)


def _is_our_cancelling(case: MoneyCase) -> bool:
    # The house cancelled a paid order and said why: the money did not come late, and the page itself says it goes back.
    return case.kind is CaseKind.AFTER_CANCEL and "reason" in (case.details or ())
