"""Answers under the public name alone: under another one a foreign page could ask in the name of whoever reads it."""

import secrets
from collections.abc import Awaitable
from typing import Final
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.base.settings import Settings

_log = structlog.get_logger()
FIGURES: Final = "/metrics"
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "localhost"})
"""By these names a health check on the machine itself asks."""


class KnownHosts:
    """Turns away requests and sockets under another name than that of MEJA_BASE_URL, and says so in the log.

    A collector on another machine asks for figures under whatever name the machine has there; it knows the token.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.token = settings.metrics_token
        self.ours = _THIS_MACHINE | {urlsplit(settings.base_url).hostname or ""}

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] not in {"http", "websocket"} or self._is_for_us(scope):
            return self.app(scope, receive, send)
        answer = PlainTextResponse("Meja is not known under this address (MEJA_BASE_URL).", status_code=400)
        return answer(scope, receive, send)

    def _is_for_us(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        asked = headers.get("host", "")
        if _name_in(asked) in self.ours or (scope["path"] == FIGURES and knows_token(headers, self.token)):
            return True
        _log.warning("request.strange_host", host=asked[:100], ours=sorted(self.ours - _THIS_MACHINE))
        return False


def _name_in(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def knows_token(headers: Headers, token: SecretStr | None) -> bool:
    """Tell whether somebody who asks for figures knows the token that lets them be read from elsewhere."""
    given = headers.get("authorization", "").removeprefix("Bearer ")
    return token is not None and secrets.compare_digest(given.encode(), token.get_secret_value().encode())
