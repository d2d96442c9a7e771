"""PostgreSQL is broken off or frozen in the middle of the evening: nothing acknowledged is lost, and all go on soon."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from core.base import postgres_line
from core.base.database import Database
from core.base.errors import Busy
from core.base.outcomes import retried
from core.migrations import upgrade
from core.outlets.models import Outlet
from tests.chaos.own_servers import Cluster, own_cluster
from tests.conftest import unavailable
from tests.servers import NoServer

RECOVERED_WITHIN = 5.0


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    try:
        with own_cluster() as cluster:
            upgrade(cluster.url)
            yield cluster
    except NoServer as missing:
        unavailable(str(missing))


@dataclass
class Clerk(threading.Thread):
    """Adds one to a row of its own, again and again."""

    database: Database
    number: int
    stop: threading.Event
    done: int = 0
    unknown: int = 0
    done_at: float = 0.0
    refusals: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        while not self.stop.wait(0.005):
            began = time.monotonic()
            try:
                retried(self._add)()
            except Busy as busy:
                self.unknown += busy.kind == "outcome-unknown"
                self.refusals.append(time.monotonic() - began)
            else:
                self.done, self.done_at = self.done + 1, time.monotonic()

    def _add(self) -> None:
        with self.database.write() as session:
            session.get_one(Outlet, self.number, with_for_update=True).menu_version += 1


@pytest.fixture
def clerks(cluster: Cluster) -> Iterator[list[Clerk]]:
    database, stop = Database(cluster.url), threading.Event()
    with database.write() as session:
        session.add_all([Outlet(id=number, name="Uji", menu_version=0) for number in range(8)])
    clerks = [Clerk(database, number, stop) for number in range(8)]
    for clerk in clerks:
        clerk.start()
    until(lambda: min(clerk.done for clerk in clerks) >= 5)
    yield clerks
    stop.set()
    for clerk in clerks:
        clerk.join(20)
    with database.read() as session:
        found = [session.get_one(Outlet, clerk.number).menu_version for clerk in clerks]
    database.close()
    for clerk, kept in zip(clerks, found, strict=True):
        # Nothing acknowledged is lost, and nothing is kept beyond what was told as unknown.
        assert clerk.done <= kept <= clerk.done + clerk.unknown


def until(happened: Callable[[], bool], seconds: float = 20) -> float:
    """Wait until something has happened; gives how long it took."""
    began = time.monotonic()
    while not happened():
        assert time.monotonic() - began < seconds
        time.sleep(0.01)
    return time.monotonic() - began


@pytest.mark.serial
def test_after_an_immediate_restart_everybody_writes_again_within_five_seconds(
    cluster: Cluster, clerks: list[Clerk]
) -> None:
    cluster.restart_immediately()
    back = time.monotonic()
    assert until(lambda: min(clerk.done_at for clerk in clerks) > back) < RECOVERED_WITHIN


@pytest.mark.serial
def test_a_frozen_server_is_given_up_and_taken_up_again(
    cluster: Cluster, clerks: list[Clerk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_line, "ANSWER_SECONDS", 1.0)
    cluster.freeze()
    until(lambda: all(clerk.refusals for clerk in clerks))
    cluster.thaw()
    back = time.monotonic()
    assert until(lambda: min(clerk.done_at for clerk in clerks) > back) < 2 * RECOVERED_WITHIN
    assert max(clerk.refusals[0] for clerk in clerks) < 13
