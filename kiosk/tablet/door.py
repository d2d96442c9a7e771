"""The kiosk's first screen: a code for a tablet nobody knows, pictures of dishes for one that is paired."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from core.base.errors import MejaError, NotFound
from core.events.record import Actor
from core.services import Core
from core.services.device_desk import new_token
from core.staff.errors import TooManyTries, WrongPin, WrongPinHere
from core.staff.rights import Right
from core.web.access import CoreDep, cookies_of
from core.web.forms import FormModel
from core.web.languages import DEFAULT_LANGUAGE, LANGUAGES
from core.web.pages import render
from core.web.redirects import see_other
from kiosk.front import is_demo
from kiosk.menu_bytes import press_of
from kiosk.tablet.pictures import pictures_of
from kiosk.tablet.who import TabletDep, keep_token, token_of

router = APIRouter()


class CornerForm(FormModel):
    """What staff want of the tablet, with a PIN that allows it."""

    act: Literal["restart", "unpair"]
    pin: Annotated[str, StringConstraints(max_length=32)] = ""


@router.get("/kiosk", name="kiosk")
def kiosk(request: Request, core: CoreDep) -> Response:
    """Show the first screen, on which nothing is left of the last guest; or the code to pair by."""
    token = token_of(request)
    tablet = core.kiosks.tablet_of(token)
    if token is None or tablet is None:
        return _code(request, core, token)
    view = core.menu.menu(tablet.table.token)
    # The house's own: this request may still carry what the last guest chose.
    language = view.outlet.language if view.outlet.language in LANGUAGES else DEFAULT_LANGUAGE
    pictures = pictures_of(view, language, press_of(request).large_picture_of)
    response = render(
        request,
        "kiosk/tablet/home.html",
        outlet=view.outlet,
        house=view.moment.house,
        pictures=pictures,
        language=language,
    )
    keep_token(request, response, token)
    for cookie in ("meja_guest", "meja_lang"):
        cookies_of(request).drop(response, cookie)
    return response


def _code(request: Request, core: Core, token: str | None) -> Response:
    shown, fresh = core.kiosks.shown_code(token), ""
    if shown is None:
        fresh, shown = core.kiosks.new_code(request.client.host if request.client else "")
    response = render(request, "kiosk/tablet/pairing.html", outlet=core.kiosks.house(None), pairing=shown)
    if fresh:
        keep_token(request, response, fresh)
    return response


@router.get("/kiosk/pairing", name="pairing")
def pairing(request: Request, core: CoreDep) -> Response:
    """Show the code still waiting; once it is approved or too old, have the whole page look again."""
    token = token_of(request)
    shown = core.kiosks.shown_code(token)
    if shown is None or core.kiosks.tablet_of(token) is not None:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    return render(request, "kiosk/tablet/_pairing.html", outlet=core.kiosks.house(None), pairing=shown)


@router.post("/kiosk/demo", name="kiosk_demo")
def demo(request: Request, core: CoreDep) -> Response:
    """Make this browser a kiosk of the demo restaurant. Raises NotFound where there is real money."""
    if not is_demo(core.settings):
        raise NotFound
    response, token = see_other("kiosk"), new_token()
    if core.kiosks.tablet_of(token_of(request)) is None:
        core.devices.pair_for_demo(token)
        keep_token(request, response, token)
    return response


@router.get("/kiosk/pulse", name="kiosk_pulse")
def pulse(tablet: TabletDep) -> Response:
    """Tell a tablet that the line is there, and that it may still be used."""
    return Response(status_code=204)


@router.get("/kiosk/staff", name="kiosk_staff")
def corner(request: Request, core: CoreDep, tablet: TabletDep) -> Response:
    """Show what staff can do with the tablet."""
    return _corner(request, core, tablet)


@router.post("/kiosk/staff")
def leave(request: Request, core: CoreDep, tablet: TabletDep, form: Annotated[CornerForm, Form()]) -> Response:
    """Begin anew, or unpair the tablet, on the word of somebody whose PIN allows it."""
    try:
        _act(core, tablet, form)
    except WrongPin:
        return _corner(request, core, tablet, WrongPinHere())
    except TooManyTries as problem:
        return _corner(request, core, tablet, problem)
    return see_other("kiosk")


def _act(core: Core, tablet: TabletDep, form: CornerForm) -> None:
    right = Right.MANAGE_DEVICES if form.act == "unpair" else Right.SERVE
    member = core.door.approve(tablet, form.pin.strip(), right)
    core.rounds.end(tablet.table)
    if form.act == "unpair":
        core.devices.revoke(tablet.outlet_id, tablet.uid, Actor("staff", member.id, member.name))


def _corner(request: Request, core: Core, tablet: TabletDep, problem: MejaError | None = None) -> Response:
    status = problem.status if problem else 200
    house = core.kiosks.house(tablet)
    return render(request, "kiosk/tablet/staff.html", status=status, outlet=house, tablet=tablet, problem=problem)
