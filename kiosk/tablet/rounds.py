"""Where a guest's time at the kiosk begins and ends."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from core.outlets.serving import Serving
from core.web.access import CoreDep
from core.web.forms import FormModel
from core.web.pages import render
from core.web.redirects import see_other
from kiosk.tablet.who import RoundDep, TabletDep

router = APIRouter()


class ServingForm(FormModel):
    """Whether the food is eaten here."""

    serving: Serving


@router.get("/kiosk/start", name="kiosk_start")
def start(request: Request, core: CoreDep, tablet: TabletDep) -> Response:
    """Ask where the food will be eaten."""
    return render(request, "kiosk/tablet/start.html", outlet=core.kiosks.house(tablet))


@router.post("/kiosk/begin", name="kiosk_begin")
def begin(request: Request, core: CoreDep, tablet: TabletDep, form: Annotated[ServingForm, Form()]) -> Response:
    """Begin a round: from here on this browser is a guest whom nobody has seen before."""
    request.state.guest = core.rounds.begin(tablet.table, form.serving)
    return see_other("kiosk_menu")


@router.post("/kiosk/serving", name="kiosk_serving")
def serving(core: CoreDep, here: RoundDep, form: Annotated[ServingForm, Form()]) -> Response:
    """Change one's mind about where to eat; the price may change with it."""
    core.rounds.serve(here.visit.id, form.serving)
    return see_other("kiosk_basket")


@router.post("/kiosk/end", name="kiosk_end")
def end(core: CoreDep, tablet: TabletDep) -> Response:
    """End the round: the first screen forgets the guest."""
    core.rounds.end(tablet.table)
    return see_other("kiosk")
