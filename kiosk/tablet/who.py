"""Which tablet is asking, and which guest stands before it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from core.orders.models import Visit
from core.outlets.devices import Device
from core.outlets.errors import NoRound, NotPaired
from core.outlets.models import Outlet
from core.web.access import CoreDep, cookies_of, guest_of

REMEMBERED_HOURS = 400 * 24
"""As long as browsers keep a cookie at all; the way home writes it anew."""


@dataclass(frozen=True, slots=True)
class Round:
    """One guest before one tablet."""

    tablet: Device
    outlet: Outlet
    guest: str
    visit: Visit

    @property
    def token(self) -> str:
        """What the core knows the tablet's place by. It never stands on a page."""
        return self.tablet.table.token


def token_of(connection: HTTPConnection) -> str | None:
    """Give what this browser's kiosk cookie holds, whether it is good or not."""
    return cookies_of(connection).read(connection, "meja_kiosk")


def keep_token(request: Request, response: Response, token: str) -> None:
    """Let the browser remember which kiosk it is."""
    cookies_of(request).write(response, "meja_kiosk", token, hours=REMEMBERED_HOURS)


def _tablet(request: HTTPConnection, core: CoreDep) -> Device:
    tablet = core.kiosks.tablet_of(token_of(request))
    if tablet is None:
        raise NotPaired
    return tablet


TabletDep = Annotated[Device, Depends(_tablet)]
"""The tablet that asks. An unknown one: NotPaired, which leads to the page with the code."""


def _round(request: HTTPConnection, core: CoreDep, tablet: TabletDep) -> Round:
    guest = guest_of(request)
    visit = core.baskets.visit(tablet.table.token, guest)
    if guest is None or visit is None:
        raise NoRound
    return Round(tablet, core.kiosks.house(tablet), guest, visit)


RoundDep = Annotated[Round, Depends(_round)]
"""The guest who began here. Nobody, or somebody who is gone: NoRound, which leads to the first screen."""
