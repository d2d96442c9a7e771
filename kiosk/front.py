"""The front page: in the demo the way to every screen, elsewhere the outlet's own sign."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from core.base.settings import Settings
from core.services.front_desk import FrontDesk
from core.web.access import CoreDep
from core.web.pages import render

router = APIRouter()
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def is_demo(settings: Settings) -> bool:
    """Tell whether this is a restaurant to try, in which no real money moves."""
    return not settings.is_production and settings.midtrans_environment == "simulator"


@router.get("/", name="front")
def front(request: Request, core: CoreDep) -> Response:
    """Show where to go from here."""
    house = FrontDesk(core.db).house()
    settings = core.settings
    if not is_demo(settings):
        return render(request, "kiosk/front.html", outlet=house.outlet)
    return render(
        request,
        "kiosk/demo.html",
        outlet=house.outlet,
        tables=house.tables,
        simulator=f"{settings.core_url}/v2/qris/index",
        # Known passwords are shown only where nobody but the owner of the machine can use them.
        shows_logins=settings.host in _LOOPBACK,
    )
