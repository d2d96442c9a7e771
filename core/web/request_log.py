"""Gives every request an id and a line in the log, and answers for whatever nobody else caught."""

import re
import secrets
from contextlib import suppress
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.base.clock import monotonic
from core.base.errors import MejaError
from core.base.memory import is_out_of_memory
from core.web.errors import OutOfMemory, OutOfOrder
from core.web.figures import count_request
from core.web.guards import Answer
from core.web.layers import HttpLayer

_log = structlog.get_logger()
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9-]{8,64}")
_ORDER: Final = re.compile(r"/orders/([A-Za-z0-9_-]{22})")
QUIET: Final = ("/static/", "/healthz", "/readyz", "/metrics")
_NO_MEMORY: Final = PlainTextResponse("503", status_code=503, headers={"Retry-After": "5"})
_LEFT: Final = 499
"""What servers by custom note down for a request whose sender hung up before it was whole."""


class RequestLog(HttpLayer):
    """The layer just inside the headers: an error that comes up to here is a bug, and gets a page all the same."""

    def __init__(self, app: ASGIApp, answer: Answer) -> None:
        super().__init__(app)
        self.answer = answer

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = _request_id(scope)
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        began = monotonic()
        with structlog.contextvars.bound_contextvars(request=request_id, **_order(scope)):
            try:
                await self.app(scope, receive, send_with_id)
            except ClientDisconnect:
                # Nobody is left to answer, and nothing of ours has failed.
                status = status or _LEFT
            except Exception as error:
                problem = OutOfMemory() if is_out_of_memory(error) else OutOfOrder()
                # Without memory for a line in the log there is an answer all the same.
                with suppress(MemoryError):
                    _log.exception("request.failed", method=scope["method"], path=scope["path"])
                if status:
                    # Half an answer is out: cutting the line is the only way to say that it is not whole.
                    raise
                await self._answer_problem(problem, scope, receive, send_with_id)
            seconds = monotonic() - began
            count_request(scope, status, seconds)
            if not scope["path"].startswith(QUIET):
                ms = round(seconds * 1000, 1)
                _log.info("request", method=scope["method"], path=scope["path"], status=status, ms=ms)

    async def _answer_problem(self, problem: MejaError, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = self.answer(Request(scope), problem)
        except MemoryError:
            # Not even for a page that says so. This one is made already.
            answer = _NO_MEMORY
        await answer(scope, receive, send)


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _order(scope: Scope) -> dict[str, str]:
    match = _ORDER.search(scope["path"])
    return {"order": match[1]} if match else {}
