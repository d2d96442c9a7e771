"""What the phones at one table do together: name its code, share a basket, see its orders, call for somebody."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from core.base.errors import MejaError
from core.orders.models import CallFor
from core.services import Core
from core.web.access import CoreDep, GuestDep, guest_of
from core.web.forms import FormModel
from core.web.pages import render
from core.web.redirects import see_other
from kiosk.basket import basket_page
from kiosk.order_view import STATUS_WORDS

router = APIRouter()


class CodeForm(FormModel):
    """The code of the table, as it was typed."""

    code: Annotated[str, StringConstraints(max_length=20)] = ""


class ShareForm(FormModel):
    """Whether this phone orders from the table's one basket."""

    shares: Literal["yes", "no"]


class CallForm(FormModel):
    """What somebody is called for."""

    wanted: CallFor


@router.get("/t/{token}/party", name="party")
def party(token: str, request: Request, core: CoreDep) -> Response:
    """Show who sits at the table, what they ordered together, and how to call for somebody."""
    return _page(request, core, token)


@router.post("/t/{token}/code", name="name_code")
def name_code(
    token: str, form: Annotated[CodeForm, Form()], request: Request, guest: GuestDep, core: CoreDep
) -> Response:
    """Let this phone order, by the code that staff told at the table."""
    try:
        core.parties.name_code(token, guest, form.code)
    except MejaError as problem:
        return basket_page(request, core, token, problem)
    return see_other("basket", token=token)


@router.post("/t/{token}/share", name="share_basket")
def share(token: str, form: Annotated[ShareForm, Form()], request: Request, guest: GuestDep, core: CoreDep) -> Response:
    """Order from the table's basket from here on, or from this phone's own again."""
    try:
        core.parties.share(token, guest, shares=form.shares == "yes")
    except MejaError as problem:
        return basket_page(request, core, token, problem)
    return see_other("basket", token=token)


@router.post("/t/{token}/bring", name="bring_basket")
def bring(token: str, request: Request, guest: GuestDep, core: CoreDep) -> Response:
    """Carry what was picked at another table to this one."""
    try:
        core.parties.bring_basket(token, guest)
    except MejaError as problem:
        return basket_page(request, core, token, problem)
    return see_other("basket", token=token)


@router.post("/t/{token}/call", name="call")
def call(token: str, form: Annotated[CallForm, Form()], request: Request, guest: GuestDep, core: CoreDep) -> Response:
    """Call for somebody to come to the table."""
    try:
        core.parties.call(token, guest, form.wanted)
    except MejaError as problem:
        return _page(request, core, token, problem)
    return see_other("party", token=token)


def _page(request: Request, core: Core, token: str, problem: MejaError | None = None) -> Response:
    place = core.menu.place(token)
    return render(
        request,
        "kiosk/party.html",
        status=problem.status if problem else 200,
        outlet=place.outlet,
        table=place.table,
        party=core.parties.party(token, guest_of(request)),
        words=STATUS_WORDS,
        problem=problem,
    )
