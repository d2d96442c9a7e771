"""Says whether orders can be taken and paid now, and what is missing when they cannot."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.base.database import Database
from core.base.errors import Busy
from core.base.settings import Settings
from core.migrations import is_current

_OLDEST_TURN = 15.0
_LEAST_SPACE: Final = 50 * 1024 * 1024


def readiness(db: Database, settings: Settings, worker_age: float) -> dict[str, str]:
    """Look at everything an order needs: `ok`, or a few words about what is wrong, by the name of the part.

    `worker_age` is the time since the gateway worker last turned, in seconds.
    """
    checks = {
        "database": _answer(lambda: _can_write(db)),
        "migrations": _answer(lambda: is_current(settings.database_url)),
        "worker": "ok" if worker_age < _OLDEST_TURN else f"has not turned for {worker_age:.0f} s",
        "disk": _disk(settings.data_dir),
    }
    if settings.redis_url is not None:
        checks["redis"] = _answer(lambda: _redis_answers(settings.redis_url or ""))
    return checks


def _answer(check: Callable[[], bool]) -> str:
    try:
        return "ok" if check() else "not up to date"
    except Exception as error:  # noqa: BLE001 - whatever it is, the operator wants the page that says so
        return "does not answer in time" if isinstance(error, Busy) else type(error).__name__


def _can_write(db: Database) -> bool:
    # Opens a transaction as an order would, with the writer's lock, and changes nothing.
    with db.write() as session:
        session.connection()
    return True


def _disk(place: Path) -> str:
    try:
        free = shutil.disk_usage(place).free
    except OSError as error:
        return error.strerror or "cannot be read"
    if not os.access(place, os.W_OK):
        return "cannot be written"
    return "ok" if free > _LEAST_SPACE else f"only {free // 1024 // 1024} MiB left"


def _redis_answers(url: str) -> bool:
    from redis import Redis

    with Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
        return bool(client.ping())
