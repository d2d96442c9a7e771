"""Stands before every request: headers, foreign sites, bodies too large or too slow. Plain ASGI, no task of its own."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.base.errors import MejaError
from core.base.settings import Settings
from core.base.uploaded_pictures import LARGEST_UPLOAD
from core.settlements.reading import LARGEST_FILE
from core.web.errors import ForeignOrigin, TooLarge
from core.web.layers import HttpLayer

Answer = Callable[[Request, MejaError], Response]

_KIB: Final = 1024
WEBHOOKS: Final = "/api/v1/webhooks/"
_THIS_MACHINE: Final = re.compile(r"(localhost|\[::1\]|127\.[\d.]+)(:\d+)?", re.IGNORECASE)
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BODY_SECONDS: Final = 9.0
_UPLOAD_SECONDS: Final = 60.0
"""A photograph takes its time over the shop's own line."""
_UPLOADS: Final = (
    (re.compile(r"/cashier/pictures/[0-9]{1,12}", re.ASCII), LARGEST_UPLOAD),
    (re.compile(r"/cashier/tables/stickers/photo", re.ASCII), LARGEST_UPLOAD),
    (re.compile(r"/cashier/money/settlements", re.ASCII), LARGEST_FILE),
)
"""The forms that carry a file. Whoever may not send it is turned away before it is read."""
_USUAL: Final = 64 * _KIB
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# Pages whose address is a key: it must not travel on in a Referer.
_KEYED: Final = ("/t/", "/orders/", "/api/v1/orders/")
_PARTS: Final = (b"text/css", b"font/", b"image/webp", b"image/avif", b"image/png", b"image/jpeg")
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; manifest-src 'self'; worker-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; report-uri /csp"
)


class SecurityHeaders(HttpLayer):
    """Puts the protective headers on every answer there is.

    What a page is made of gets those that mean something for it: the others speak of documents, and on a
    slow line half a kilobyte a file is seen. A drawing can be opened as a document.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        super().__init__(app)
        self.is_https = settings.is_https
        # Ready as the server sends them: every answer there is passes here.
        self.part = [
            (b"x-content-type-options", b"nosniff"),
            (b"cross-origin-resource-policy", b"same-origin"),
        ]
        if settings.is_https:
            self.part.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
        self.document = [
            *self.part,
            (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
            (b"cross-origin-opener-policy", b"same-origin"),
        ]

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        keyed = scope["path"].startswith(_KEYED) and self._names_itself(scope)
        referrer = (b"referrer-policy", b"no-referrer" if keyed else b"same-origin")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = dict(message["headers"])
                is_part = _is_part(scope["path"], given.get(b"content-type", b""))
                headers = [*message["headers"], *(self.part if is_part else [*self.document, referrer])]
                # Whatever does not say that it may be kept is somebody's own page.
                if b"cache-control" not in given:
                    headers.append((b"cache-control", b"no-store"))
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _names_itself(self, scope: Scope) -> bool:
        # A browser that may not say where it comes from sends "Origin: null" with a form. Over https and on
        # this machine it sends Sec-Fetch-Site as well; on plain http in the shop's own network it does not,
        # and the guard below would take our own forms for foreign ones.
        return self.is_https or _THIS_MACHINE.fullmatch(Headers(scope=scope).get("host", "")) is not None


def _is_part(path: str, content_type: bytes) -> bool:
    # The service worker is a script and lives under its own policy, which comes with it.
    return content_type.startswith(_PARTS) or (
        content_type.startswith(b"text/javascript") and path.startswith("/static/")
    )


class OriginGuard(HttpLayer):
    """Refuses state changes and sockets that another website asks for in the name of our guest.

    The same rule as Go's http.CrossOriginProtection: a request without Origin and Sec-Fetch-Site
    comes from no browser and is not this guard's business.
    """

    def __init__(self, app: ASGIApp, settings: Settings, answer: Answer) -> None:
        super().__init__(app)
        self.answer = answer
        self.trusted = settings.base_url

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "websocket" and not self._same_site(Headers(scope=scope)):
            return send({"type": "websocket.close", "code": 1008})
        return super().__call__(scope, receive, send)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or say why not."""
        if self._may_pass(scope):
            await self.app(scope, receive, send)
        else:
            await self.answer(Request(scope), ForeignOrigin())(scope, receive, send)

    def _may_pass(self, scope: Scope) -> bool:
        if scope["method"] in _SAFE_METHODS or scope["path"].startswith(WEBHOOKS) or scope["path"] == "/csp":
            return True
        headers = Headers(scope=scope)
        if headers.get("origin") == self.trusted:
            return True
        if (site := headers.get("sec-fetch-site")) is not None:
            return site in {"same-origin", "none"}
        return "origin" not in headers or self._same_site(headers)

    def _same_site(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return False
        return origin == self.trusted or _is_host(origin, headers.get("host", ""))


def _is_host(origin: str, host: str) -> bool:
    try:
        ours, theirs = urlsplit(f"//{host}"), urlsplit(origin)
        port = theirs.port or _DEFAULT_PORTS.get(theirs.scheme)
        return bool(theirs.hostname) and (theirs.hostname, port) == (
            ours.hostname,
            ours.port or _DEFAULT_PORTS.get(theirs.scheme),
        )
    except ValueError:
        return False


def _limit_of(path: str) -> int:
    if path.startswith(WEBHOOKS):
        return 16 * _KIB
    return _USUAL + next((most for form, most in _UPLOADS if form.fullmatch(path)), 0)


class BodyLimit(HttpLayer):
    """Takes no body that is larger or slower than any of our forms can be."""

    def __init__(self, app: ASGIApp, answer: Answer, *, seconds: float = _BODY_SECONDS) -> None:
        super().__init__(app)
        self.answer = answer
        self.seconds = seconds

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in _SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        limit = _limit_of(scope["path"])
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit:
            response = self.answer(Request(scope), TooLarge(limit=limit))
            # The rest of the body is not waited for.
            response.headers["Connection"] = "close"
            await response(scope, receive, send)
            return
        seconds = self.seconds if limit <= _USUAL else _UPLOAD_SECONDS
        await self.app(scope, self._counting(receive, limit, seconds), send)

    def _counting(self, receive: Receive, limit: int, seconds: float) -> Receive:
        taken = 0
        complete = False
        deadline = asyncio.get_running_loop().time() + seconds

        async def receive_counted() -> Message:
            nonlocal taken, complete
            if complete:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408) from None
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413, detail=str(limit))
            complete = not message.get("more_body", False)
            return message

        return receive_counted
