"""Money that needs a person: the list of it, and one case with its ways out."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from cashier.approval import UNTOUCHED
from cashier.case_page import case_context
from cashier.money_words import ENDINGS, cause_of, what_was_said
from cashier.who import MoneyWatcher
from core.services import Core
from core.staff.models import StaffMember
from core.staff.rights import Right, may
from core.web.access import CoreDep
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/money")


@router.get("", name="money")
def money(request: Request, core: CoreDep, member: MoneyWatcher) -> Response:
    """List the money cases: the open ones by what runs out first, and those settled last."""
    return render(request, "cashier/money.html", **_list(core, member))


@router.get("/cases", name="money_cases")
def money_cases(request: Request, core: CoreDep, member: MoneyWatcher) -> Response:
    """Give the changing part of the list."""
    return render(request, "cashier/_money_cases.html", **_list(core, member))


@router.get("/{case_uid}", name="money_case")
def money_case(case_uid: str, request: Request, core: CoreDep, member: MoneyWatcher) -> Response:
    """Show one case: its story, and what can be done about it."""
    return render(request, "cashier/money_case.html", **case_context(core, member, case_uid, UNTOUCHED))


@router.get("/{case_uid}/refunds", name="case_refunds")
def case_refunds(case_uid: str, request: Request, core: CoreDep, member: MoneyWatcher) -> Response:
    """Give the changing part of a case: where its refunds stand."""
    return render(request, "cashier/_case_refunds.html", **case_context(core, member, case_uid, UNTOUCHED))


@router.get("/{case_uid}/{step}", name="money_case_step")
def money_case_step(case_uid: str, step: str, member: MoneyWatcher) -> Response:
    """Lead back to the case from the address of a step, which is only ever posted to."""
    return see_other("money_case", case_uid=case_uid)


def _list(core: Core, member: StaffMember) -> dict[str, Any]:
    may_match = may(member, Right.MATCH_SETTLEMENTS)
    return {
        "cases": core.money.open_cases(member.outlet_id),
        "may_match": may_match,
        "open_breaks": core.settlement_reports.open_breaks(member.outlet_id) if may_match else 0,
        "settled": core.money.settled_cases(member.outlet_id),
        "cause_of": cause_of,
        "what_was_said": what_was_said,
        "endings": ENDINGS,
        "now": core.clock(),
        "outlet": core.door.workplace(member),
        "member": member,
    }
