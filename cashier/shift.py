"""The drawer: opening a shift, carrying money in and out, and counting blind at the end."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import StringConstraints
from starlette.responses import Response

from cashier.who import DrawerKeeper, actor
from core.services.shift_desk import MOVEMENT_LIMIT
from core.staff.rights import Right, may
from core.web.access import CoreDep
from core.web.forms import FormModel, RupiahField
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(prefix="/shift")


class OpenForm(FormModel):
    """The change that was brought into the drawer, in whole rupiah."""

    opening_float: RupiahField


class MovementForm(FormModel):
    """Money carried in or out, in whole rupiah."""

    kind: Literal["in", "out"]
    amount: RupiahField
    reason: Annotated[str, StringConstraints(max_length=200)] = ""


class CloseForm(FormModel):
    """What was counted in the drawer, in whole rupiah."""

    counted: RupiahField


@router.get("", name="shift")
def shift(request: Request, core: CoreDep, member: DrawerKeeper) -> Response:
    """Show the open shift, or the sheet of the last one and the form for the next."""
    current = core.shifts.current(member.outlet_id)
    last = None if current else core.shifts.last_closed(member.outlet_id)
    outlet = core.door.workplace(member)
    return render(
        request, "cashier/shift.html", current=current, last=last, limit=MOVEMENT_LIMIT, outlet=outlet, member=member
    )


@router.post("/open", name="open_shift")
def open_shift(core: CoreDep, member: DrawerKeeper, form: Annotated[OpenForm, Form()]) -> Response:
    """Start a shift."""
    core.shifts.open(member.outlet_id, form.opening_float, actor(member))
    return see_other("shift")


@router.post("/movement", name="move_cash")
def move_cash(core: CoreDep, member: DrawerKeeper, form: Annotated[MovementForm, Form()]) -> Response:
    """Carry money into or out of the drawer, with a reason."""
    amount = form.amount if form.kind == "in" else -form.amount
    may_exceed = may(member, Right.MOVE_MUCH_CASH)
    core.shifts.move(member.outlet_id, amount, form.reason, actor(member), may_exceed=may_exceed)
    return see_other("shift")


@router.post("/close", name="close_shift")
def close_shift(core: CoreDep, member: DrawerKeeper, form: Annotated[CloseForm, Form()]) -> Response:
    """End the shift by its count."""
    core.shifts.close(member.outlet_id, form.counted, actor(member))
    return see_other("shift")
