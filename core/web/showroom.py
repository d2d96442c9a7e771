"""Shows every component of the pages in every state to whoever builds them. Not served where there is real money."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from core.base.errors import N_
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(include_in_schema=False)


def _left(phase: str, seconds: int) -> Mapping[str, Any]:
    clock = f"{seconds // 60}:{seconds % 60:02}"
    return {
        "phase": phase,
        "seconds_left": seconds,
        "seconds_whole": 900,
        "percent_left": seconds // 9,
        "clock_left": clock,
    }


_SAMPLES: Final[Mapping[str, Any]] = {
    "amount": 48_500,
    "dish": {"id": 0, "name": "Sate ayam Madura", "name_en": "Madura chicken satay"},
    "sentence": N_("Your order is saved and nothing was charged. We keep asking; you can also pay cash."),
    "choices": {"qris": N_("QRIS"), "cash": N_("Cash")},
    "moment": datetime(2026, 11, 20, 5, 31, tzinfo=UTC),
    "calm": _left("calm", 754),
    "amber": _left("amber", 170),
    "red": _left("red", 42),
}
"""The same on every day, so that two pictures of the page differ only where a component does."""


@router.get("/components", name="components")
def components(request: Request) -> Response:
    """Show them all."""
    return render(request, "shared/showroom.html", samples=_SAMPLES)


@router.post("/components", name="press_component")
def press() -> Response:
    """Come back from a button that was tried: it leads nowhere."""
    return see_other("components")
