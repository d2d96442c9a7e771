"""The control surface, second half: faults, notifications, journal, clock, settings, reset."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.routing import Route

from simulator.control import WrongRequest, read_object
from simulator.refusals import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from simulator.gateway import Gateway
    from simulator.notifications import Notification


def fault_routes(gateway: Gateway) -> list[Route]:
    """Return the routes that script misbehaviour."""

    async def shown(_request: Request) -> Response:
        return JSONResponse({"faults": gateway.faults.as_list()})

    async def replaced(request: Request) -> Response:
        wanted = (await read_object(request)).get("faults")
        if not isinstance(wanted, list):
            msg = 'the body needs to be {"faults": [...]}'
            raise WrongRequest(msg)
        try:
            gateway.faults.replace(wanted)
        except (TypeError, ValueError) as error:
            msg = f"a fault makes no sense: {error}"
            raise WrongRequest(msg) from error
        return await shown(request)

    async def cleared(request: Request) -> Response:
        gateway.faults.clear()
        return await shown(request)

    return [
        Route("/faults", shown, methods=["GET"]),
        Route("/faults", replaced, methods=["PUT"]),
        Route("/faults", cleared, methods=["DELETE"]),
    ]


def notification_routes(gateway: Gateway) -> list[Route]:
    """Return the routes about what was posted to the merchant."""

    async def listed(request: Request) -> Response:
        order_id = request.query_params.get("order_id")
        wanted = [each for each in gateway.notifications.sent() if order_id in (None, each.order_id)]
        return JSONResponse({"notifications": [_described(each) for each in wanted]})

    async def resent(request: Request) -> Response:
        number = request.path_params["number"]
        try:
            return JSONResponse(_described(gateway.notifications.resend(number)))
        except LookupError as error:
            raise Refusal(404, f"There is no notification {number}.") from error

    return [
        Route("/notifications", listed),
        Route("/notifications/{number:int}/resend", resent, methods=["POST"]),
    ]


def account_routes(gateway: Gateway) -> list[Route]:
    """Return the routes about the account as a whole."""

    async def journal(request: Request) -> Response:
        query = request.query_params
        return JSONResponse(gateway.journal.as_dict(query.get("call"), query.get("order_id")))

    async def settings(request: Request) -> Response:
        if request.method == "PUT":
            try:
                gateway.settings.change(await read_object(request))
            except ValueError as error:
                raise WrongRequest(str(error)) from error
        return JSONResponse(gateway.settings.as_dict())

    async def clock(request: Request) -> Response:
        if request.method == "PUT":
            _set_clock(gateway, await read_object(request))
        now = gateway.clock.now().isoformat()
        return JSONResponse({"now": now, "is_frozen": gateway.clock.is_frozen, "scale": gateway.clock.scale})

    async def reset(_request: Request) -> Response:
        await gateway.reset()
        return JSONResponse({"status": "reset"})

    return [
        Route("/journal", journal),
        Route("/settings", settings, methods=["GET", "PUT"]),
        Route("/clock", clock, methods=["GET", "PUT"]),
        Route("/reset", reset, methods=["POST"]),
    ]


def _described(notification: Notification) -> dict[str, Any]:
    described = asdict(notification)
    described["created_at"] = notification.created_at.isoformat()
    for attempt, kept in zip(described["attempts"], notification.attempts, strict=True):
        attempt["at"] = kept.at.isoformat()
    return described


def _set_clock(gateway: Gateway, wanted: dict[str, Any]) -> None:
    """Move the clock: `freeze` (true, false or a moment), `advance_seconds`, `scale`, in this order."""
    unknown = set(wanted) - {"freeze", "advance_seconds", "scale"}
    if unknown:
        msg = f"the clock knows freeze, advance_seconds and scale, not {', '.join(sorted(unknown))}"
        raise WrongRequest(msg)
    freeze = wanted.get("freeze")
    if freeze is True:
        gateway.clock.freeze()
    elif freeze is False:
        gateway.clock.thaw()
    elif freeze is not None:
        gateway.clock.freeze(_moment(freeze))
    gateway.clock.advance(_number(wanted, "advance_seconds", 0.0))
    scale = _number(wanted, "scale", gateway.clock.scale)
    if scale <= 0:
        msg = "scale needs to be above 0"
        raise WrongRequest(msg)
    gateway.clock.scale = scale
    gateway.agenda.run_due()
    gateway.agenda.look_again()


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        msg = "freeze needs true, false, or a moment with an offset"
        raise WrongRequest(msg) from error
    if moment.tzinfo is None:
        msg = "freeze needs a moment with an offset, such as 2026-05-01T12:30:05+07:00"
        raise WrongRequest(msg)
    return moment


def _number(wanted: dict[str, Any], name: str, usual: float) -> float:
    value = wanted.get(name, usual)
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        msg = f"{name} needs to be a number"
        raise WrongRequest(msg)
    return float(value)
