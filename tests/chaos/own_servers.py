"""A PostgreSQL and a Redis of one's own, to be restarted, frozen and emptied without harming anybody else's tests."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

from tests.chaos.serving import children_of, end_with_parent
from tests.ports import free_port
from tests.servers import NoServer, _find_postgres, _reachable, _unprivileged_account, _whom_to_run_as

_START_SECONDS = 30.0


@dataclass(slots=True)
class Cluster:
    """A PostgreSQL server that keeps its promises about the disk."""

    home: Path
    programs: Path
    account: pwd.struct_passwd | None
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://meja@127.0.0.1:{self.port}/meja"

    def start(self) -> None:
        command: list[str | Path] = [self.programs / "postgres", "-D", self.home / "data", "-p", str(self.port)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - it takes no lock
                **_whom_to_run_as(self.account),
            )
        _wait_for(self._answers)

    def restart_immediately(self) -> None:
        """Break off everything without writing it out, as after a power cut, and recover from the log."""
        assert self.process is not None
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(20)
        self.start()

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        if self.process is not None:
            self.thaw()
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(20)

    def order(self, command: str, database: str = "postgres") -> None:
        address = f"postgresql://meja@127.0.0.1:{self.port}/{database}"
        with psycopg.connect(address, autocommit=True, connect_timeout=2) as connection:
            connection.execute(command)

    def run(self, program: str, *arguments: str | Path) -> None:
        command = [self.programs / program, *arguments]
        subprocess.run(command, cwd=self.home, check=True, capture_output=True, **_whom_to_run_as(self.account))

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        # The parent first: a stopped one starts no new children.
        for pid in [self.process.pid, *children_of(self.process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _answers(self) -> bool:
        try:
            self.order("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """Have a PostgreSQL with an empty database `meja` until the block ends. Raises NoServer without its programs."""
    programs, account = _find_postgres(), _unprivileged_account()
    home = Path(tempfile.mkdtemp(prefix="meja-cluster-"))
    try:
        if account is not None:
            os.chown(home, account.pw_uid, account.pw_gid)
            programs = _reachable(programs, account, home)
        cluster = Cluster(home, programs, account, free_port())
        cluster.run("initdb", "-D", home / "data", "-U", "meja", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        cluster.start()
        try:
            cluster.order("CREATE DATABASE meja")
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@dataclass(slots=True)
class OwnRedis:
    """A Redis in memory that may be put to sleep."""

    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            [*command, "--enable-debug-command", "yes"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=tempfile.gettempdir(),
            preexec_fn=end_with_parent,  # noqa: PLW1509 - it takes no lock
        )
        _wait_for(self._answers)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def empty(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def sleep(self, seconds: float) -> None:
        """Answer nobody for so long."""
        with redis.Redis.from_url(self.url, socket_timeout=seconds + 5) as client:
            client.execute_command("DEBUG", "SLEEP", str(seconds))

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_connect_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


@contextmanager
def own_redis() -> Iterator[OwnRedis]:
    """Have a Redis until the block ends. Raises NoServer when none is installed."""
    if shutil.which("redis-server") is None:
        message = "no redis-server (Debian: apt-get install redis-server)"
        raise NoServer(message)
    server = OwnRedis(free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _wait_for(ready: Callable[[], bool]) -> None:
    until = time.monotonic() + _START_SECONDS
    while not ready():
        if time.monotonic() > until:
            message = "the server did not start"
            raise NoServer(message)
        time.sleep(0.05)
