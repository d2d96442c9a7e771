"""Knows the ways out of an error page: nobody may be left standing before a closed door."""

import re
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from core.base.errors import N_

_PLACES: Final = (
    (re.compile(r"(/t/[A-Za-z0-9_-]{1,64})/"), N_("Back to the menu")),
    (re.compile(r"(/orders/[A-Za-z0-9_-]{1,64})/"), N_("Back to your order")),
    (re.compile(r"(/cashier)/"), N_("Back to the board")),
)


@dataclass(frozen=True, slots=True)
class Way:
    """A link, and an English sentence (a message id) for it."""

    path: str
    label: str


_PASSING: Final = frozenset({408, 429, 500, 503})
"""Failures that another try may not meet again."""


def ways_out(request: Request, status: int) -> list[Way]:
    """List where a person may go from a page that failed, the nearest first."""
    path = request.url.path
    ways = [Way(match[1], label) for pattern, label in _PLACES if (match := pattern.match(path))]
    if request.method == "GET" and status in _PASSING:
        ways.insert(0, Way(path, N_("Try again")))
    if path.startswith("/cashier"):
        return ways
    return [*ways, Way("/", N_("To the front page"))]
