"""Puts the simulator together as an ASGI app."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Mount, Router

from simulator.config import SimulatorConfig
from simulator.control import WrongRequest, transaction_routes
from simulator.control_switches import account_routes, fault_routes, notification_routes
from simulator.gateway import Gateway
from simulator.guard import LoopbackOnly
from simulator.lifecycle import WrongTurn, plan_expiry
from simulator.link_page import link_page_routes
from simulator.operations import operation_routes
from simulator.pay_page import pay_page_routes
from simulator.refunds import plan_confirmation
from simulator.refusals import MESSAGES, Refusal
from simulator.snap_page import snap_page_routes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send


class Simulator(Starlette):
    """The app, with the server's own `send` at hand: closing a connection needs it."""

    gateway: Gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope["simulator.send"] = send
        await super().__call__(scope, receive, send)


def create_app(config: SimulatorConfig | None = None) -> Simulator:
    """Return a Midtrans of its own: nothing is shared between two of them but a state file."""
    gateway = Gateway(config or SimulatorConfig())
    control = Router(
        [
            *transaction_routes(gateway),
            *fault_routes(gateway),
            *notification_routes(gateway),
            *account_routes(gateway),
        ]
    )
    app = Simulator(
        routes=[
            *pay_page_routes(gateway),
            Mount("/simulator", app=LoopbackOnly(control)),
            *snap_page_routes(gateway),
            *link_page_routes(gateway),
            *operation_routes(gateway),
        ],
        exception_handlers={
            HTTPException: _unknown_path,
            Refusal: _refused,
            WrongTurn: _wrong_turn,
            WrongRequest: _wrong_request,
        },
        lifespan=_lifespan,
    )
    app.router.redirect_slashes = False
    app.gateway = gateway
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: Any) -> AsyncIterator[None]:  # noqa: ANN401 - Starlette types it so
    gateway: Gateway = app.gateway
    _resume(gateway)
    background = asyncio.create_task(gateway.agenda.run())
    try:
        yield
    finally:
        background.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await background
        await gateway.close()


def _resume(gateway: Gateway) -> None:
    """Take up what was still open when the simulator was stopped."""
    for transaction in gateway.book.transactions():
        if transaction.status == "pending":
            plan_expiry(gateway, transaction)
        for refund in transaction.refunds:
            if refund.confirmed_at is None:
                plan_confirmation(gateway, transaction, refund)


async def _unknown_path(request: Request, error: Exception) -> Response:
    """Answer an address that is none. This comes from Midtrans's outer layer and has another shape."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 405:
        return JSONResponse({"status_code": "405", "status_message": MESSAGES[405]}, status_code=405)
    now = request.app.gateway.clock.now()
    document = {
        "timestamp": f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}+00:00",
        "status": error.status_code,
        "error": error.detail,
        "message": "",
        "path": request.url.path,
    }
    return JSONResponse(document, status_code=error.status_code)


async def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    status = {404: 404, 412: 409}.get(error.code, 400)
    return JSONResponse({"error": str(error)}, status_code=status)


async def _wrong_turn(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=409)


async def _wrong_request(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)
