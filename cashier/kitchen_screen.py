"""The kitchen's screen: what one station, or the whole kitchen, has to cook; and what it may call back."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from cashier.board_print import PrintThere
from cashier.kitchen_look import KitchenLook, StationWord, look_of
from cashier.kitchen_press import kitchen_press_of
from cashier.lanes import MOVED_TO, Toast
from cashier.who import Cook
from core.orders.station_tickets import Stage
from core.services import Core
from core.services.staff_door import AtWork
from core.staff.models import StaffMember
from core.staff.rights import Right, require
from core.web.access import CoreDep, at_work
from core.web.pages import render

router = APIRouter(prefix="/cashier/kitchen")

_MOVED = {Stage.NEW: MOVED_TO["new"], Stage.COOKING: MOVED_TO["preparing"], Stage.DONE: MOVED_TO["ready"]}


@router.get("", name="kitchen")
def kitchen(
    request: Request,
    core: CoreDep,
    station: StationWord = "",
    counts: str = "",
    moved: str = "",
    there: PrintThere = "",
) -> Response:
    """Show what there is to cook, oldest first; `moved` is the order whose step may still be taken back."""
    here, look = _at_the_stove(request), look_of(request, station, counts)
    newest, sheet = kitchen_press_of(request).tickets(request, here, look, there)
    look = look.found(newest.view.station)
    page: dict[str, Any] = {"tickets": sheet, "station": newest.view.station, "look": look, "outlet": here.outlet}
    page |= {"toast": _toast(core, here.member, look, moved), "member": here.member}
    return look.keep(request, render(request, "cashier/kitchen.html", **page))


@router.get("/tickets", name="tickets")
def tickets(request: Request, station: StationWord = "", counts: str = "", there: PrintThere = "") -> Response:
    """Give the changing part of the kitchen's screen; to a screen that has one, what has changed since."""
    # Who is asking is found out here, with the rest, and not on a thread of its own before.
    _, sheet = kitchen_press_of(request).tickets(
        request, _at_the_stove(request), look_of(request, station, counts), there
    )
    return sheet.answer(request)


@router.get("/recall", name="recall")
def recall(request: Request, core: CoreDep, member: Cook, station: StationWord = "", counts: str = "") -> Response:
    """Show what was made today and may be called back onto the stove."""
    look = look_of(request, station, counts)
    cards = core.kitchen_display.callable_back(member.outlet_id, look.station_id)
    outlet = core.door.workplace(member)
    return render(
        request, "cashier/recall.html", cards=cards, look=look, outlet=outlet, member=member, now=core.clock()
    )


def _at_the_stove(request: Request) -> AtWork:
    here = at_work(request)
    require(here.member, Right.COOK)
    return here


def _toast(core: Core, member: StaffMember, look: KitchenLook, moved: str) -> Toast | None:
    card = core.kitchen_display.just_moved(moved, member.outlet_id, look.station_id) if moved else None
    return Toast(card.order, f"{card.stage}{look.station}", _MOVED[card.stage]) if card else None
