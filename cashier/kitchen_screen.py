"""The kitchen's screen, and the wall screen that calls out numbers."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from cashier.lanes import age_of, card_just_moved
from cashier.printer_words import TROUBLES
from cashier.who import Cook
from core.services import Core
from core.staff.models import StaffMember
from core.web.access import CoreDep
from core.web.pages import render

router = APIRouter()


@router.get("/kitchen", name="kitchen")
def kitchen(request: Request, core: CoreDep, member: Cook, moved: str = "") -> Response:
    """Show what there is to cook, oldest first."""
    context = _tickets(core, member)
    toast = card_just_moved(context["view"], moved)
    return render(request, "cashier/kitchen.html", **context, toast=toast, member=member)


@router.get("/kitchen/tickets", name="tickets")
def tickets(request: Request, core: CoreDep, member: Cook) -> Response:
    """Give the changing part of the kitchen's screen."""
    return render(request, "cashier/_tickets.html", **_tickets(core, member))


@router.get("/ready", name="ready_screen")
def ready_screen(request: Request, core: CoreDep, member: Cook) -> Response:
    """Show the numbers that are almost there, and those that can be fetched."""
    return render(request, "cashier/ready.html", **_numbers(core, member), member=member)


@router.get("/ready/numbers", name="numbers")
def numbers(request: Request, core: CoreDep, member: Cook) -> Response:
    """Give the changing part of the ready screen."""
    return render(request, "cashier/_numbers.html", **_numbers(core, member))


def _tickets(core: Core, member: StaffMember) -> dict[str, Any]:
    view = core.board.snapshot(member.outlet_id)
    cards = sorted([*view.new, *view.preparing], key=lambda card: card.order.paid_at or view.now)
    looks = {"age_of": age_of, "troubles": TROUBLES}
    return {"view": view, "outlet": core.door.workplace(member), "cards": cards, **looks}


def _numbers(core: Core, member: StaffMember) -> dict[str, Any]:
    view = core.board.snapshot(member.outlet_id)
    outlet = core.door.workplace(member)
    # The number that was called last stands first, and largest.
    called = sorted(view.ready, key=lambda card: card.order.moved_at, reverse=True)
    return {"view": view, "outlet": outlet, "soon": view.preparing, "called": called}
