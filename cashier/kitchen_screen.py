"""The kitchen's screen: what one station, or the whole kitchen, has to cook; and what it may call back."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from cashier.ages import age_of, minutes_late
from cashier.kitchen_look import KitchenLook, StationWord, look_of
from cashier.lanes import MOVED_TO, Toast
from cashier.printer_words import TROUBLES
from cashier.who import Cook
from core.orders.station_tickets import Stage
from core.services import Core
from core.staff.models import StaffMember
from core.web.access import CoreDep
from core.web.pages import render

router = APIRouter(prefix="/cashier/kitchen")

_MOVED = {Stage.NEW: MOVED_TO["new"], Stage.COOKING: MOVED_TO["preparing"], Stage.DONE: MOVED_TO["ready"]}


@router.get("", name="kitchen")
def kitchen(
    request: Request, core: CoreDep, member: Cook, station: StationWord = "", counts: str = "", moved: str = ""
) -> Response:
    """Show what there is to cook, oldest first; `moved` is the order whose step may still be taken back."""
    look = look_of(request, station, counts)
    context = _tickets(core, member, look)
    toast = _toast(core, member, look, moved)
    return look.keep(request, render(request, "cashier/kitchen.html", **context, toast=toast, member=member))


@router.get("/tickets", name="tickets")
def tickets(request: Request, core: CoreDep, member: Cook, station: StationWord = "", counts: str = "") -> Response:
    """Give the changing part of the kitchen's screen."""
    context = _tickets(core, member, look_of(request, station, counts))
    return render(request, "cashier/_tickets.html", **context)


@router.get("/recall", name="recall")
def recall(request: Request, core: CoreDep, member: Cook, station: StationWord = "", counts: str = "") -> Response:
    """Show what was made today and may be called back onto the stove."""
    look = look_of(request, station, counts)
    cards = core.kitchen_display.callable_back(member.outlet_id, look.station_id)
    outlet = core.door.workplace(member)
    return render(
        request, "cashier/recall.html", cards=cards, look=look, outlet=outlet, member=member, now=core.clock()
    )


def _tickets(core: Core, member: StaffMember, look: KitchenLook) -> dict[str, Any]:
    view = core.kitchen_display.view(member.outlet_id, look.station_id)
    words = {"age_of": age_of, "minutes_late": minutes_late, "troubles": TROUBLES}
    return {"view": view, "outlet": core.door.workplace(member), "look": look, **words}


def _toast(core: Core, member: StaffMember, look: KitchenLook, moved: str) -> Toast | None:
    card = core.kitchen_display.just_moved(moved, member.outlet_id, look.station_id) if moved else None
    return Toast(card.order, f"{card.stage}{look.station}", _MOVED[card.stage]) if card else None
