"""How far the kitchen is with a paid order."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from core.web.access import CoreDep
from core.web.pages import render
from kiosk.orders import order_view

router = APIRouter()


@router.get("/orders/{uid}/progress", name="progress")
def progress(uid: str, request: Request, core: CoreDep) -> Response:
    """Show the changing part of the status page; an order that is not paid (any more) shows why."""
    view = order_view(core, uid)
    return render(request, "kiosk/_payment_status.html", outlet=view.page.outlet, page=view.page, view=view)
