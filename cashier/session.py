"""Signing in and out."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from pydantic import StringConstraints
from starlette.responses import Response

from core.base.errors import N_, MejaError
from core.services import Core
from core.services.staff_door import device_of
from core.staff.errors import TooManyTries, WrongLogin, WrongPin
from core.staff.models import Role, StaffMember
from core.staff.rights import Right, may
from core.web.access import CoreDep, StaffDep, cookies_of
from core.web.forms import FormModel
from core.web.pages import render
from core.web.redirects import own_path, see_other, see_path

router = APIRouter()

ROLES: Final[Mapping[Role, str]] = {
    Role.OWNER: N_("Owner"),
    Role.MANAGER: N_("Manager"),
    Role.CASHIER: N_("Cashier"),
    Role.KITCHEN: N_("Kitchen"),
}

_REMEMBERED_HOURS = 90 * 24
"""The cookie outlives its session: dead, it opens nothing, but says that somebody was signed in here before."""


Username = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
"""PostgreSQL stores no NUL, and nobody is called so."""


class LoginForm(FormModel):
    """What the login page sends."""

    username: Username = ""
    password: Annotated[str, StringConstraints(max_length=400)] = ""
    next: str = ""


@router.get("/login", name="login")
def login(request: Request, next: str = "") -> Response:  # noqa: A002 - the name that the address has
    """Show the login page."""
    return render(request, "cashier/login.html", next=own_path(next, default=""), username="", problem=None)


@router.post("/login")
def sign_in(request: Request, core: CoreDep, form: Annotated[LoginForm, Form()]) -> Response:
    """Let a member of staff in, then go where they wanted to."""
    cookies = cookies_of(request)
    known = cookies.read(request, "meja_sid")
    address = request.client.host if request.client else ""
    onward = own_path(form.next, default="")
    try:
        token, member = core.door.sign_in(form.username, form.password, address, device_of(known) if known else "")
    except (WrongLogin, TooManyTries) as problem:
        return render(
            request, "cashier/login.html", status=problem.status, next=onward, username=form.username, problem=problem
        )
    response = see_path(onward or ("/cashier" if may(member, Right.SERVE) else "/cashier/kitchen"))
    cookies.write(response, "meja_sid", token, hours=_REMEMBERED_HOURS)
    return response


class SwitchForm(FormModel):
    """Who takes the screen over, and their PIN."""

    username: Username = ""
    pin: Annotated[str, StringConstraints(max_length=32)] = ""
    next: str = ""


@router.get("/switch", name="switch_staff")
def switch(request: Request, core: CoreDep, member: StaffDep, next: str = "") -> Response:  # noqa: A002 - as above
    """Ask who works here now."""
    return _switch_page(request, core, member, own_path(next, default=""))


@router.post("/switch")
def take_over(request: Request, core: CoreDep, member: StaffDep, form: Annotated[SwitchForm, Form()]) -> Response:
    """Let the next person work on this screen, by their PIN."""
    cookies = cookies_of(request)
    onward = own_path(form.next, default="")
    token = cookies.read(request, "meja_sid") or ""
    try:
        fresh, colleague = core.door.switch(token, form.username, form.pin.strip())
    except (WrongPin, TooManyTries) as problem:
        return _switch_page(request, core, member, onward, form.username, problem)
    response = see_path(onward or ("/cashier" if may(colleague, Right.SERVE) else "/cashier/kitchen"))
    cookies.write(response, "meja_sid", fresh, hours=_REMEMBERED_HOURS)
    return response


def _switch_page(
    request: Request, core: Core, member: StaffMember, onward: str, username: str = "", problem: MejaError | None = None
) -> Response:
    return render(
        request,
        "cashier/switch.html",
        status=problem.status if problem else 200,
        next=onward,
        colleagues=core.door.colleagues(member),
        roles=ROLES,
        username=username,
        problem=problem,
        outlet=core.door.workplace(member),
        member=member,
    )


@router.post("/logout", name="logout")
def sign_out(request: Request, core: CoreDep) -> Response:
    """End the session, here and in the database. The dead token stays; see _REMEMBERED_HOURS."""
    if token := cookies_of(request).read(request, "meja_sid"):
        core.door.sign_out(token)
    return see_other("login")
