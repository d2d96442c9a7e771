"""Keeps the control surface for this machine, and other sites' pages out."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class LoopbackOnly:
    """Refuses whoever is not on this machine, and browsers that come from another site."""

    def __init__(self, app: ASGIApp) -> None:
        """Guard this app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on or answer 403."""
        request = Request(scope)
        if not is_loopback(request):
            refusal = JSONResponse({"error": "the control surface answers on this machine only"}, status_code=403)
            await refusal(scope, receive, send)
        elif not is_same_site(request):
            refusal = JSONResponse({"error": "the control surface answers no page of another site"}, status_code=403)
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def is_loopback(request: Request) -> bool:
    """Say whether the caller's address is this machine's own."""
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def is_same_site(request: Request) -> bool:
    """Say whether a browser sends this from our own page. Programs send no Origin and pass."""
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host")
    return request.headers.get("sec-fetch-site", "none") in ("none", "same-origin")
