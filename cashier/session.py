"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import StringConstraints
from starlette.responses import Response

from core.services.staff_door import device_of
from core.staff.errors import TooManyTries, WrongLogin
from core.staff.rights import Right, may
from core.web.access import CoreDep, cookies_of
from core.web.forms import FormModel
from core.web.pages import render
from core.web.redirects import own_path, see_other, see_path

router = APIRouter()

_REMEMBERED_HOURS = 90 * 24
"""The cookie outlives its session: dead, it opens nothing, but says that somebody was signed in here before."""


class LoginForm(FormModel):
    """What the login page sends."""

    username: Annotated[str, StringConstraints(max_length=200)] = ""
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


@router.post("/logout", name="logout")
def sign_out(request: Request, core: CoreDep) -> Response:
    """End the session, here and in the database. The dead token stays; see _REMEMBERED_HOURS."""
    if token := cookies_of(request).read(request, "meja_sid"):
        core.door.sign_out(token)
    return see_other("login")
