"""Hears of scripts and styles that a browser refused to run on our pages."""

import json

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

_log = structlog.get_logger()
_TOLD = ("document-uri", "violated-directive", "effective-directive", "blocked-uri", "source-file", "line-number")

router = APIRouter(include_in_schema=False)


@router.post("/csp", name="csp_report")
async def csp_report(request: Request) -> Response:
    """Write a browser's report into the log; whatever else is sent here is dropped."""
    try:
        report = json.loads(await request.body())["csp-report"]
        told = {key.replace("-", "_"): str(report[key])[:200] for key in _TOLD if key in report}
    except (ValueError, KeyError, TypeError, RecursionError):
        return Response(status_code=204)
    _log.warning("csp.violation", **told)
    return Response(status_code=204)
