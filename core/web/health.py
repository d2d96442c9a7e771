"""Tells an operator how the program is: alive, ready, and in figures."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeVar

from fastapi import APIRouter
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.base.errors import Busy, NotFound
from core.base.memory import stand_up
from core.services import Core
from core.services.backups import newest_copy
from core.services.readiness import (
    SILENT,
    Worker,
    freshness,
    oldest_message_age,
    readiness,
    space_in,
    without_database,
)
from core.services.standing import standing
from core.web.access import CoreDep
from core.web.figures import CONTENT_TYPE, Seen, note_process, write_figures
from core.web.known_hosts import FIGURES, knows_token

_HERE = frozenset({"127.0.0.1", "::1"})
_BY_WAY_OF = frozenset({"x-forwarded-for", "forwarded", "x-real-ip"})
"""What a proxy adds. Whom it names may be whoever the asker says, and a collector on this machine comes through none."""

_READY: Final = ThreadPoolExecutor(1, thread_name_prefix="ready")
_FIGURES: Final = ThreadPoolExecutor(1, thread_name_prefix="figures")
"""For looks alone: behind guests who all wait for a database that says nothing, nobody would hear that it does so.

Each has its own: whoever asks again and again whether we are ready, as anybody may, keeps no collector waiting.
"""
_LOOK_SECONDS: Final = 4.0
"""A container's health check waits for five seconds, and Prometheus for ten. What is late is told as silent."""

T = TypeVar("T")

router = APIRouter(include_in_schema=False)


@router.get("/healthz", name="healthz")
async def healthz() -> dict[str, str]:
    """Say that the process answers. Asks nothing else."""
    return {"status": "ok"}


@router.get("/readyz", name="readyz")
async def readyz(core: CoreDep) -> JSONResponse:
    """Say whether orders can be taken now: 200 when everything needed is there, 503 with what is missing.

    `degraded` is ready too: screens learn of news some seconds later, or guests pay cash.
    """
    worker = Worker(core.worker.name, core.worker.age)
    try:
        needed, nice, oldest_message = await _in_time(_READY, lambda: _looked_at(core, worker))
    except TimeoutError:
        needed, nice, oldest_message = without_database(core.settings, worker), {}, None
    is_ready, is_fresh = (all(check == "ok" for check in checks.values()) for checks in (needed, nice))
    status = "not ready" if not is_ready else "ok" if is_fresh else "degraded"
    ages = {"worker": round(worker.age, 1), "oldest_message": oldest_message}
    body = {"status": status, "checks": needed | nice, "seconds": ages}
    return JSONResponse(body, 200 if is_ready else 503)


def _looked_at(core: Core, worker: Worker) -> tuple[dict[str, str], dict[str, str], float | None]:
    now = core.clock()
    needed = readiness(core.db, core.settings, worker, now)
    nice = freshness(core.settings)
    if needed["database"] != "ok":
        return needed, nice, None
    with suppress(Busy):
        nice["gateway"] = core.board.gateway_trouble() or "ok"
    return needed, nice, oldest_message_age(core.db, now)


@router.get(FIGURES, name="metrics")
async def metrics(request: Request, core: CoreDep) -> Response:
    """Give figures in Prometheus's text form, to this machine or to who knows the token."""
    if not _may_read(request, core.settings.metrics_token):
        raise NotFound
    now, worker = core.clock(), Worker(core.worker.name, core.worker.age)
    note_process(core.worker.last_turn, *core.db.lines)
    try:
        figures = await _in_time(_FIGURES, lambda: write_figures(_seen(core, worker, now), now))
    except TimeoutError:
        figures = write_figures(_seen_without_database(core, worker), now)
    return Response(figures, media_type=CONTENT_TYPE)


def _seen(core: Core, worker: Worker, now: datetime) -> Seen:
    checks = readiness(core.db, core.settings, worker, now)
    if checks["database"] == SILENT:
        return _seen_without_database(core, worker)
    try:
        open_now, trouble = standing(core.db, now), core.board.gateway_trouble()
    except Busy:
        open_now, trouble = None, None
    checks |= freshness(core.settings)
    return replace(_seen_without_database(core, worker), checks=checks, open_now=open_now, trouble=trouble)


def _seen_without_database(core: Core, worker: Worker) -> Seen:
    folder = core.settings.data_dir
    return Seen(without_database(core.settings, worker), space_in(folder), newest_copy(folder / "backups"))


async def _in_time(thread: ThreadPoolExecutor, look: Callable[[], T]) -> T:
    """Look, on a thread that no guest can hold, for as long as who watches us waits. Raises TimeoutError."""
    return await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(thread, look), _LOOK_SECONDS)


def stand_up_looks() -> None:
    """Start the threads of these looks. Raises RuntimeError when the system does not let them be started."""
    for thread in (_READY, _FIGURES):
        stand_up(thread, 1)


def _may_read(request: Request, token: SecretStr | None) -> bool:
    is_direct = _BY_WAY_OF.isdisjoint(request.headers.keys())
    if is_direct and request.client is not None and request.client.host in _HERE:
        return True
    return knows_token(request.headers, token)
