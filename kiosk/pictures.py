"""Hands out the pictures that a house uploaded for its dishes."""

from typing import Final, Literal

from fastapi import APIRouter
from starlette.responses import Response

from core.web.access import CoreDep

_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}

router = APIRouter()


@router.get("/pictures/{size}/{name}", name="picture")
def picture(size: Literal["small", "large"], name: str, core: CoreDep) -> Response:
    """Give a picture in one of its sizes. Its name tells what it shows, so it may be kept for ever."""
    found = core.pictures.find(name)
    return Response(found.small if size == "small" else found.large, headers=_FOR_EVER, media_type="image/webp")
