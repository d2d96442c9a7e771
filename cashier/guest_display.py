"""The screen that a cashier turns to the guest: what to scan, and that it is paid."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from cashier.who import OrderTaker, actor
from core.services import Core
from core.staff.models import StaffMember
from core.web.access import CoreDep
from core.web.pages import render

router = APIRouter(prefix="/cashier")


@router.get("/display", name="guest_display")
def guest_display(request: Request, core: CoreDep, member: OrderTaker) -> Response:
    """Show the guest before the counter what to scan, on a screen turned to them."""
    return _display(request, core, member, "cashier/display.html")


@router.get("/display/now", name="display_now")
def display_now(request: Request, core: CoreDep, member: OrderTaker) -> Response:
    """Give the changing part of the guest's screen."""
    return _display(request, core, member, "cashier/_display.html")


def _display(request: Request, core: Core, member: StaffMember, template: str) -> Response:
    shown = core.counter.shown_to_guests(member.outlet_id, actor(member))
    page = core.orders.page(shown.uid) if shown is not None else None
    return render(request, template, page=page, outlet=core.door.workplace(member), member=member)
