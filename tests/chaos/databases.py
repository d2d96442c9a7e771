"""The databases that the fault programme plays on: made fresh for each part, kept until the last look at all of them."""

import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core.migrations import upgrade
from tests.ports import free_port
from tests.postgres import Postgres, database_name
from tests.servers import open_run

KINDS = ("sqlite", "postgresql")


@dataclass(slots=True)
class Databases:
    """Gives out migrated, empty databases, and remembers every one."""

    kinds: tuple[str, ...]
    folder: Path
    """A folder of this run's own, for whatever a part needs to keep meanwhile."""
    used: list[tuple[str, str]] = field(default_factory=list)
    """Part and address of everything given out, in order."""
    part: str = ""
    """Who is playing now."""
    _began: float = field(default_factory=time.monotonic)
    _templates: dict[str, str] = field(default_factory=dict)
    _postgres: Postgres | None = None

    def fresh(self, kind: str) -> str:
        """Make a migrated, empty database of a kind and give its address. Raises NoServer without a PostgreSQL."""
        url = self._new_sqlite() if kind == "sqlite" else self._new_postgres()
        self.used.append((self.part, url))
        return url

    def say(self, text: str) -> None:
        """Print a line that tells how far the programme is."""
        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        sys.stdout.write(f"{minutes:3d}:{seconds:02d}  {self.part:10s} {text}\n")
        sys.stdout.flush()

    def _new_sqlite(self) -> str:
        if "sqlite" not in self._templates:
            template = self.folder / "template.db"
            upgrade(f"sqlite:///{template}")
            # Everything into the one file: a copy of it must not need the write-ahead log.
            connection = sqlite3.connect(template)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            self._templates["sqlite"] = str(template)
        place = self.folder / f"{self.part or 'part'}-{len(self.used)}"
        place.mkdir()
        shutil.copy(self._templates["sqlite"], place / "meja.db")
        return f"sqlite:///{place / 'meja.db'}"

    def _new_postgres(self) -> str:
        if self._postgres is None:
            self._postgres = Postgres.of_this_run()
        if "postgresql" not in self._templates:
            template = self._postgres.create_database()
            upgrade(template)
            self._templates["postgresql"] = template
        return self._postgres.create_database(database_name(self._templates["postgresql"]))

    def close(self) -> None:
        """Drop what stands on a server; the files go with their folder."""
        if self._postgres is None:
            return
        for url in [*(url for _, url in self.used), self._templates.get("postgresql", "")]:
            if url.startswith("postgresql"):
                self._postgres.drop_database(url)


@contextmanager
def open_databases(kinds: tuple[str, ...] = KINDS) -> Iterator[Databases]:
    """Have databases for one run of the programme."""
    open_run()
    with tempfile.TemporaryDirectory(prefix="meja-chaos-") as folder:
        databases = Databases(kinds, Path(folder))
        try:
            yield databases
        finally:
            databases.close()


def kind_of(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql"


def environment(url: str, folder: Path, simulator_url: str, **more: str) -> dict[str, str]:
    """What the program's own process is started with: this database, that gateway, a free port."""
    port = free_port()
    return os.environ | {
        "MEJA_DATABASE_URL": url,
        "MEJA_DATA_DIR": str(folder),
        "MEJA_PORT": str(port),
        "MEJA_BASE_URL": f"http://127.0.0.1:{port}",
        "MEJA_SECRET_KEY": "a secret that only tests know of 0123456789",
        "MEJA_MIDTRANS_CORE_URL": simulator_url,
        "MEJA_LOG_FORMAT": "json",
        **more,
    }
