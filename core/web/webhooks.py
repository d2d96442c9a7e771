"""Takes in what the gateway sends: stored first, acknowledged, and only then looked into.

Midtrans plans its retries by our answer: every failure of ours is a 503, never a 500, and never a redirect.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final

import structlog
from anyio import CapacityLimiter, fail_after
from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from core.base.clock import monotonic
from core.base.errors import Busy, MejaError
from core.services import Core
from core.web.access import CoreDep
from core.web.errors import WrongContentType
from core.web.statements import problem_responses
from core.web.threads import REQUEST_THREADS

_log = structlog.get_logger()
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The notification exactly as Midtrans sends it. Its signature is checked on the raw strings.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["order_id", "status_code", "gross_amount", "signature_key"],
                    "properties": {
                        "order_id": {"type": "string"},
                        "status_code": {"type": "string"},
                        "gross_amount": {"type": "string"},
                        "signature_key": {"type": "string"},
                        "transaction_status": {"type": "string"},
                    },
                }
            }
        },
    }
}
_AT_ONCE: Final = CapacityLimiter(REQUEST_THREADS // 2)
"""In a storm of notifications guests find threads free, and the looks that they ask for are not crowded out by them."""
_IN_LINE: Final = 4.0
"""Seconds to wait for one of these places."""
_IN_ALL: Final = 5.0
"""Seconds to wait for a place, a thread and the database. Midtrans hangs up after fifteen, and would not know whether to come again."""

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])


async def _raw_json(request: Request) -> bytes:
    """Read the body as it came. Raises WrongContentType when it is no plain JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or request.headers.get("content-encoding", "identity") != "identity":
        raise WrongContentType
    return await request.body()


@router.post(
    "/midtrans",
    name="midtrans_webhook",
    summary="Notify of a payment",
    openapi_extra=_BODY,
    responses=problem_responses(400, 403, 408, 413, 415, 503),
    response_description="Stored. What became of it is found out by asking Midtrans for the status.",
)
@router.post("/midtrans/", include_in_schema=False)
async def midtrans_webhook(raw: Annotated[bytes, Depends(_raw_json)], core: CoreDep) -> dict[str, str]:
    """Store a notification of Midtrans."""
    until = monotonic() + _IN_ALL
    async with _in_turn():
        await run_in_threadpool(_store, core, raw, until)
    return {"status": "ok"}


@asynccontextmanager
async def _in_turn() -> AsyncIterator[None]:
    """Wait for a place to store a notification, but not for ever. Raises Busy."""
    try:
        with fail_after(_IN_LINE):
            await _AT_ONCE.acquire()
    except TimeoutError as late:
        raise Busy from late
    try:
        yield
    finally:
        _AT_ONCE.release()


def _store(core: Core, raw: bytes, until: float) -> None:
    if (left := until - monotonic()) <= 0:
        raise Busy
    try:
        core.inbox.receive(raw, within=left)
    except MejaError:
        raise
    except Exception as error:
        _log.exception("webhook.not_stored")
        raise Busy from error
