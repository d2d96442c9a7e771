"""The live board: every open order as a card, and the desk beside it for the one that was chosen."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from cashier.board_press import press_of
from cashier.board_print import PrintThere
from cashier.desk import desk_of, desk_with
from cashier.lanes import card_just_moved
from cashier.method import method_of
from cashier.pausing import pause_of
from cashier.who import Server
from core.staff.rights import Right, may, require
from core.web.access import CoreDep, at_work
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier")


@router.get("", name="cashier")
def cashier(
    request: Request,
    core: CoreDep,
    order: str = "",
    find: str = "",
    moved: str = "",
    there: PrintThere = "",
) -> Response:
    """Show the board; `order` or `find` fill the desk, `moved` is the order that may still be undone."""
    here = at_work(request)
    member, outlet = here.member, here.outlet
    if not may(member, Right.SERVE):
        return see_other("kitchen")
    board, sheet = press_of(request).board(request, here, there)
    desk = desk_of(core, member, board.view, order, find)
    toast = card_just_moved(board.view, moved, core.clock())
    page: dict[str, Any] = {"board": sheet, "desk": desk, "toast": toast, "method_of": method_of}
    page |= pause_of(core, member)
    return render(request, "cashier/board.html", **page, outlet=outlet, member=member)


@router.get("/board", name="board")
def board(request: Request, there: PrintThere = "") -> Response:
    """Give the changing part of the board; to a screen that has one, what has changed since."""
    # Fifty screens ask at once: who is asking is found out here, with the rest, and not on a thread of its own before.
    here = at_work(request)
    require(here.member, Right.SERVE)
    _, sheet = press_of(request).board(request, here, there)
    return sheet.answer(request)


@router.get("/orders/{uid}/desk", name="desk_now")
def desk_now(uid: str, request: Request, core: CoreDep, member: Server, seen: str = "") -> Response:
    """Give the desk of an order that waits for its money; nothing as long as it is as it was seen."""
    desk = desk_with(core, member, uid)
    if seen and desk.waits_as == seen:
        return Response(status_code=204)
    return render(
        request, "cashier/_desk.html", desk=desk, method_of=method_of, member=member, outlet=core.door.workplace(member)
    )
