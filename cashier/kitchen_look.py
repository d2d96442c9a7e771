"""What a kitchen's screen is set to: whose lines it shows, and whether it counts them. Kept by the address and the device."""

import re
from dataclasses import dataclass
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import Request
from pydantic import StringConstraints
from starlette.responses import Response

from core.outlets.models import Station
from core.web.access import cookies_of
from core.web.forms import FormModel
from core.web.redirects import see_other

WHOLE: Final = "all"
"""The whole kitchen, asked for by name: a device that has been set to a station forgets it."""
_A_YEAR: Final = 365 * 24
_ID = re.compile(r"[0-9]{1,12}")

StationWord = Annotated[str, StringConstraints(pattern=r"^(all|[0-9]{1,12})?$")]


@dataclass(frozen=True, slots=True)
class KitchenLook:
    """How one screen looks at the kitchen."""

    station: str
    """A station's id, `all`, or empty when nobody has said anything."""
    counts: bool

    @property
    def station_id(self) -> int | None:
        return int(self.station) if _ID.fullmatch(self.station) else None

    @property
    def query(self) -> str:
        """What its own address ends in."""
        return urlencode(self.fields)

    @property
    def turned(self) -> str:
        """The same with the counts shown, or taken away."""
        return urlencode(KitchenLook(self.station, not self.counts).fields)

    def at(self, station: str) -> str:
        """Give the address of the same at another station."""
        return urlencode(KitchenLook(station, self.counts).fields)

    @property
    def fields(self) -> dict[str, str]:
        """What its forms and addresses carry."""
        return ({"station": self.station} if self.station else {}) | ({"counts": "yes"} if self.counts else {})

    def found(self, station: Station | None) -> "KitchenLook":
        """Give the look that a screen has: at a station that is not there it is the whole kitchen's, and so are its steps."""
        return self if station is not None or self.station_id is None else KitchenLook(WHOLE, self.counts)

    def keep(self, request: Request, response: Response) -> Response:
        """Let the device remember its station, when the address named one."""
        cookies = cookies_of(request)
        if request.query_params.get("station") == WHOLE:
            cookies.drop(response, "meja_station")
        elif self.station_id is not None and "station" in request.query_params:
            cookies.write(response, "meja_station", self.station, hours=_A_YEAR)
        return response


def look_of(request: Request, station: str, counts: str) -> KitchenLook:
    """Tell how a screen looks: by its address, else by what its device was set to."""
    remembered = cookies_of(request).read(request, "meja_station") or ""
    return KitchenLook(station or (remembered if _ID.fullmatch(remembered) else ""), counts == "yes")


class StepForm(FormModel):
    """A step on an order: the station that takes it, if one does, and the screen to return to."""

    back: Literal["cashier", "kitchen"] = "cashier"
    station: StationWord = ""
    counts: Literal["", "yes"] = ""

    @property
    def station_id(self) -> int | None:
        return self.look.station_id

    @property
    def look(self) -> KitchenLook:
        return KitchenLook(self.station, self.counts == "yes")

    def returns(self, *, moved: str = "") -> Response:
        """Go back to where the form was, where the order that has `moved` may be taken back."""
        return see_other(self.back, query=({"moved": moved} if moved else {}) | self.look.fields)
