"""What everybody may change about themselves: password, PIN, and for owners the code of an authenticator app."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import StringConstraints
from starlette.responses import Response

from cashier.approval import UNTOUCHED, Attempted, Pin, refused
from cashier.people import Password
from cashier.session import ROLES, keep_session
from cashier.who import CodeUser
from core.base.errors import MejaError
from core.services import Core
from core.services.login_codes import LONGEST_CODE
from core.staff.errors import NotSignedIn
from core.staff.models import StaffMember
from core.staff.rights import Right, may
from core.web.access import CoreDep, StaffDep, cookies_of
from core.web.forms import FormModel
from core.web.pages import render
from core.web.qr_image import draw_qr
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/me")


class OwnForm(FormModel):
    """A new password or PIN, with the password there is."""

    act: Literal["password", "pin"]
    present: Password = ""
    password: Password = ""
    new_pin: Pin = ""


class CodesForm(FormModel):
    """The password, and a code of the app; `salt` says which secret the app was given."""

    act: Literal["on", "off"]
    present: Password = ""
    salt: Annotated[str, StringConstraints(max_length=64)] = ""
    code: Annotated[str, StringConstraints(max_length=LONGEST_CODE)] = ""


@router.get("", name="me")
def me(request: Request, core: CoreDep, member: StaffDep, done: Literal["", "password", "pin"] = "") -> Response:
    """Show one's own account."""
    return _page(request, core, member, UNTOUCHED, done)


@router.post("")
def change_own(request: Request, core: CoreDep, member: StaffDep, form: Annotated[OwnForm, Form()]) -> Response:
    """Set a new password or PIN of one's own; every other screen is signed out."""
    cookies = cookies_of(request)
    token = cookies.read(request, "meja_sid") or ""
    try:
        if form.act == "password":
            fresh = core.own.change_password(token, form.present, form.password)
        else:
            fresh = core.own.change_pin(token, form.present, form.new_pin.strip())
    except NotSignedIn:
        raise  # Nothing is shown to whoever was let go meanwhile but the login.
    except MejaError as problem:
        return _page(request, core, member, refused(form.act, problem, FormModel()))
    response = see_other("me", query={"done": form.act})
    keep_session(cookies, response, fresh)
    return response


@router.get("/codes", name="own_codes")
def own_codes(request: Request, core: CoreDep, member: CodeUser) -> Response:
    """Show how codes are switched on, or off."""
    return _codes_page(request, core, member, UNTOUCHED)


@router.post("/codes")
def switch_codes(request: Request, core: CoreDep, member: CodeUser, form: Annotated[CodesForm, Form()]) -> Response:
    """Have a code asked for after the password from now on, or no more."""
    token = cookies_of(request).read(request, "meja_sid") or ""
    try:
        if form.act == "off":
            core.codes.switch_off(token, member, form.present, form.code)
            return see_other("me")
        recovery = core.codes.switch_on(token, member, form.salt, form.present, form.code)
    except NotSignedIn:
        raise  # Nothing is shown to whoever was let go meanwhile but the login.
    except MejaError as problem:
        return _codes_page(request, core, member, refused(form.act, problem, FormModel()), form.salt)
    return _recovery_page(request, core, member, recovery)


def _page(request: Request, core: Core, member: StaffMember, attempted: Attempted, done: str = "") -> Response:
    return render(
        request,
        "cashier/me.html",
        status=attempted.problem.status if attempted.problem else 200,
        person=core.people.oneself(member),
        roles=ROLES,
        attempted=attempted,
        done=done,
        may_use_codes=may(member, Right.SIGN_IN_BY_CODE) or member.uses_codes,
        left=core.codes.left(member),
        now=core.clock(),
        outlet=core.door.workplace(member),
        member=member,
    )


def _codes_page(request: Request, core: Core, member: StaffMember, attempted: Attempted, salt: str = "") -> Response:
    offer = None if member.uses_codes else core.codes.offer(member, salt)
    return render(
        request,
        "cashier/own_codes.html",
        status=attempted.problem.status if attempted.problem else 200,
        offer=offer,
        picture=f"data:image/png;base64,{b64encode(draw_qr(offer.address, 5)).decode()}" if offer else "",
        attempted=attempted,
        left=core.codes.left(member),
        outlet=core.door.workplace(member),
        member=member,
    )


def _recovery_page(request: Request, core: Core, member: StaffMember, recovery: Sequence[str]) -> Response:
    outlet = core.door.workplace(member)
    return render(request, "cashier/recovery_codes.html", codes=recovery, outlet=outlet, member=member)
