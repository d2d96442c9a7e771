"""The kiosk's menu, printed once for all guests, and its dishes."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from core.base.ids import new_uid
from core.events.record import menu_topic
from core.web.access import CoreDep
from core.web.live import serve_nudges
from core.web.pages import language_of, render
from kiosk.menu_bytes import press_of
from kiosk.menu_view import dish_page
from kiosk.tablet.who import RoundDep, TabletDep, token_of

router = APIRouter()


@router.get("/kiosk/menu", name="kiosk_menu")
def menu(request: Request, here: RoundDep) -> Response:
    """Show the menu: bytes that were made before, unless it has changed."""
    press = press_of(request)
    page = press.at_hand(here.token, request) or press.look(here.token, request)
    return page.answer(request)


@router.get("/kiosk/dishes/{dish_id}", name="kiosk_dish")
def dish(dish_id: int, request: Request, core: CoreDep, here: RoundDep) -> Response:
    """Show one dish with its questions."""
    view = core.menu.dish(here.token, dish_id)
    language = language_of(request, view.outlet.language)
    page = dish_page(view, language, press_of(request).large_picture_of)
    return render(request, "kiosk/tablet/dish.html", outlet=view.outlet, page=page, language=language, key=new_uid())


@router.websocket("/kiosk/live", name="live_kiosk")
async def live(socket: WebSocket, core: CoreDep, tablet: TabletDep) -> None:
    """Nudge an open menu when something runs out or comes back, until the tablet is cut off."""
    token = token_of(socket)
    await serve_nudges(
        socket,
        core.bus,
        menu_topic(tablet.outlet_id),
        visitor=f"kiosk:{tablet.uid}",
        is_welcome=lambda: core.kiosks.tablet_of(token) is not None,
    )
