"""The one reader of JSON bodies: what an honest program would not write is refused before anybody looks at it."""

import json
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from core.web.errors import UnreadableJson, WrongContentType

DEEPEST: Final = 20


def read_json(raw: bytes) -> object:
    """Parse a JSON body: UTF-8, at most 20 levels deep, no repeated keys, no NaN, no half characters.

    Raises UnreadableJson.
    """
    try:
        text = raw.decode("utf-8")
        _hold_to_depth(text)
        value: object = json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_refuse, parse_float=_finite)
        if "\\u" in text:
            # A lone surrogate is no character: no database would take it.
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError:
        raise UnreadableJson(reason="it is not UTF-8 text") from None
    except (ValueError, RecursionError):
        raise UnreadableJson(reason="it cannot be parsed") from None
    return value


def _hold_to_depth(text: str) -> None:
    # Brackets inside strings count as well: cheap, and never too low.
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    depth = 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        if depth > DEEPEST:
            raise UnreadableJson(reason=f"it is nested deeper than {DEEPEST} levels")


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableJson(reason="a key is there twice")
    return found


def _refuse(name: str) -> None:
    raise UnreadableJson(reason=f"{name} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise UnreadableJson(reason="a number is too large")
    return number


class _ReadRequest(Request):
    """A request whose body was read already, by us."""

    value: object = None

    async def json(self) -> Any:  # noqa: ANN401 - Starlette's own signature
        return self.value


class StrictJsonRoute(APIRoute):
    """A route that takes JSON through our reader only: `APIRouter(route_class=StrictJsonRoute)`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        if self.body_field is None:
            return handler

        async def handle(request: Request) -> Response:
            read = _ReadRequest(request.scope, request.receive)
            _hold_to_json(request)
            read.value = read_json(await read.body())
            return await handler(read)

        return handle


def _hold_to_json(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or request.headers.get("content-encoding", "identity") != "identity":
        raise WrongContentType
