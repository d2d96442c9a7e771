"""A furnished restaurant for each story, made by copying one: on either database, with a clock that stands still."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self
from unittest.mock import patch

from sqlalchemy import event

from core.base.database import _postgres_engine, _sqlite_engine, throw_away
from core.base.settings import Settings
from core.gateways.midtrans import Midtrans
from core.services import Core, open_services
from tests.postgres import Postgres, database_name
from tests.shop import Shop, TestClock, furnish
from tests.state.near_simulator import NearSimulator
from tests.state.overheard import overheard

START = datetime(2026, 5, 1, 5, 0, tzinfo=UTC)
"""Noon in Jakarta, on every run: what happened once happens again."""


@dataclass(slots=True)
class StoryClock(TestClock):
    """Stands still until the story moves it, as does the gateway's."""

    __test__ = False

    def __call__(self) -> datetime:
        return START + self.added

    def steady(self) -> float:
        """What nobody sets, in seconds: it only goes forward with the story."""
        return max(0.0, self.added.total_seconds())


def open_core(database_url: str, simulator: NearSimulator, clock: TestClock) -> Core:
    """Open the program's services on a database, with its own Midtrans adapter on the near line."""
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        midtrans_core_url=simulator.url,
        midtrans_snap_url=f"{simulator.url}/snap/v1",
    )
    gateway = adapter(simulator, settings)
    with (
        # One job after the other: a story that is told again goes the same way.
        patch("core.services.gateway_worker.THREADS", 1),
        patch("core.base.database._sqlite_engine", _on_sqlite),
        patch("core.base.database._postgres_engine", _on_postgres),
    ):
        return open_services(settings, clock=clock, gateway=gateway)


# A fifth of a story would be spent on reading the same questions anew: an address keeps the engine that knows them.
_on_sqlite = cache(_sqlite_engine)
_on_postgres = cache(_postgres_engine)


def close_core(core: Core) -> None:
    """Close the program's services, and let the engine of their address live: it goes on in the next story."""
    pool = core.db.engine.pool
    core.close()
    # The next pool has it of this one, and would open a connection for each question.
    event.remove(pool, "checkin", throw_away)


def memory_folder() -> "tempfile.TemporaryDirectory[str]":
    """Make a folder that needs no disk, where the machine has such: nothing here is to outlive the run."""
    shared = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    return tempfile.TemporaryDirectory(prefix="meja-stories-", dir=shared if shared.is_dir() else None)


def adapter(simulator: NearSimulator, settings: Settings) -> Midtrans:
    """Make the program's own Midtrans adapter, on the near line."""
    return Midtrans(
        core_url=simulator.url,
        server_key=settings.midtrans_server_key.get_secret_value(),
        client_key=settings.midtrans_client_key,
        acquirer=settings.midtrans_acquirer,
        session=simulator.session(),
    )


@dataclass(slots=True)
class Street:
    """Gives out restaurants of one kind of database, each a copy of the same furnished one."""

    simulator: NearSimulator
    template: str
    """The furnished database, to which nobody is connected."""
    pattern: Shop
    """Its tables, dishes and outlet."""
    postgres: Postgres | None
    fell: list[str] = field(default_factory=list)
    """What the program's worker fell over, and went on: nothing, if all is well."""
    _folder: "tempfile.TemporaryDirectory[str]" = field(default_factory=memory_folder)

    def open(self) -> Shop:
        """Open one more restaurant, with nothing in the gateway's book and both clocks at the start."""
        self.simulator.behave()
        self.simulator.reset()
        self.simulator.call("PUT", "/simulator/clock", {"freeze": START.isoformat()})
        clock = StoryClock()
        core = open_core(self._copy(), self.simulator, clock)
        kept = self.pattern
        return Shop(core, self.simulator, clock, kept.tables, kept.dishes, kept.outlet)

    def _copy(self) -> str:
        if self.postgres is not None:
            template = database_name(self.template)
            return self.postgres.create_database(template, name=f"{template}_story")
        path = Path(self._folder.name) / "story.db"
        shutil.copy(self.template.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    def clear(self, shop: Shop) -> None:
        """Close a restaurant and throw its database away."""
        url = shop.core.db.url.render_as_string(hide_password=False)
        close_core(shop.core)
        if self.postgres is not None:
            self.postgres.drop_database(url)
        else:
            for left in Path(self._folder.name).glob(f"{Path(url).name}*"):
                left.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self._folder.cleanup()


@contextmanager
def open_street(migrated_url: str, simulator: NearSimulator, postgres: Postgres | None = None) -> Iterator[Street]:
    """Furnish a migrated, empty database and have restaurants copied from it."""
    clock = StoryClock()
    core = open_core(migrated_url, simulator, clock)
    pattern = Shop(core, simulator, clock)
    furnish(pattern)
    close_core(core)
    if postgres is None:
        with sqlite3.connect(migrated_url.removeprefix("sqlite:///")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    with overheard() as fell, Street(simulator, migrated_url, pattern, postgres, fell) as street:
        yield street


def _half(most: int) -> int:
    return most // 2


@contextmanager
def steady_by(clock: StoryClock) -> Iterator[None]:
    """Let the pause after many silences be counted by the story's clock, and looks be spaced without dice."""
    with (
        patch("core.services.breaker.monotonic", clock.steady),
        patch("core.payments.schedule.secrets.randbelow", _half),
    ):
        yield


def lets_pass(shop: Shop, span: timedelta) -> None:
    """Let time pass in the restaurant and at the gateway."""
    shop.clock.added += span
    shop.simulator.move_clock(span)
