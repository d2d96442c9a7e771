"""Turns whatever went wrong into an answer: a page for people, a partial for htmx, a problem document for programs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.websockets import WebSocket

from core.base.errors import N_, BadInput, MejaError, NotFound
from core.outlets.errors import NoRound, NotPaired
from core.staff.errors import NotAllowed, NotSignedIn
from core.web.errors import (
    BadFields,
    OutOfOrder,
    TooLarge,
    TooSlow,
    UnreadableJson,
    WrongContentType,
    WrongMethod,
)
from core.web.pages import render, usual_headers
from core.web.redirects import own_path, see_other
from core.web.ways import ways_out

PROBLEM_TYPE: Final = "application/problem+json"
_BY_STATUS: Final[Mapping[int, type[MejaError]]] = {
    401: NotSignedIn,
    403: NotAllowed,
    404: NotFound,
    405: WrongMethod,
    408: TooSlow,
    413: TooLarge,
    415: WrongContentType,
}
_TITLES: Final[Mapping[int, str]] = {
    401: N_("Please sign in"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    409: N_("Something has changed"),
    422: N_("Please check this"),
    429: N_("A moment, please"),
    500: N_("Our mistake"),
    503: N_("One moment"),
}


def answer_problem(request: Request, error: MejaError, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with an error, in the form that suits whoever asked."""
    if request.url.path.startswith("/api/"):
        return problem_document(error, headers=headers)
    if isinstance(error, NotSignedIn):
        return _to_the_login(request)
    if isinstance(error, NotPaired | NoRound):
        return _to_the_first_screen(request, error)
    return _page(request, error, headers)


def problem_document(
    error: MejaError,
    *,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JSONResponse:
    """Answer with an RFC 9457 problem document; `more` are extra members of it."""
    content = {
        "type": error.kind,
        "title": error.kind.replace("-", " ").capitalize(),
        "status": error.status,
        "detail": str(error),
        "errors": list(errors),
        **more,
    }
    sent = usual_headers(error.status) | dict(headers or {})
    return JSONResponse(content, status_code=error.status, headers=sent, media_type=PROBLEM_TYPE)


def _page(request: Request, error: MejaError, headers: Mapping[str, str] | None) -> Response:
    # A boosted link asks for a full page, other htmx requests for a piece of one.
    partial = request.headers.get("hx-request") == "true" and request.headers.get("hx-request-type") != "full"
    template = "shared/_problem.html" if partial else "shared/error.html"
    title = _TITLES.get(error.status, N_("That did not work"))
    ways = ways_out(request, error)
    return render(
        request,
        template,
        status=error.status,
        headers=headers,
        error=error,
        title=title,
        ways=ways,
    )


def _to_the_login(request: Request) -> Response:
    here = request.url.path if request.method == "GET" else own_path(request.headers.get("referer"), default="/cashier")
    if request.headers.get("hx-request") == "true":
        login = request.app.url_path_for("login")
        # A partial cannot hold the login page: the whole window goes there.
        return HTMLResponse(status_code=401, headers={"HX-Redirect": str(login)})
    return see_other("login", query={"next": here})


def _to_the_first_screen(request: Request, error: MejaError) -> Response:
    if request.headers.get("hx-request") == "true":
        return HTMLResponse(status_code=error.status, headers={"HX-Redirect": str(request.app.url_path_for("kiosk"))})
    return see_other("kiosk")


async def _on_meja_error(request: Request | WebSocket, error: Exception) -> Response | None:
    assert isinstance(error, MejaError)  # noqa: S101 - Starlette calls it with nothing else
    if isinstance(request, WebSocket):
        # A refused handshake is repeated for ever; this code is a goodbye that htmx understands.
        await request.accept()
        await request.close(1008)
        return None
    return answer_problem(request, error)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette calls it with nothing else
    if error.status_code == 413:
        return answer_problem(request, TooLarge(limit=error.detail), {"Connection": "close"})
    if error.status_code == 408:
        return answer_problem(request, TooSlow(), {"Connection": "close"})
    if error.status_code == 400:
        return answer_problem(request, UnreadableJson(reason="the body cannot be parsed"))
    return answer_problem(request, _BY_STATUS.get(error.status_code, OutOfOrder)(), error.headers)


async def _on_bad_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - Starlette calls it with nothing else
    found = error.errors()
    if any(problem["type"] == "json_invalid" for problem in found):
        return answer_problem(request, UnreadableJson(reason="it cannot be parsed"))
    if all(problem["loc"][0] == "path" for problem in found):
        return answer_problem(request, NotFound())
    fields = ", ".join(dict.fromkeys(_field(problem["loc"]) for problem in found))
    if request.url.path.startswith("/api/"):
        return problem_document(BadFields(fields=fields), errors=[_pointer(problem) for problem in found])
    return answer_problem(request, BadInput(field=fields))


def _field(place: Sequence[Any]) -> str:
    return ".".join(str(part) for part in place[1:]) or str(place[0])


def _pointer(problem: Mapping[str, Any]) -> dict[str, str]:
    source, *path = problem["loc"]
    steps = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in path)
    where = {"pointer": f"#/{steps}"} if source == "body" else {"parameter": steps}
    return {"detail": str(problem["msg"]), **where}


def install_problems(app: FastAPI) -> None:
    """Let every error of the application be answered here."""
    app.add_exception_handler(MejaError, _on_meja_error)  # type: ignore[arg-type] # one handler for pages and sockets
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_bad_request)
