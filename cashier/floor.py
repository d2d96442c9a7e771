"""The tables: who sits where, who calls, and clearing a table when its party has left."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import StringConstraints
from starlette.responses import Response

from cashier.who import Server, actor
from core.base.errors import MejaError
from core.events.record import Actor
from core.services import Core
from core.staff.models import StaffMember
from core.staff.rights import Right, may
from core.web.access import CoreDep
from core.web.forms import FormModel
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/tables")


class OpenForm(FormModel):
    """Which table a party sits down at."""

    table: Annotated[str, StringConstraints(max_length=80)]


class BackForm(FormModel):
    """Where the button was pressed."""

    back: Literal["floor", "cashier"] = "floor"


class AskForm(FormModel):
    """Whether phones must name their table's code."""

    asks: Literal["yes", "no"]


@router.get("", name="floor")
def floor(request: Request, core: CoreDep, member: Server) -> Response:
    """List the tables with their parties."""
    return _page(request, core, member)


@router.get("/list", name="floor_list")
def floor_list(request: Request, core: CoreDep, member: Server) -> Response:
    """Give the changing part of the page."""
    view = core.floor.floor(member.outlet_id)
    return render(request, "cashier/_floor.html", floor=view, outlet=view.outlet)


@router.post("/open", name="open_table")
def open_table(request: Request, core: CoreDep, member: Server, form: Annotated[OpenForm, Form()]) -> Response:
    """Let a party sit down, so that its code can be told before any phone is out."""
    return _done(request, core, member, partial(core.floor.open_table, member.outlet_id, form.table))


@router.post("/codes", name="ask_for_codes")
def ask_for_codes(core: CoreDep, member: Server, form: Annotated[AskForm, Form()]) -> Response:
    """Say whether a picture of a sticker is enough to order."""
    core.floor.ask_for_codes(member, actor(member), asks=form.asks == "yes")
    return see_other("floor")


@router.post("/{uid}/end", name="end_sitting")
def end(uid: str, request: Request, core: CoreDep, member: Server) -> Response:
    """Clear the table: its party has left."""
    return _done(request, core, member, partial(core.floor.end, member.outlet_id, uid))


@router.post("/{uid}/answer", name="answer_call")
def answer(uid: str, request: Request, core: CoreDep, member: Server, form: Annotated[BackForm, Form()]) -> Response:
    """Take a call off the board: somebody has been at the table."""
    return _done(request, core, member, partial(core.floor.answer, member.outlet_id, uid), form.back)


@router.post("/{uid}/code", name="renew_code")
def renew_code(uid: str, request: Request, core: CoreDep, member: Server) -> Response:
    """Give the party another code."""
    return _done(request, core, member, partial(core.floor.renew_code, member.outlet_id, uid))


def _done(
    request: Request, core: Core, member: StaffMember, act: Callable[[Actor], None], back: str = "floor"
) -> Response:
    """Do it in the member's name, or show the tables with what stood in the way."""
    try:
        act(actor(member))
    except MejaError as problem:
        return _page(request, core, member, problem)
    return see_other(back)


def _page(request: Request, core: Core, member: StaffMember, problem: MejaError | None = None) -> Response:
    view = core.floor.floor(member.outlet_id)
    return render(
        request,
        "cashier/floor.html",
        status=problem.status if problem else 200,
        floor=view,
        may_set_codes=may(member, Right.ASK_FOR_CODES),
        problem=problem,
        outlet=view.outlet,
        member=member,
    )
