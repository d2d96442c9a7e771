"""The front page: in the demo the way to every screen, elsewhere the outlet's own sign."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from core.services.front_desk import FrontDesk
from core.web.access import CoreDep
from core.web.pages import render

router = APIRouter()
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@router.get("/", name="front")
def front(request: Request, core: CoreDep) -> Response:
    """Show where to go from here."""
    house = FrontDesk(core.db).house()
    settings = core.settings
    if settings.is_production or settings.midtrans_environment != "simulator":
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
