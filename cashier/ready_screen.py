"""The wall screen that calls out numbers."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from cashier.who import Cook
from core.services import Core
from core.staff.models import StaffMember
from core.web.access import CoreDep
from core.web.pages import render

router = APIRouter(prefix="/cashier/ready")


@router.get("", name="ready_screen")
def ready_screen(request: Request, core: CoreDep, member: Cook) -> Response:
    """Show the numbers that are almost there, and those that can be fetched."""
    return render(request, "cashier/ready.html", **_numbers(core, member), member=member)


@router.get("/numbers", name="numbers")
def numbers(request: Request, core: CoreDep, member: Cook) -> Response:
    """Give the changing part of the ready screen."""
    return render(request, "cashier/_numbers.html", **_numbers(core, member))


def _numbers(core: Core, member: StaffMember) -> dict[str, Any]:
    view = core.board.snapshot(member.outlet_id)
    outlet = core.door.workplace(member)
    # Nobody stands before the wall for what was left over yesterday; the board still shows it.
    soon, ready = (
        [card for card in cards if outlet.is_same_day(card.order.moved_at, view.now)]
        for cards in (view.preparing, view.ready)
    )
    # The number that was called last stands first, and largest.
    called = sorted(ready, key=lambda card: card.order.moved_at, reverse=True)
    return {"view": view, "outlet": outlet, "soon": soon, "called": called}
