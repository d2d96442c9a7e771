"""The order of the guest before the tablet: paying it, then its number. Its address names no order."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from core.outlets.errors import NoRound
from core.services import Core
from core.web.access import CoreDep
from core.web.forms import OptionalDigits
from core.web.pages import render
from core.web.redirects import see_other
from kiosk.order_view import OrderView
from kiosk.orders import order_view_as
from kiosk.payment import FIRST_WAIT_SECONDS
from kiosk.tablet.who import RoundDep

router = APIRouter()


class TabletOrderView(OrderView):
    """What the kiosk shows of an order: the same stages as on a phone, some of them said differently."""

    __slots__ = ()

    @property
    def stage_template(self) -> str:
        own = self.page.stage in {"qr", "awaiting_cash"}
        return f"kiosk/{'tablet/' if own else ''}_stage_{self.page.stage}.html"

    @property
    def paid_template(self) -> str:
        return "kiosk/tablet/_success.html"

    @property
    def menu_path(self) -> str:
        return "/kiosk/menu"

    def path(self, act: str) -> str:
        return f"/kiosk/order/{act}"


def _uid_of_this_round(core: CoreDep, here: RoundDep) -> str:
    uid = core.rounds.order_of(here.visit)
    if uid is None:
        raise NoRound
    return uid


ThisOrder = Annotated[str, Depends(_uid_of_this_round)]
"""The uid of what this guest ordered last here. Nothing yet: NoRound."""


@router.get("/kiosk/order", name="kiosk_order")
def order(request: Request, core: CoreDep, uid: ThisOrder, asked: OptionalDigits = None) -> Response:
    """Show how to pay; when it is paid, the number."""
    return render(request, "kiosk/tablet/order.html", **_shown(core, uid, asked))


@router.get("/kiosk/order/payment-status", name="kiosk_payment_status")
def payment_status(request: Request, core: CoreDep, uid: ThisOrder, asked: OptionalDigits = None) -> Response:
    """Show the changing part of it."""
    return render(request, "kiosk/_payment_status.html", **_shown(core, uid, asked))


@router.post("/kiosk/order/check", name="kiosk_check")
def check(core: CoreDep, uid: ThisOrder) -> Response:
    """Ask the gateway, because the guest says that it is paid."""
    core.payments.ask_again(uid)
    return see_other("kiosk_order", query={"asked": str(int(core.clock().timestamp()))})


@router.post("/kiosk/order/new-qr", name="kiosk_new_qr")
async def new_qr(core: CoreDep, uid: ThisOrder) -> Response:
    """Make a new attempt after one that is over, and give its QR a moment."""
    await run_in_threadpool(core.payments.new_qr, uid)
    return await _settled(core, uid)


@router.post("/kiosk/order/cash", name="kiosk_pay_cash")
async def pay_cash(core: CoreDep, uid: ThisOrder) -> Response:
    """Switch to cash; a live QR is closed at the gateway first."""
    await run_in_threadpool(core.payments.to_cash, uid)
    return await _settled(core, uid)


@router.post("/kiosk/order/qris", name="kiosk_pay_qris")
async def pay_qris(core: CoreDep, uid: ThisOrder) -> Response:
    """Switch from cash to QRIS."""
    await run_in_threadpool(core.payments.to_qris, uid)
    return await _settled(core, uid)


@router.post("/kiosk/order/cancel", name="kiosk_cancel")
async def cancel(core: CoreDep, uid: ThisOrder) -> Response:
    """Give the order up while it is not paid."""
    await run_in_threadpool(core.payments.cancel, uid)
    return await _settled(core, uid)


async def _settled(core: Core, uid: str) -> Response:
    await core.orders.wait_until_settled_on_a_stage(uid, FIRST_WAIT_SECONDS)
    return see_other("kiosk_order")


def _shown(core: Core, uid: str, asked: int | None) -> dict[str, Any]:
    view = order_view_as(TabletOrderView, core, uid, asked)
    return {"outlet": view.page.outlet, "page": view.page, "view": view}
