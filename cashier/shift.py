"""The drawer: opening a shift, carrying money in and out, and counting blind at the end."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request
from pydantic import StringConstraints
from starlette.responses import Response

from cashier.approval import UNTOUCHED, Attempted, Pin, read_amount, refused
from cashier.who import DrawerKeeper, actor
from core.base.errors import MejaError
from core.base.ids import new_uid
from core.services import Core
from core.services.shift_desk import MOVEMENT_LIMIT
from core.shifts.errors import AnotherShift
from core.staff.models import StaffMember
from core.staff.rights import Right, may
from core.web.access import CoreDep
from core.web.forms import FormModel, OptionalDigits
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/shift")

NOTES: Final = (100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100)
"""The notes and coins of the country, in rupiah."""
Amount = Annotated[str, StringConstraints(max_length=40)]


class OpenForm(FormModel):
    """The change that was brought into the drawer, as it was typed."""

    opening_float: Amount


class OfShift(FormModel):
    """What is written down in an open shift."""

    shift: OptionalDigits = None
    """The shift that stood on the page."""


class MovementForm(OfShift):
    """Money carried in or out, as it was typed; the same form sent again carries nothing more."""

    kind: Literal["in", "out"]
    amount: Amount
    reason: Annotated[str, StringConstraints(max_length=200)] = ""
    pin: Pin = ""
    key: Annotated[str, StringConstraints(pattern=r"^([\x21-\x7e]{8,64})?$")] = ""


class NoSaleForm(FormModel):
    """Why the drawer is to be opened."""

    reason: Annotated[str, StringConstraints(max_length=200)] = ""


class CountForm(OfShift):
    """What was counted in the drawer: how many of each note and coin, or the sum, as it was typed."""

    counted: Amount = ""
    note_100000: OptionalDigits = None
    note_50000: OptionalDigits = None
    note_20000: OptionalDigits = None
    note_10000: OptionalDigits = None
    note_5000: OptionalDigits = None
    note_2000: OptionalDigits = None
    note_1000: OptionalDigits = None
    note_500: OptionalDigits = None
    note_200: OptionalDigits = None
    note_100: OptionalDigits = None

    def notes(self) -> dict[int, int]:
        """Give how many of each were counted, without those that nobody filled in."""
        counts = {worth: getattr(self, f"note_{worth}") for worth in NOTES}
        return {worth: count for worth, count in counts.items() if count is not None}


@router.get("", name="shift")
def shift(request: Request, core: CoreDep, member: DrawerKeeper) -> Response:
    """Show the open shift, or the sheet of the last one and the form for the next."""
    return _page(request, core, member, UNTOUCHED)


@router.post("/open", name="open_shift")
def open_shift(request: Request, core: CoreDep, member: DrawerKeeper, form: Annotated[OpenForm, Form()]) -> Response:
    """Start a shift."""

    def act() -> None:
        core.shifts.open(member.outlet_id, read_amount(form.opening_float), actor(member))

    return _tries(request, core, member, "open", form, act)


@router.post("/movement", name="move_cash")
def move_cash(request: Request, core: CoreDep, member: DrawerKeeper, form: Annotated[MovementForm, Form()]) -> Response:
    """Carry money into or out of the drawer, with a reason."""

    def act() -> None:
        amount = read_amount(form.amount)
        signed = amount if form.kind == "in" else -amount
        allows = member
        # Asked for where it is needed alone: what anybody may carry stays under the name of whoever did.
        if amount > MOVEMENT_LIMIT and form.pin.strip() and not may(member, Right.MOVE_MUCH_CASH):
            allows = core.door.approve(member, form.pin.strip(), Right.MOVE_MUCH_CASH)
        core.shifts.move(
            member.outlet_id,
            signed,
            form.reason,
            actor(allows),
            may_exceed=may(allows, Right.MOVE_MUCH_CASH),
            asked_by=actor(member),
            shift_id=form.shift,
            key=form.key,
        )

    return _tries(request, core, member, "movement", form, act)


@router.post("/no-sale", name="open_drawer")
def open_drawer(request: Request, core: CoreDep, member: DrawerKeeper, form: Annotated[NoSaleForm, Form()]) -> Response:
    """Open the drawer though nothing was sold, with a reason."""

    def act() -> None:
        core.paper.open_drawer(member.outlet_id, form.reason, actor(member))

    return _tries(request, core, member, "no_sale", form, act)


@router.post("/close", name="close_shift")
def close_shift(request: Request, core: CoreDep, member: DrawerKeeper, form: Annotated[CountForm, Form()]) -> Response:
    """End the shift by its count."""

    def act() -> None:
        counted = read_amount(form.counted) if form.counted.strip() else None
        core.shifts.close(member.outlet_id, counted, actor(member), notes=form.notes(), shift_id=form.shift)

    return _tries(request, core, member, "count", form, act)


@router.get("/sheets", name="past_shifts")
def past_shifts(request: Request, core: CoreDep, member: DrawerKeeper) -> Response:
    """List the shifts that were counted."""
    shifts = core.shifts.past(member.outlet_id)
    return render(request, "cashier/past_shifts.html", shifts=shifts, outlet=core.door.workplace(member), member=member)


@router.get("/sheets/{shift_id}", name="shift_sheet")
def shift_sheet(shift_id: int, request: Request, core: CoreDep, member: DrawerKeeper) -> Response:
    """Show the sheet of a shift that was counted, to read and to print."""
    sheet = core.shifts.sheet(member.outlet_id, shift_id)
    return render(
        request,
        "cashier/shift_sheet.html",
        sheet=sheet,
        qris=core.exceptions.qris_of(sheet.shift),
        notes=NOTES,
        outlet=core.door.workplace(member),
        member=member,
    )


def _tries(
    request: Request, core: Core, member: StaffMember, name: str, form: FormModel, act: Callable[[], None]
) -> Response:
    """Do what a form says, or show it again with what was typed and what was wrong."""
    try:
        act()
    except AnotherShift as problem:
        # What was typed is not said of the drawer that is open now.
        return _page(request, core, member, Attempted(name, problem))
    except MejaError as problem:
        return _page(request, core, member, refused(name, problem, form))
    return see_other("shift")


def _page(request: Request, core: Core, member: StaffMember, attempted: Attempted) -> Response:
    current = core.shifts.current(member.outlet_id)
    return render(
        request,
        "cashier/shift.html",
        status=attempted.problem.status if attempted.problem else 200,
        current=current,
        key=new_uid(),
        last=None if current else core.shifts.last_closed(member.outlet_id),
        limit=MOVEMENT_LIMIT,
        notes=NOTES,
        attempted=attempted,
        may_see=may(member, Right.SEE_TAKINGS),
        may_exceed=may(member, Right.MOVE_MUCH_CASH),
        opens_drawer=core.paper.opens_drawer(member.outlet_id),
        outlet=core.door.workplace(member),
        member=member,
    )
