"""What can go wrong beneath the program: disks full, broken or slow, a locked file, no memory, servers gone or frozen."""

import os
import resource
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import requests

from tests.chaos.own_servers import Cluster, OwnRedis
from tests.chaos.serving import Copy

_MIB = 1024 * 1024
_MANY = 50
_THROW_OUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> ALL (%s)"""
_AS_JSON = {"Content-Type": "application/json"}


class NoSuchFault(Exception):
    """This machine does not let the fault be made."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of trouble: it lasts as long as its block."""

    name: str
    make: Callable[[], AbstractContextManager[None]]
    seconds: float = 2.0
    """How long it is left standing."""


def sqlite_faults(copy: Copy, database: Path) -> list[Fault]:
    """Name the faults of a file. The disk it lies on may be filled when it is a small one of its own."""
    is_on_a_small_disk = shutil.disk_usage(database.parent).total < 256 * _MIB
    full = (
        (lambda: _filled(database.parent))
        if is_on_a_small_disk
        else (lambda: _injected(copy, "pwrite64", "error=ENOSPC"))
    )
    return [
        Fault("full disk", full),
        Fault("EIO on sync", lambda: _injected(copy, "fdatasync", "error=EIO:when=1..3")),
        Fault("slow sync 20 ms", lambda: _injected(copy, "fdatasync", "delay_enter=20000")),
        # Longer than the program waits for its turn.
        Fault("database locked", lambda: _locked(database), 5.5),
        # No fault of a disk, and struck in the same house.
        Fault("no memory left", lambda: _squeezed(copy), 3.0),
    ]


def server_faults(cluster: Cluster, redis: OwnRedis, *, sleep: float = 3.0) -> list[Fault]:
    """Name the faults of PostgreSQL and Redis."""
    return [
        Fault("PostgreSQL immediate restart", lambda: _done_at_once(cluster.restart_immediately), 0.0),
        Fault("PostgreSQL frozen", lambda: _between(cluster.freeze, cluster.thaw), 5.0),
        Fault("PostgreSQL full of others", lambda: _crowded(cluster.url), 3.0),
        Fault("Redis stopped", lambda: _between(redis.stop, redis.start), 2.0),
        Fault("Redis FLUSHALL", lambda: _done_at_once(redis.empty), 1.0),
        Fault(f"Redis DEBUG SLEEP {sleep:.0f}", lambda: _done_at_once(lambda: redis.sleep(sleep)), 0.0),
    ]


@contextmanager
def small_disk(place: Path, mebibytes: int = 64) -> Iterator[Path]:
    """Mount a small disk in memory at a new folder until the block ends; without the right to, it is a plain folder."""
    place.mkdir()
    size = f"size={mebibytes}m"
    mounted = os.getuid() == 0 and _succeeds(["mount", "-t", "tmpfs", "-o", size, "meja-small-disk", str(place)])
    try:
        yield place
    finally:
        if mounted:
            # Lazily: a log may still be open for a moment.
            _succeeds(["umount", "-l", str(place)])


@contextmanager
def _filled(disk: Path) -> Iterator[None]:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        for size in (_MIB, 4096):
            with suppress(OSError):
                while file.write(b"\0" * size) == size:
                    pass
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def _injected(copy: Copy, call: str, what: str) -> Iterator[None]:
    """Let a call to the system fail, for a program that is running. Raises NoSuchFault."""
    if shutil.which("strace") is None:
        message = "no strace (Debian: apt-get install strace)"
        raise NoSuchFault(message)
    assert copy.process is not None
    pid = copy.process.pid
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-p", str(pid), "-e", f"trace={call}"]
    tracer = subprocess.Popen([*command, "-e", f"inject={call}:{what}"], stderr=subprocess.PIPE)
    try:
        _wait_until_traced(pid, tracer)
        yield
    finally:
        tracer.terminate()
        tracer.wait(10)
        if tracer.stderr is not None:
            tracer.stderr.close()


def _wait_until_traced(pid: int, tracer: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 5
    while "TracerPid:\t0\n" in Path(f"/proc/{pid}/status").read_text():
        if tracer.poll() is not None or time.monotonic() > until:
            message = "strace may not watch a process that runs already"
            raise NoSuchFault(message)
        time.sleep(0.02)


@contextmanager
def _locked(database: Path) -> Iterator[None]:
    connection = sqlite3.connect(database, timeout=10, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


@contextmanager
def _squeezed(copy: Copy) -> Iterator[None]:
    """Give a running program no further memory, while many ask it for much; one that ends of it is started anew."""
    assert copy.process is not None
    pid = copy.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_AS)
    resource.prlimit(pid, resource.RLIMIT_AS, (_address_space(pid), before[1]))
    stop = threading.Event()
    crowd = [threading.Thread(target=_ask_for_much, args=(copy.address, stop), daemon=True) for _ in range(_MANY)]
    for one in crowd:
        one.start()
    try:
        yield
    finally:
        stop.set()
        for one in crowd:
            one.join(15)
        if copy.is_running:
            resource.prlimit(pid, resource.RLIMIT_AS, before)
        else:
            copy.start()


def _ask_for_much(address: str, stop: threading.Event) -> None:
    """Ask for what takes room to read or to make, again and again."""
    with requests.Session() as http:
        while not stop.is_set():
            with suppress(requests.RequestException):
                http.post(f"{address}/api/v1/orders", data=b"[" * 60_000, headers=_AS_JSON, timeout=10)
                http.get(f"{address}/nothing-is-here", timeout=10)


def _address_space(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
    return pages * resource.getpagesize()


@contextmanager
def _crowded(url: str) -> Iterator[None]:
    """Take every connection that PostgreSQL has, the program's own with them, and let nobody else in."""
    address = url.replace("+psycopg", "", 1)
    with ExitStack() as crowd:
        ours: list[int] = []

        def crowd_in() -> None:
            with suppress(psycopg.OperationalError):
                while True:
                    line = crowd.enter_context(closing(psycopg.connect(address, autocommit=True, connect_timeout=5)))
                    ours.append(line.info.backend_pid)

        first = crowd.enter_context(closing(psycopg.connect(address, autocommit=True)))
        ours.append(first.info.backend_pid)
        # Whoever is thrown out comes back at once, and takes a place again: a few rounds, and the crowd has them all.
        for _ in range(5):
            crowd_in()
            first.execute(_THROW_OUT, [ours])
            crowd_in()
        yield


@contextmanager
def _between(begin: Callable[[], None], end: Callable[[], None]) -> Iterator[None]:
    begin()
    try:
        yield
    finally:
        end()


@contextmanager
def _done_at_once(strike: Callable[[], None]) -> Iterator[None]:
    strike()
    yield


def _succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
