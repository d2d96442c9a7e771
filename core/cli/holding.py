"""Sees whether a SQLite file is being served."""

from pathlib import Path
from typing import IO

from sqlalchemy.engine import make_url

from core.base.settings import Settings
from core.web.one_server import lock_database


def hold_database(settings: Settings) -> IO[bytes] | None:
    """Keep servers away from a SQLite file until the returned file is closed. Raises AlreadyServed."""
    path = make_url(settings.database_url).database if settings.is_sqlite else None
    return lock_database(Path(path)) if path else None
