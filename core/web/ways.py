"""Knows the ways out of an error page: nobody may be left standing before a closed door."""

import re
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from core.base.errors import N_, MejaError
from core.orders.errors import UnknownOrder
from core.outlets.errors import UnknownTable
from core.web.errors import TooManyMisses

_PLACES: Final = (
    (re.compile(r"(/t/[A-Za-z0-9_-]{1,64})/"), N_("Back to the menu")),
    (re.compile(r"(/orders/[A-Za-z0-9_-]{1,64})/"), N_("Back to your order")),
    (re.compile(r"(/cashier)/"), N_("Back to the board")),
    (re.compile(r"(/kiosk)/"), N_("Back to the start")),
)


@dataclass(frozen=True, slots=True)
class Way:
    """A link, and an English sentence (a message id) for it."""

    path: str
    label: str


_PASSING: Final = frozenset({408, 429, 500, 503})
"""Failures that another try may not meet again."""


def ways_out(request: Request, error: MejaError) -> list[Way]:
    """List where a person may go from a page that failed, the nearest first."""
    path = request.url.path
    ways = [Way(match[1], label) for pattern, label in _PLACES if (match := pattern.match(path))]
    if isinstance(error, UnknownTable | UnknownOrder | TooManyMisses):
        ways = []  # What they would lead back to is what is not there.
    if request.method == "GET" and error.status in _PASSING:
        ways.insert(0, Way(path, N_("Try again")))
    if path.startswith(("/cashier", "/kiosk")):
        return ways  # On a kiosk every other page would be a way out of it.
    return [*ways, Way("/", N_("To the front page"))]
