"""Shows integrators the JSON API: its description, and a page to try it on. Nothing of it comes from elsewhere."""

from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse, Response

from core.web.pages import render
from core.web.statements import Problem

_ABOUT = """Read the menu, order, and collect the money by QRIS or cash.

Amounts are whole rupiah. Times are RFC 3339 with the outlet's offset. Whatever goes wrong is told as an
RFC 9457 problem document. Send an `Idempotency-Key` with every call that changes something, and repeat the
call with the same key when no answer came.
"""


def docs_router(*documented: APIRouter) -> APIRouter:
    """Make the routes of `/docs` and `/openapi.json` for these routers."""
    router = APIRouter(include_in_schema=False)

    @cache
    def description() -> dict[str, Any]:
        return describe(documented)

    @router.get("/openapi.json", name="openapi")
    def openapi() -> JSONResponse:
        """Give the machine-readable description."""
        return JSONResponse(description())

    @router.get("/docs", name="docs")
    def docs(request: Request) -> Response:
        """Show the page to try things on."""
        return render(request, "shared/docs.html")

    return router


def describe(documented: tuple[APIRouter, ...]) -> dict[str, Any]:
    """Write the OpenAPI document of some routers."""
    # An application of its own, so that the pages of the faces stay out of it.
    app = FastAPI(title="Meja", version="1", description=_ABOUT, generate_unique_id_function=lambda route: route.name)
    for router in documented:
        app.include_router(router)
    described = app.openapi()
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    template = "#/components/schemas/{model}"
    problem = Problem.model_json_schema(ref_template=template)
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    return described
