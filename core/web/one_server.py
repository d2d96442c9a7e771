"""Keeps a second server away from a SQLite file: its writer's lock lives inside one process."""

from pathlib import Path
from typing import IO

from core.base.errors import N_, MejaError

try:
    import fcntl
except ImportError:  # Windows has no such locks; there the operator has to take care.
    fcntl = None  # type: ignore[assignment]


class AlreadyServed(MejaError):
    """Two servers were to write one SQLite file."""

    kind = "already-served"
    status = 503
    sentence = N_("Another Meja already serves %(file)s. Stop that one first, or use PostgreSQL for several.")


def lock_database(database: Path) -> IO[bytes] | None:
    """Lay the server's hand on a database file; closing the returned file takes it off, and so does a crash.

    Raises AlreadyServed when another process has its hand there.
    """
    if fcntl is None:
        return None
    database.parent.mkdir(parents=True, exist_ok=True)
    file = database.with_name(f"{database.name}.serving").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise AlreadyServed(file=database) from None
    return file
