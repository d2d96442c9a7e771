"""The page of one order, its pictures and its receipt."""

from hashlib import sha256
from typing import Final, TypeVar

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from core.base.errors import NotFound
from core.events.record import order_topic
from core.services import Core
from core.services.order_desk import Stage
from core.web.access import CoreDep, guest_of
from core.web.forms import OptionalDigits
from core.web.live import serve_nudges
from core.web.pages import language_of, pages_of, render
from core.web.qr_image import draw_qr
from kiosk.order_view import OrderView, moment_of
from kiosk.receipt_pdf import draw_receipt
from kiosk.receipt_view import ReceiptView

_WATCHED: Final = frozenset({Stage.QR, Stage.CHECKING, Stage.CLOSING, Stage.GATEWAY_SILENT})

router = APIRouter()


View = TypeVar("View", bound=OrderView)


def order_view(core: Core, uid: str, asked: int | None = None) -> OrderView:
    """Look an order up and make it ready to show on a phone. Raises UnknownOrder."""
    return order_view_as(OrderView, core, uid, asked)


def order_view_as(view: type[View], core: Core, uid: str, asked: int | None) -> View:
    """Look an order up and make it ready to show in one of the ways. Raises UnknownOrder."""
    page = core.orders.page(uid)
    if page.stage in _WATCHED:
        # Where no notification can arrive, an open page is why the gateway is asked again soon.
        core.payments.ask_again(uid)
    demo = ""
    if core.settings.midtrans_environment == "simulator" and page.attempt is not None:
        demo = f"{core.settings.core_url}/v2/qris/index?pay={page.attempt.reference}"
    return view(page, moment_of(asked), demo)


@router.get("/orders/{uid}", name="order")
def order(uid: str, request: Request, core: CoreDep, asked: OptionalDigits = None) -> Response:
    """Show an order: how to pay it, then how far the kitchen is."""
    view = order_view(core, uid, asked)
    return render(request, "kiosk/order.html", outlet=view.page.outlet, page=view.page, view=view)


@router.get("/orders/{uid}/receipt", name="receipt")
def receipt(uid: str, request: Request, core: CoreDep) -> Response:
    """Show the receipt, which also prints."""
    view = _receipt(uid, request, core)
    return render(request, "kiosk/receipt.html", outlet=view.page.outlet, page=view.page, view=view)


@router.get("/orders/{uid}/receipt.pdf", name="receipt_pdf")
def receipt_pdf(uid: str, request: Request, core: CoreDep) -> Response:
    """Draw the receipt to keep or to print: 80 mm wide, with the figures of the screen's."""
    view = _receipt(uid, request, core)
    outlet, order = view.page.outlet, view.page.order
    with pages_of(request).speaking(language_of(request, outlet.language), outlet.zone):
        paper = draw_receipt(view)
    headers = {"Content-Disposition": f'inline; filename="{order.business_day:%Y%m%d}-{order.number}.pdf"'}
    return Response(paper, headers=headers, media_type="application/pdf")


@router.get("/orders/{uid}/qr.png", name="qr_image")
def qr_image(uid: str, request: Request, core: CoreDep, download: OptionalDigits = None) -> Response:
    """Draw the QR of the order's live attempt. Raises NotFound when nothing can be paid."""
    text = core.payments.qr_text(uid)
    if text is None:
        raise NotFound
    return _picture(draw_qr(text), request, f"qris-{uid[:6]}.png" if download else "")


@router.get("/orders/{uid}/link.png", name="link_image")
def link_image(uid: str, request: Request, core: CoreDep) -> Response:
    """Draw the address of the order's own page, for the receipt."""
    core.orders.page(uid)
    address = f"{core.settings.base_url}{request.app.url_path_for('order', uid=uid)}"
    return _picture(draw_qr(address), request)


@router.websocket("/live/orders/{uid}", name="live_order")
async def live_order(uid: str, socket: WebSocket, core: CoreDep) -> None:
    """Nudge an order's page when something happened to this order, and to no other."""
    # Only the number is kept: the whole page would stay in memory as long as the socket.
    newest = (await run_in_threadpool(core.orders.page, uid)).event
    await serve_nudges(socket, core.bus, order_topic(uid), initial=newest, visitor=guest_of(socket))


def _receipt(uid: str, request: Request, core: Core) -> ReceiptView:
    page = core.orders.page(uid)
    return ReceiptView(page, f"{core.settings.base_url}{request.app.url_path_for('order', uid=uid)}")


def _picture(image: bytes, request: Request, file_name: str = "") -> Response:
    headers = {"Cache-Control": "private, no-cache", "ETag": f'"{sha256(image).hexdigest()[:20]}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if file_name:
        headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return Response(image, headers=headers, media_type="image/png")
