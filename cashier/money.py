"""Money that needs a person: what came, why it fits nothing, and what to do."""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from cashier.who import MoneyWatcher
from core.base.errors import N_
from core.payments.models import CaseKind
from core.web.access import CoreDep
from core.web.pages import render

router = APIRouter()

CAUSES: Final[Mapping[CaseKind, tuple[str, str]]] = {
    CaseKind.LATE: (
        N_("The money came after the order had expired."),
        N_("Give it back through the gateway, or cook the order once the guest still wants it."),
    ),
    CaseKind.DOUBLE: (
        N_("The order was paid twice."),
        N_("Give the second payment back. The order itself is in order."),
    ),
    CaseKind.AFTER_CANCEL: (
        N_("The money came for an order that was cancelled."),
        N_("Give it back. The order does not return by itself."),
    ),
    CaseKind.WRONG_AMOUNT: (
        N_("Another amount came than the order asked for."),
        N_("Compare it with the order. Give it back, or settle the rest with the guest."),
    ),
    CaseKind.CONFLICTING: (
        N_("The gateway contradicts what it said before."),
        N_("Look the reference up in the Midtrans dashboard before anything is handed out."),
    ),
    CaseKind.UNMATCHED: (
        N_("Money came that belongs to no order of ours."),
        N_("Look the reference up in the Midtrans dashboard and ask the owner."),
    ),
    CaseKind.BAD_QR: (
        N_("The gateway drew a QR with another merchant name or amount. It was not shown to anybody."),
        N_("Tell the owner. Take cash until it is cleared up."),
    ),
}
"""Why money stands here, and what to do about it."""


@router.get("/money", name="money")
def money(request: Request, core: CoreDep, member: MoneyWatcher) -> Response:
    """List the money cases that nobody has settled yet, the oldest first."""
    cases = core.money.open_cases(member.outlet_id)
    outlet, now = core.door.workplace(member), core.clock()
    return render(request, "cashier/money.html", cases=cases, causes=CAUSES, now=now, outlet=outlet, member=member)
