"""The ways out of a money case. Plain forms: each ends on the case's own page, done or with what was wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from cashier.approval import (
    CloseForm,
    CreditForm,
    Hands,
    RefundForm,
    UndoForm,
    UseForm,
    WithdrawForm,
    approved,
    give_back,
    hands_of,
    read_amount,
    refused,
    undo_refund,
    withdraw,
)
from cashier.case_page import case_context
from cashier.who import MoneyPlacer, MoneyWatcher, actor
from core.base.errors import MejaError
from core.payments.errors import NothingToRefund
from core.services import Core
from core.staff.models import StaffMember
from core.web.access import CoreDep
from core.web.forms import FormModel
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/money/{case_uid}")


_NOTHING_TYPED: Final = FormModel()


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody with a case before them."""

    request: Request
    core: Core
    member: StaffMember
    case_uid: str

    def tries(self, form: str, step: Callable[[], object], sent: FormModel = _NOTHING_TYPED) -> Response:
        """Take a step and show the case as it is then; refused, show the form again with what was typed."""
        try:
            step()
        except MejaError as problem:
            context = case_context(self.core, self.member, self.case_uid, refused(form, problem, sent))
            return render(self.request, "cashier/money_case.html", status=problem.status, **context)
        return see_other("money_case", case_uid=self.case_uid)


def _placer(case_uid: str, request: Request, core: CoreDep, member: MoneyPlacer) -> Hand:
    return Hand(request, core, member, case_uid)


def _watcher(case_uid: str, request: Request, core: CoreDep, member: MoneyWatcher) -> Hand:
    # Their own right does not matter here: the PIN says who allows it.
    return Hand(request, core, member, case_uid)


Placer = Annotated[Hand, Depends(_placer)]
Watcher = Annotated[Hand, Depends(_watcher)]


@router.post("/take", name="take_case")
def take(hand: Placer) -> Response:
    """Put one's name on a case."""
    by = actor(hand.member)
    return hand.tries("take", lambda: hand.core.cases.take_up(hand.member.outlet_id, hand.case_uid, by))


@router.post("/honour", name="honour_case")
def honour(hand: Placer, form: Annotated[UseForm, Form()]) -> Response:
    """Cook the expired order after all."""
    return hand.tries("honour", lambda: _honour(hand, form), form)


@router.post("/credit", name="credit_case")
def credit(hand: Placer, form: Annotated[CreditForm, Form()]) -> Response:
    """Pay an order of the guest or the table."""
    return hand.tries("credit", lambda: _credit(hand, form), form)


@router.post("/refund", name="refund_case")
def refund(hand: Watcher, form: Annotated[RefundForm, Form()]) -> Response:
    """Give the money back, by a manager's PIN."""
    return hand.tries("refund", lambda: _give_back(hand, form), form)


@router.post("/withdraw", name="withdraw_case_refund")
def withdraw_refund(hand: Watcher, form: Annotated[WithdrawForm, Form()]) -> Response:
    """Take a refund of this money back that has not gone out yet, by a manager's PIN."""
    return hand.tries("withdraw", lambda: withdraw(hand.core, hand.member, form), form)


@router.post("/undo", name="undo_case_refund")
def undo(hand: Watcher, form: Annotated[UndoForm, Form()]) -> Response:
    """Say that a refund did not go back after all, by a manager's PIN; its money can go back anew."""
    return hand.tries("undo", lambda: undo_refund(hand.core, hand.member, hand.case_uid, form), form)


@router.post("/close", name="close_case")
def close(hand: Watcher, form: Annotated[CloseForm, Form()]) -> Response:
    """Close the case with a reason, by a manager's PIN; money on it is written off."""
    return hand.tries("close", lambda: _close(hand, form), form)


def _honour(hand: Hand, form: UseForm) -> None:
    hands = hands_of(hand.core, hand.member, form)
    hand.core.cases.honour(hand.member.outlet_id, hand.case_uid, **hands)


def _credit(hand: Hand, form: CreditForm) -> None:
    hands = hands_of(hand.core, hand.member, form)
    hand.core.cases.credit(hand.member.outlet_id, hand.case_uid, form.order_uid, **hands)


def _give_back(hand: Hand, form: RefundForm) -> None:
    file = hand.core.money.file(hand.member.outlet_id, hand.case_uid)
    if file.view.order_uid is None:
        raise NothingToRefund
    payment = file.view.case.reference
    give_back(hand.core, hand.member, file.view.order_uid, form, payment=payment, from_case=file.from_case)


def _close(hand: Hand, form: CloseForm) -> None:
    lost = read_amount(form.lost) if form.lost.strip() else None
    by = approved(hand.core, hand.member, form.pin)
    told = Hands(by=by, asked_by=actor(hand.member), looked_up=form.looked_up == "yes")
    hand.core.cases.close(hand.member.outlet_id, hand.case_uid, form.reason, lost=lost, **told)
