"""The menu of a table, and the page of one dish."""

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from core.base.ids import new_uid
from core.events.record import menu_topic
from core.web.access import CoreDep, guest_of
from core.web.live import serve_nudges
from core.web.pages import language_of, render
from kiosk.menu_bytes import press_of
from kiosk.menu_view import dish_page

router = APIRouter()


async def menu(request: Request) -> Response:
    """Show the menu: bytes that were made before, unless it has changed."""
    token: str = request.path_params["token"]
    press = press_of(request)
    page = press.at_hand(token, request)
    if page is None:
        page = await run_in_threadpool(press.look, token, request)
    return page.answer(request)


# Nothing of it is for FastAPI to check, and checking would be half of its cost.
router.add_route("/t/{token}", menu, name="menu")


@router.get("/t/{token}/dishes/{dish_id}", name="dish")
def dish(token: str, dish_id: int, request: Request, core: CoreDep) -> Response:
    """Show one dish with its questions."""
    view = core.menu.dish(token, dish_id)
    language = language_of(request, view.outlet.language)
    page = dish_page(view, language, press_of(request).large_picture_of)
    return render(
        request,
        "kiosk/dish.html",
        outlet=view.outlet,
        table=view.table,
        page=page,
        language=language,
        key=new_uid(),
    )


@router.websocket("/live/menu/{token}", name="live_menu")
async def live_menu(token: str, socket: WebSocket, core: CoreDep) -> None:
    """Nudge an open menu when something runs out or comes back."""
    # Only the topic is kept: the outlet and its table would stay in memory as long as the socket.
    topic = menu_topic((await run_in_threadpool(core.menu.place, token)).outlet.id)
    await serve_nudges(socket, core.bus, topic, visitor=guest_of(socket))
