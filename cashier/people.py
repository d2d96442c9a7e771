"""Who works here: adding people, changing them, letting them go. Each act by the PIN of whoever does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request
from pydantic import StringConstraints
from starlette.responses import Response

from cashier.approval import UNTOUCHED, Attempted, Pin, refused
from cashier.session import ROLES, Username
from cashier.who import PeopleKeeper, actor
from core.base.errors import MejaError
from core.services import Core
from core.staff.errors import NotSignedIn
from core.staff.models import Role, StaffMember
from core.staff.rights import Right, may, roles_to_give
from core.staff.secrets import draw_password, draw_pin
from core.web.access import CoreDep
from core.web.forms import FormModel, OptionalDigits
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/people")

Name = Annotated[str, StringConstraints(max_length=200)]
Password = Annotated[str, StringConstraints(max_length=200)]


class PersonForm(FormModel):
    """Somebody new; a password or PIN that is not typed is drawn by lot."""

    username: Username = ""
    name: Name = ""
    role: Role = Role.CASHIER
    password: Password = ""
    new_pin: Pin = ""
    pin: Pin = ""


class ChangeForm(FormModel):
    """What is to be done with somebody, and the PIN of whoever does it."""

    act: Literal["edit", "password", "pin", "release", "disable", "enable", "sign_out"]
    session: OptionalDigits = None
    """Which screen is to be signed out. It harms nobody, and takes no PIN: a lost tablet waits for none."""
    name: Name = ""
    role: Role | None = None
    password: Password = ""
    new_pin: Pin = ""
    pin: Pin = ""


@dataclass(frozen=True, slots=True)
class Secret:
    """What is shown once, to be handed on: only its hash is kept."""

    username: str
    password: str = ""
    pin: str = ""


@router.get("", name="people")
def people(request: Request, core: CoreDep, member: PeopleKeeper) -> Response:
    """List who works here, with the form that adds somebody."""
    return _list(request, core, member, UNTOUCHED)


@router.post("")
def add_person(request: Request, core: CoreDep, member: PeopleKeeper, form: Annotated[PersonForm, Form()]) -> Response:
    """Write down a new person, and show once what they sign in with."""
    secret = Secret(form.username.strip().lower(), form.password or draw_password(), form.new_pin.strip() or draw_pin())
    try:
        core.door.confirm(member, form.pin.strip())
        core.door.add_member(
            member.outlet_id, secret.username, form.name, form.role, secret.password, actor(member), pin=secret.pin
        )
    except NotSignedIn:
        raise  # Nothing is shown to whoever was let go meanwhile but the login.
    except MejaError as problem:
        return _list(request, core, member, refused("add", problem, _without_secrets(form)))
    return _told_once(request, core, member, secret)


@router.get("/{username}", name="person")
def person(username: str, request: Request, core: CoreDep, member: PeopleKeeper) -> Response:
    """Show one person, where they are signed in, and what can be changed."""
    return _page(request, core, member, username, UNTOUCHED)


@router.post("/{username}")
def change_person(
    username: str, request: Request, core: CoreDep, member: PeopleKeeper, form: Annotated[ChangeForm, Form()]
) -> Response:
    """Do with somebody what the form says."""
    try:
        core.people.one(member, username)
        if form.act == "sign_out":
            core.door.end_session(username, form.session or 0, actor(member))
            return see_other("person", username=username)
        core.door.confirm(member, form.pin.strip())
        secret = _ACTS[form.act](core, member, username, form)
    except NotSignedIn:
        raise  # Nothing is shown to whoever was let go meanwhile but the login.
    except MejaError as problem:
        return _page(request, core, member, username, refused(form.act, problem, _without_secrets(form)))
    return see_other("person", username=username) if secret is None else _told_once(request, core, member, secret)


def _edit(core: Core, member: StaffMember, username: str, form: ChangeForm) -> None:
    core.door.edit(username, name=form.name, role=form.role, by=actor(member))


def _new_password(core: Core, member: StaffMember, username: str, form: ChangeForm) -> Secret:
    secret = Secret(username, password=form.password or draw_password())
    core.door.set_password(username, secret.password, actor(member))
    return secret


def _new_pin(core: Core, member: StaffMember, username: str, form: ChangeForm) -> Secret:
    secret = Secret(username, pin=form.new_pin.strip() or draw_pin())
    core.door.set_pin(username, secret.pin, actor(member))
    return secret


def _release(core: Core, member: StaffMember, username: str, _form: ChangeForm) -> None:
    core.door.release(username, actor(member))


def _disable(core: Core, member: StaffMember, username: str, _form: ChangeForm) -> None:
    core.door.disable(username, actor(member))


def _enable(core: Core, member: StaffMember, username: str, _form: ChangeForm) -> None:
    core.door.enable(username, actor(member))


_ACTS: Final[Mapping[str, Callable[[Core, StaffMember, str, ChangeForm], Secret | None]]] = {
    "edit": _edit,
    "password": _new_password,
    "pin": _new_pin,
    "release": _release,
    "disable": _disable,
    "enable": _enable,
}


def _without_secrets(form: PersonForm | ChangeForm) -> FormModel:
    """Leave out of a form what is never given back."""
    return form.model_copy(update={"password": "", "new_pin": ""})


def _list(request: Request, core: Core, member: StaffMember, attempted: Attempted) -> Response:
    return render(
        request,
        "cashier/people.html",
        status=attempted.problem.status if attempted.problem else 200,
        people=core.people.of(member),
        roles={role: ROLES[role] for role in reversed(roles_to_give(member))},
        all_roles=ROLES,
        attempted=attempted,
        may_see_acts=may(member, Right.SEE_ACTS),
        now=core.clock(),
        outlet=core.door.workplace(member),
        member=member,
    )


def _page(request: Request, core: Core, member: StaffMember, username: str, attempted: Attempted) -> Response:
    found = core.people.one(member, username)
    return render(
        request,
        "cashier/person.html",
        status=attempted.problem.status if attempted.problem else 200,
        person=found,
        is_oneself=found.member.id == member.id,
        roles={role: ROLES[role] for role in reversed(roles_to_give(member))},
        all_roles=ROLES,
        attempted=attempted,
        now=core.clock(),
        outlet=core.door.workplace(member),
        member=member,
    )


def _told_once(request: Request, core: Core, member: StaffMember, secret: Secret) -> Response:
    return render(
        request,
        "cashier/person_secret.html",
        secret=secret,
        person=core.people.one(member, secret.username),
        outlet=core.door.workplace(member),
        member=member,
    )
