"""What a browser keeps of us: the manifest and icons for its home screen, and a worker for when the line is gone."""

import json
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from core.base.errors import N_
from core.web.assets import Assets
from core.web.languages import LANGUAGES
from core.web.pages import pages_of, render

_WORKER: Final = "shared/worker.js"
_KEPT: Final = (
    "shared/page.css",
    "shared/icons.svg",
    "shared/icon.svg",
    "shared/offline.js",
    "shared/shell.js",
    "vendor/plus-jakarta-sans-5.3.0/plus-jakarta-sans-latin-wght-normal.woff2",
)
"""The files of the page for when the line is gone. Others are kept as they are met."""
_ASK_AGAIN: Final = {"Cache-Control": "no-cache"}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Side:
    """What the page says in one language."""

    language: str
    title: str
    text: str
    button: str


@router.get("/sw.js", name="worker")
def worker(request: Request) -> Response:
    """Give the worker; it changes when any file of ours does, and then the browser forgets the old ones."""
    assets: Assets = request.app.state.assets
    source = assets.find(_WORKER)
    assert source is not None  # noqa: S101 - it is part of the program
    shell = {
        "version": assets.version,
        "page": str(request.app.url_path_for("offline")),
        "files": [assets.address(name) for name in _KEPT],
    }
    body = f"const SHELL = {json.dumps(shell)};\n".encode() + source.body
    return Response(body, headers=_ASK_AGAIN | {"Service-Worker-Allowed": "/"}, media_type="text/javascript")


@router.get("/offline", name="offline")
async def offline(request: Request) -> Response:
    """Show what a browser shows by itself once the line is gone: in both languages, and nobody's."""
    sides = [_side(request, language) for language in LANGUAGES]
    return render(request, "shared/offline.html", headers=_ASK_AGAIN, sides=sides)


@router.get("/manifest.webmanifest", name="manifest")
async def manifest(request: Request) -> Response:
    """Tell a browser how we look on a home screen."""
    assets: Assets = request.app.state.assets
    content: dict[str, Any] = {
        "id": "/",
        "name": "Meja",
        "short_name": "Meja",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f7f0",
        "theme_color": "#0f4a2d",
        "icons": [
            {"src": assets.address("shared/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            _icon(assets, "shared/icon-192.png", 192, "any"),
            _icon(assets, "shared/icon-512.png", 512, "any"),
            _icon(assets, "shared/icon-maskable.png", 512, "maskable"),
        ],
    }
    return Response(json.dumps(content), headers=_ASK_AGAIN, media_type="application/manifest+json")


def _side(request: Request, language: str) -> Side:
    say = pages_of(request).languages[language].gettext
    return Side(
        language=language,
        title=say(N_("No connection")),
        text=say(N_("Your basket and your order are safe with the restaurant. This page goes on by itself.")),
        button=say(N_("Try again")),
    )


def _icon(assets: Assets, name: str, size: int, purpose: str) -> dict[str, str]:
    return {"src": assets.address(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
