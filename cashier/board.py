"""The live board: every open order as a card, and the desk beside it for the one that was chosen."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from cashier.desk import desk_of
from cashier.lanes import age_of, card_just_moved, lanes_of
from cashier.who import Server
from core.services import Core
from core.staff.models import StaffMember
from core.staff.rights import Right, may
from core.web.access import CoreDep, StaffDep
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter()


@router.get("", name="cashier")
def cashier(
    request: Request, core: CoreDep, member: StaffDep, order: str = "", find: str = "", moved: str = ""
) -> Response:
    """Show the board; `order` or `find` fill the desk, `moved` is the order that may still be undone."""
    if not may(member, Right.SERVE):
        return see_other("kitchen")
    board = _board(core, member)
    desk = desk_of(core, member, board["view"], order, find)
    toast = card_just_moved(board["view"], moved)
    return render(request, "cashier/board.html", **board, desk=desk, toast=toast, member=member)


@router.get("/board", name="board")
def board(request: Request, core: CoreDep, member: Server) -> Response:
    """Give the changing part of the board."""
    return render(request, "cashier/_board.html", **_board(core, member))


def _board(core: Core, member: StaffMember) -> dict[str, Any]:
    view = core.board.snapshot(member.outlet_id)
    return {"view": view, "outlet": core.door.workplace(member), "lanes": lanes_of(view), "age_of": age_of}
