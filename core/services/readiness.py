"""Says whether orders can be taken and paid now, and what is missing when they cannot."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select

from core.base.database import Database
from core.base.errors import Busy
from core.base.heartbeat import last_beat
from core.base.settings import Settings
from core.events.models import Event
from core.migrations import is_current, is_newer
from core.services.standing import waiting_since

SILENT: Final = "does not answer in time"
_OLDEST_TURN: Final = 15.0
_OLDEST_BEAT: Final = 20.0
_MOST_BEHIND: Final = 60.0
_LEAST_SPACE: Final = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Worker:
    """What is known of the gateway worker of this process."""

    name: str
    age: float
    """Seconds since its loop last turned."""


def readiness(db: Database, settings: Settings, worker: Worker, now: datetime) -> dict[str, str]:
    """Look at everything an order needs: `ok`, or a few words about what is wrong, by the name of the part."""
    database = _answer(lambda: _can_write(db))
    if database == SILENT:
        # Each further question would wait as long, and tell as little.
        return without_database(settings, worker)
    return {
        "database": database,
        "migrations": _answer(lambda: _migrations(settings.database_url)),
        "worker": _worker(worker),
        "heartbeat": _answer(lambda: _heartbeat(db, worker.name, now)),
        "clock": _answer(lambda: _clock(db, now)),
        "disk": _disk(settings.data_dir),
    }


def without_database(settings: Settings, worker: Worker) -> dict[str, str]:
    """Look at what can be seen while the database gives no answer."""
    return {"database": SILENT, "worker": _worker(worker), "disk": _disk(settings.data_dir)}


def freshness(settings: Settings) -> dict[str, str]:
    """Look at what only makes screens fresh: without it orders and money go on, and boards follow by asking."""
    url = settings.redis_url
    return {} if url is None else {"redis": _answer(lambda: _redis_answers(url))}


def oldest_message_age(db: Database, now: datetime) -> float | None:
    """Tell for how many seconds the oldest stored notification has waited for its look; nothing when none waits."""
    try:
        with db.read() as session:
            oldest = waiting_since(session, now)
    except Busy:
        return None
    return None if oldest is None else (now - oldest).total_seconds()


def _worker(worker: Worker) -> str:
    return _or(worker.age < _OLDEST_TURN, f"has not turned for {worker.age:.0f} s")


def _or(is_well: bool, complaint: str) -> str:
    return "ok" if is_well else complaint


def _answer(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the operator wants the page that says so
        return SILENT if isinstance(error, Busy) else type(error).__name__


def _migrations(url: str) -> str:
    # Every migration suits the code that still runs: between it and the reload that code goes on serving.
    return _or(is_current(url) or is_newer(url), "not up to date")


def _can_write(db: Database) -> str:
    # Opens a transaction as an order would, with the writer's lock, and changes nothing.
    with db.write() as session:
        session.connection()
    return "ok"


def _heartbeat(db: Database, name: str, now: datetime) -> str:
    with db.read() as session:
        beat_at = last_beat(session, name)
    if beat_at is None:
        return "not written yet"
    age = (now - beat_at).total_seconds()
    return _or(age < _OLDEST_BEAT, f"written {age:.0f} s ago")


def _clock(db: Database, now: datetime) -> str:
    """Compare our clock with the newest thing written down; a clock that fell behind puts money on the wrong day."""
    with db.read() as session:
        newest = session.scalar(select(Event.at).order_by(Event.id.desc()).limit(1))
    behind = 0.0 if newest is None else (newest - now).total_seconds()
    return _or(behind < _MOST_BEHIND, f"{behind:.0f} s behind the newest event")


def _disk(place: Path) -> str:
    try:
        free = shutil.disk_usage(place).free
    except OSError as error:
        return error.strerror or "cannot be read"
    if not os.access(place, os.W_OK):
        return "cannot be written"
    return "ok" if free > _LEAST_SPACE else f"only {free // 1024 // 1024} MiB left"


def space_in(place: Path) -> tuple[int, int] | None:
    """Tell how many bytes are free where a folder lies, and how many there are; nothing when it cannot be told."""
    try:
        usage = shutil.disk_usage(place)
    except OSError:
        return None
    return usage.free, usage.total


def _redis_answers(url: str) -> str:
    from redis import Redis

    with Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1) as client:
        client.ping()
    return "ok"
