"""One command serves with several processes, and nobody notices when they are replaced, end or leave."""

import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from sqlalchemy import text

from core.base.clock import system_clock
from core.base.database import Database
from core.base.settings import Settings
from core.migrations import upgrade
from core.services.self_test import self_test
from core.services.trials import _make_rows, _Undo, _wait_for_other_trials
from tests.chaos.house import House, open_house
from tests.chaos.own_servers import own_redis
from tests.chaos.renewing import renew
from tests.chaos.serving import GRACE_SECONDS, Copy, DidNotStart, copy_of_the_program
from tests.conftest import unavailable
from tests.postgres import Postgres
from tests.servers import NoServer
from tests.web.patience import soon

WITHIN = 90
"""Less than the two minutes of a test: what fails is to say why."""
STRAYED = r'meja_requests_total\{route="none",status="404"\}'
pytestmark = pytest.mark.serial


@pytest.fixture(scope="module")
def restaurant(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A restaurant that two processes are to serve; to start them takes long enough to share them."""
    folder, url = tmp_path_factory.mktemp("two"), postgres.create_database()
    try:
        with own_redis() as redis, open_house(url, folder, redis_url=redis.url, workers="2") as house:
            yield house
    except NoServer as missing:
        unavailable(str(missing))
    postgres.drop_database(url)


@pytest.fixture
def two(restaurant: House) -> House:
    """The same, served."""
    copy, was_whole = restaurant.copy, 0
    if not copy.is_running:
        was_whole = times_whole(copy)
        copy.start()
    # A process counts itself a moment before the first one knows of it; killed in between, it could not begin.
    assert soon(lambda: times_whole(copy) > was_whole, WITHIN), copy.tell_log()
    return restaurant


def figure(copy: Copy, pattern: str) -> float | None:
    """Read one figure; of several lines their sum."""
    try:
        page = requests.get(f"{copy.address}/metrics", timeout=5).text
    except requests.RequestException:
        return None
    found = re.findall(rf"^{pattern} (\S+)$", page, re.MULTILINE)
    return sum(map(float, found)) if found else None


def processes_told(copy: Copy) -> float | None:
    return figure(copy, "meja_processes")


def times_whole(copy: Copy) -> int:
    return copy.tell_log(1_000_000).count('"event": "server.whole"')


def are_replaced(copy: Copy, old: set[int]) -> Callable[[], bool]:
    return lambda: not copy.workers & old and len(copy.workers) == len(old)


def test_renewed_under_load_nobody_is_turned_away_and_every_board_is_right(tmp_path: Path) -> None:
    try:
        report = renew(tmp_path, seconds=8, every=8, pace=1.5)
    except NoServer as missing:
        unavailable(str(missing))

    assert report.unserved == []
    # Three seconds are the promise; what is measured on a machine that runs other tests as well is that they come back.
    assert report.board_behind < 15
    assert report.renewals >= 1
    assert report.closed_with[1012] >= 1
    assert report.found.paid_at_the_gateway > 0


def test_a_process_that_ends_itself_comes_again(two: House) -> None:
    old = two.copy.workers

    os.kill(min(old), signal.SIGKILL)

    assert soon(lambda: min(old) not in two.copy.workers and processes_told(two.copy) == 2, WITHIN), two.copy.tell_log(
        10_000
    )
    assert max(old) in two.copy.workers
    assert '"event": "server.process_ended"' in two.copy.tell_log(10_000)


def test_a_new_process_that_cannot_start_leaves_the_old_ones_where_they_are(two: House) -> None:
    old = two.copy.workers
    known = set_version(two, "of another version")
    try:
        two.copy.hang_up()

        assert soon(lambda: "server.replacing_broken_off" in two.copy.tell_log(30_000), WITHIN), two.copy.tell_log()
    finally:
        set_version(two, known)
    assert two.copy.workers == old
    assert requests.get(f"{two.copy.address}/healthz", timeout=5).ok
    assert "Run `meja migrate` first" in two.copy.tell_log(30_000)


def test_a_program_that_cannot_be_started_for_a_while_leaves_the_old_ones_where_they_are(
    two: House, tmp_path: Path
) -> None:
    two.copy.terminate()
    python = _python_of_its_own(tmp_path)
    before = times_whole(two.copy)
    two.copy.start((str(python), "-m", "core", "serve"))
    assert soon(lambda: times_whole(two.copy) == before + 1, WITHIN)
    old, known = two.copy.workers, python.readlink()

    # As while `make venv` makes it anew; a machine without room for another process says no as well.
    python.unlink()
    two.copy.hang_up()

    assert soon(lambda: two.copy.tell_log(30_000).count("server.not_started") == 1, WITHIN), two.copy.tell_log()
    assert two.copy.workers == old
    os.kill(min(old), signal.SIGKILL)
    assert soon(lambda: two.copy.tell_log(30_000).count("server.not_started") == 3, WITHIN), two.copy.tell_log()
    assert requests.get(f"{two.copy.address}/healthz", timeout=5).ok

    python.symlink_to(known)
    assert soon(lambda: processes_told(two.copy) == 2, WITHIN)
    two.copy.terminate()


def _python_of_its_own(folder: Path) -> Path:
    """Make a virtual environment that can be taken away, of what is installed in ours."""
    ours, theirs = Path(sys.prefix), folder / "venv"
    (theirs / "bin").mkdir(parents=True)
    (theirs / "pyvenv.cfg").write_bytes((ours / "pyvenv.cfg").read_bytes())
    (theirs / "lib").symlink_to(ours / "lib")
    python = theirs / "bin" / "python"
    python.symlink_to(Path(sys.executable).resolve())
    return python


def set_version(house: House, version: str) -> str:
    """Say which version a database is of; gives what was said before."""
    with house.core.db.write() as session:
        known = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    return str(known)


def test_the_end_is_quick_and_clean_in_the_middle_of_a_renewal_too(two: House) -> None:
    two.copy.hang_up()
    assert soon(lambda: len(two.copy.workers) == 3, WITHIN)

    took = two.copy.terminate()

    assert two.copy.process is not None
    assert two.copy.process.returncode == 0
    assert took < GRACE_SECONDS


def test_without_the_process_that_looks_after_them_the_others_leave(two: House) -> None:
    orphans = two.copy.workers
    assert two.copy.process is not None

    os.kill(two.copy.process.pid, signal.SIGKILL)
    two.copy.process.wait(WITHIN)

    assert soon(lambda: not any(is_there(pid) for pid in orphans), WITHIN)
    two.copy.start()
    assert requests.get(f"{two.copy.address}/healthz", timeout=5).ok


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_figures_are_those_of_all_processes_whoever_is_asked(two: House) -> None:
    before = figure(two.copy, STRAYED) or 0
    for _ in range(40):
        # A new line each time: the system gives it to either.
        requests.get(f"{two.copy.address}/nowhere", timeout=5)

    counts = {figure(two.copy, STRAYED) for _ in range(10)}
    ages = [figure(two.copy, "meja_worker_age_seconds") for _ in range(10)]

    assert counts == {before + 40}
    assert all(age is not None and age < 15 for age in ages)
    assert processes_told(two.copy) == 2


def test_what_a_process_counted_stays_when_it_is_replaced_and_what_it_held_does_not(two: House) -> None:
    requests.get(f"{two.copy.address}/nowhere", timeout=5)
    before = figure(two.copy, STRAYED)
    old = two.copy.workers

    two.copy.hang_up()

    assert soon(are_replaced(two.copy, old), WITHIN)
    assert soon(lambda: processes_told(two.copy) == 2, WITHIN)
    assert figure(two.copy, STRAYED) == before
    # However often they are replaced: one stands beside the two while it takes the place of another.
    assert len({file.stem.rpartition("_")[2] for file in figures_of(two.copy).glob("*.db")}) <= 3


def figures_of(copy: Copy) -> Path:
    """Where the processes keep what they count."""
    told = Path(f"/proc/{min(copy.workers)}/environ").read_bytes().decode()
    return Path(re.findall(r"PROMETHEUS_MULTIPROC_DIR=([^\0]+)", told)[0])


def test_a_process_that_could_not_begin_ends_the_start(restaurant: House, tmp_path: Path) -> None:
    copy = copy_of_the_program(
        restaurant.core.settings.database_url,
        restaurant.simulator.url,
        tmp_path,
        redis_url=restaurant.copy.environment["MEJA_REDIS_URL"],
        workers="2",
    )
    copy.environment |= {"PYTHONPATH": str(_program_that_breaks(tmp_path))}

    with pytest.raises(DidNotStart):
        copy.start()

    assert copy.process is not None
    assert copy.process.wait(WITHIN) == 3


def _program_that_breaks(folder: Path) -> Path:
    """A place of a library whose import takes each server process down, and not the one that looks after them."""
    (folder / "sitecustomize.py").write_text(
        "import os\nif 'MEJA_HANDED_OVER' in os.environ:\n    os._exit(3)\n", encoding="utf-8"
    )
    return folder


def test_one_process_alone_starts_again_and_who_comes_meanwhile_waits(tmp_path: Path) -> None:
    with open_house(f"sqlite:///{tmp_path / 'meja.db'}", tmp_path) as house:
        house.copy.start()
        house.copy.hang_up()
        answers = []
        # Each start is proven twice: for the terminal, and in the server itself.
        until = time.monotonic() + WITHIN
        while house.copy.tell_log(50_000).count("start.proven") < 4 and time.monotonic() < until:
            answers.append(requests.get(f"{house.copy.address}/healthz", timeout=WITHIN).status_code)
        answers.append(requests.get(f"{house.copy.address}/healthz", timeout=WITHIN).status_code)
        house.copy.terminate()

    assert set(answers) == {200}
    assert len(answers) > 2
    assert house.copy.process is not None
    assert house.copy.process.returncode == 0


def test_asked_again_and_again_to_start_anew_one_process_alone_stays(tmp_path: Path) -> None:
    with open_house(f"sqlite:///{tmp_path / 'meja.db'}", tmp_path) as house:
        house.copy.start()
        assert house.copy.process is not None
        until = time.monotonic() + 8
        while time.monotonic() < until and house.copy.is_running:
            house.copy.hang_up()
            time.sleep(0.2)

        assert house.copy.is_running, house.copy.process.returncode
        assert requests.get(f"{house.copy.address}/healthz", timeout=WITHIN).ok
        house.copy.terminate()

    assert house.copy.process.returncode == 0


def test_asked_to_start_anew_before_they_serve_several_processes_begin_all_the_same(restaurant: House) -> None:
    if restaurant.copy.is_running:
        restaurant.copy.terminate()
    asking = threading.Thread(target=_hang_up_while_it_starts, args=(restaurant.copy,))
    asking.start()
    restaurant.copy.start()
    asking.join()

    assert soon(lambda: processes_told(restaurant.copy) == 2, WITHIN)


def _hang_up_while_it_starts(copy: Copy) -> None:
    before = len(copy.tell_log(100_000))
    # Its first word is of the ground it tries, before there is anybody to be replaced.
    assert soon(lambda: len(copy.tell_log(100_000)) > before, WITHIN)
    for _ in range(20):
        copy.hang_up()
        time.sleep(0.02)


def test_servers_that_start_at_once_wait_for_each_others_proof(postgres_url: str, tmp_path: Path) -> None:
    upgrade(postgres_url)
    ours, theirs = Database(postgres_url), Database(postgres_url)
    tried, done = threading.Event(), threading.Event()

    def prove_slowly() -> None:
        with suppress(_Undo), theirs.write() as session:
            _wait_for_other_trials(session, is_sqlite=False)
            _make_rows(session, system_clock())
            tried.set()
            # Longer than any statement waits for a lock.
            done.wait(4)
            raise _Undo

    other = threading.Thread(target=prove_slowly)
    other.start()
    try:
        assert tried.wait(WITHIN)
        self_test(ours, Settings(_env_file=None, database_url=postgres_url, data_dir=tmp_path), system_clock())
    finally:
        done.set()
        other.join()
        ours.close()
        theirs.close()
