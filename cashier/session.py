"""Signing in and out."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from pydantic import StringConstraints
from starlette.responses import Response

from core.base.errors import N_, MejaError
from core.services import Core
from core.services.login_codes import LONGEST_CODE
from core.services.staff_door import device_of
from core.staff.errors import CodeNeeded, LoginIsOver, TooManyTries, WrongCode, WrongLogin, WrongPin
from core.staff.models import Role, StaffMember
from core.staff.rights import Right, may
from core.web.access import CoreDep, StaffDep, cookies_of
from core.web.browsers import browser_of
from core.web.cookies import Cookies
from core.web.forms import FormModel
from core.web.pages import render
from core.web.redirects import own_path, see_other, see_path

router = APIRouter(prefix="/cashier")

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
    device = device_of(known) if known else ""
    try:
        token, member = core.door.sign_in(form.username, form.password, address, device, browser=browser_of(request))
    except CodeNeeded as half:
        response = see_other("login_code", query={"next": onward} if onward else None)
        cookies.write(response, "meja_half", half.ticket, hours=1)
        return response
    except (WrongLogin, TooManyTries) as problem:
        return render(
            request, "cashier/login.html", status=problem.status, next=onward, username=form.username, problem=problem
        )
    return _signed_in(cookies, token, member, onward)


class CodeForm(FormModel):
    """The code of an authenticator app, or a recovery code, as it was typed."""

    code: Annotated[str, StringConstraints(max_length=LONGEST_CODE)] = ""
    next: str = ""


@router.get("/login/code", name="login_code")
def login_code(request: Request, next: str = "") -> Response:  # noqa: A002 - as above
    """Ask for the code, where the password was right."""
    onward = own_path(next, default="")
    if not cookies_of(request).read(request, "meja_half"):
        return see_other("login", query={"next": onward} if onward else None)
    return render(request, "cashier/login_code.html", next=onward, problem=None)


@router.post("/login/code")
def sign_in_by_code(request: Request, core: CoreDep, form: Annotated[CodeForm, Form()]) -> Response:
    """Let in whoever named the password before, and names a code now."""
    cookies = cookies_of(request)
    onward = own_path(form.next, default="")
    address = request.client.host if request.client else ""
    ticket = cookies.read(request, "meja_half") or ""
    try:
        token, member = core.codes.finish(ticket, form.code, address, browser=browser_of(request))
    except LoginIsOver as problem:
        return render(request, "cashier/login.html", status=problem.status, next=onward, username="", problem=problem)
    except (WrongCode, TooManyTries) as problem:
        return render(request, "cashier/login_code.html", status=problem.status, next=onward, problem=problem)
    response = _signed_in(cookies, token, member, onward)
    cookies.drop(response, "meja_half")
    return response


def _signed_in(cookies: Cookies, token: str, member: StaffMember, onward: str) -> Response:
    response = see_path(onward or ("/cashier" if may(member, Right.SERVE) else "/cashier/kitchen"))
    keep_session(cookies, response, token)
    return response


def keep_session(cookies: Cookies, response: Response, token: str) -> None:
    """Let the browser hold the token of a session."""
    cookies.write(response, "meja_sid", token, hours=_REMEMBERED_HOURS)


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
    return _signed_in(cookies, fresh, colleague, onward)


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
