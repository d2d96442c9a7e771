"""The staff's socket: it only says "look again"."""

from fastapi import APIRouter, WebSocket
from starlette.concurrency import run_in_threadpool

from core.events.record import board_topic, person_topic
from core.web.access import cookies_of, core_of
from core.web.live import serve_nudges

router = APIRouter(prefix="/cashier")

_SOCKETS_PER_SESSION = 12
"""One browser may hold the board, the kitchen and the ready screen, each in a few tabs."""
_NOT_SIGNED_IN = 1008


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    """Nudge a signed-in screen whenever its outlet's board has changed; the end of the session ends it."""
    core = await core_of(socket)
    token = cookies_of(socket).read(socket, "meja_sid") or ""
    here = await run_in_threadpool(core.door.at_work, token)
    if here is None:
        await socket.accept()
        # htmx takes this code as a goodbye and does not come back; a refused handshake it would repeat for ever.
        await socket.close(_NOT_SIGNED_IN)
        return
    await serve_nudges(
        socket,
        core.bus,
        board_topic(here.member.outlet_id),
        initial=here.newest_event,
        visitor=f"staff:{token}",
        is_welcome=lambda: core.door.member_of(token) is not None,
        whose=person_topic(here.member.id),
        limit=_SOCKETS_PER_SESSION,
    )
