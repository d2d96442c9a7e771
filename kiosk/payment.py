"""What a diner can do about paying. None of it marks anything as paid: that is the gateway's word, or the cashier's."""

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from core.web.access import CoreDep
from core.web.forms import OptionalDigits
from core.web.pages import render
from core.web.redirects import see_other
from kiosk.orders import order_view

FIRST_WAIT_SECONDS = 1.2

router = APIRouter()


@router.get("/orders/{uid}/payment-status", name="payment_status")
def payment_status(uid: str, request: Request, core: CoreDep, asked: OptionalDigits = None) -> Response:
    """Show the changing part of the payment page."""
    view = order_view(core, uid, asked)
    return render(request, "kiosk/_payment_status.html", outlet=view.page.outlet, page=view.page, view=view)


@router.post("/orders/{uid}/check", name="check_payment")
def check_payment(uid: str, core: CoreDep) -> Response:
    """Ask the gateway, because the diner says that it is paid."""
    core.payments.ask_again(uid)
    return see_other("order", uid=uid, query={"asked": str(int(core.clock().timestamp()))})


@router.post("/orders/{uid}/new-qr", name="new_qr")
async def new_qr(uid: str, core: CoreDep) -> Response:
    """Make a new attempt after one that is over, and give its QR a moment."""
    await run_in_threadpool(core.payments.new_qr, uid)
    await core.orders.wait_until_settled_on_a_stage(uid, FIRST_WAIT_SECONDS)
    return see_other("order", uid=uid)


@router.post("/orders/{uid}/cash", name="pay_cash")
async def pay_cash(uid: str, core: CoreDep) -> Response:
    """Switch to cash; a live QR is closed at the gateway first."""
    await run_in_threadpool(core.payments.to_cash, uid)
    await core.orders.wait_until_settled_on_a_stage(uid, FIRST_WAIT_SECONDS)
    return see_other("order", uid=uid)


@router.post("/orders/{uid}/qris", name="pay_qris")
async def pay_qris(uid: str, core: CoreDep) -> Response:
    """Switch from cash to QRIS."""
    await run_in_threadpool(core.payments.to_qris, uid)
    await core.orders.wait_until_settled_on_a_stage(uid, FIRST_WAIT_SECONDS)
    return see_other("order", uid=uid)


@router.post("/orders/{uid}/cancel", name="cancel_order")
async def cancel_order(uid: str, core: CoreDep) -> Response:
    """Give the order up while it is not paid."""
    await run_in_threadpool(core.payments.cancel, uid)
    await core.orders.wait_until_settled_on_a_stage(uid, FIRST_WAIT_SECONDS)
    return see_other("order", uid=uid)
