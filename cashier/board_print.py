"""One print of the board: the whole, and for those who have an earlier one what has changed since."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Header
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from core.outlets.hours import House
from core.services.board import BoardView
from core.web.pages import VERSION, pages_of

_WORTH_PACKING: Final = 2_000
_QUICKLY: Final = 3
PrintThere = Annotated[str, Header(alias="Meja-Print", max_length=60)]
"""The name of the print that stands on the screen; static/cashier/same.js tells it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is sent: as a template wrote it, in bytes, and packed for whoever can unpack it."""

    plain: str
    raw: bytes
    packed: bytes | None

    def __html__(self) -> str:
        """Stand in a page as it was written: the template has escaped what it was given."""
        return self.plain

    def answer(self, request: Request) -> Response:
        """Answer with these bytes."""
        headers = {VERSION: pages_of(request).version}
        if self.packed is None or "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self.raw, media_type="text/html", headers=headers)
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(self.packed, media_type="text/html", headers=headers)


def sheet_of(plain: str) -> Sheet:
    """Pack what a template has written, where that is worth it."""
    raw = plain.encode()
    packed = gzip.compress(raw, _QUICKLY, mtime=0) if len(raw) > _WORTH_PACKING else None
    return Sheet(plain, raw, packed)


@dataclass(frozen=True, slots=True)
class Print:
    """One board in one language, as it was at one moment."""

    name: str
    """What a screen calls it when it asks for what has changed since."""
    view: BoardView
    house: House
    whole: Sheet
    slips: Mapping[str, Markup]
    """The slip of each order, by its uid."""
    since: dict[str, Sheet] = field(default_factory=dict)
    """What is sent to a screen that has an earlier print, by that one's name."""
