"""Giving an order's money back: what can go, how, and where it stands."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from cashier.approval import UNTOUCHED, Attempted, RefundForm, WithdrawForm, give_back, refused, withdraw
from cashier.desk import order_money_of
from cashier.who import OurPage, Server
from core.base.errors import MejaError
from core.services import Core
from core.services.order_desk import OrderPage
from core.staff.models import StaffMember
from core.staff.rights import Right, may
from core.web.access import CoreDep
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/orders/{uid}")


@router.get("/refund", name="refund_page")
def refund_page(request: Request, core: CoreDep, member: Server, page: OurPage) -> Response:
    """Show the form for giving an order's money back, on a page of its own."""
    return render(request, "cashier/refund.html", **_context(core, member, page, UNTOUCHED))


@router.post("/refund", name="refund_order")
def refund_order(
    request: Request, core: CoreDep, member: Server, page: OurPage, form: Annotated[RefundForm, Form()]
) -> Response:
    """Give money back with a reason and a manager's PIN, then show where it stands."""
    try:
        give_back(core, member, page.order.uid, form, payment=form.payment, from_case=form.from_case == "yes")
    except MejaError as problem:
        context = _context(core, member, page, refused("refund", problem, form))
        return render(request, "cashier/refund.html", status=problem.status, **context)
    return see_other("cashier", query={"order": page.order.uid})


@router.post("/withdraw", name="withdraw_refund")
def withdraw_refund(
    request: Request, core: CoreDep, member: Server, page: OurPage, form: Annotated[WithdrawForm, Form()]
) -> Response:
    """Take a refund back that has not gone out yet, with a manager's PIN."""
    try:
        withdraw(core, member, form)
    except MejaError as problem:
        context = _context(core, member, page, refused("withdraw", problem, form))
        return render(request, "cashier/refund.html", status=problem.status, **context)
    return see_other("cashier", query={"order": page.order.uid})


@router.get("/money", name="order_money")
def order_money(request: Request, core: CoreDep, member: Server, page: OurPage) -> Response:
    """Give the changing part: what was paid, what went back, and where each refund stands."""
    return render(request, "cashier/_order_money.html", **_context(core, member, page, UNTOUCHED))


def _context(core: Core, member: StaffMember, page: OrderPage, attempted: Attempted) -> dict[str, Any]:
    return {
        "page": page,
        "order": page.order,
        "panel": order_money_of(core, page),
        "attempted": attempted,
        "needs_manager": not may(member, Right.GIVE_MONEY_BACK),
        "outlet": page.outlet,
        "member": member,
    }
