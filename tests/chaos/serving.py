"""The program and the gateway as processes of their own: started, waited for, frozen, killed."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.ports import free_port
from tests.running_simulator import Simulator

ROOT = Path(__file__).resolve().parents[2]
SERVE = (sys.executable, "-m", "core", "serve")
GRACE_SECONDS = 10.0
"""How long a server may take to finish what it has in hand."""
_START_SECONDS = 120.0


class DidNotStart(AssertionError):
    """The program ended, or did not answer, where it should have begun to serve."""


@dataclass(slots=True)
class Copy:
    """One copy of the program, started as often as wanted, always on the same port."""

    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    start_seconds: list[float] = field(default_factory=list)
    """From each start until it served again."""

    @property
    def address(self) -> str:
        return self.environment["MEJA_BASE_URL"]

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, command: Sequence[str] = SERVE, *, under: Sequence[str] = ()) -> None:
        """Start it, if need be under another program, and wait until it takes orders. Raises DidNotStart."""
        began = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*under, *command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                # A group of its own: whatever it is started under can be ended with it.
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - it takes no lock
            )
        self._wait_until_ready()
        self.start_seconds.append(time.monotonic() - began)

    def kill(self) -> None:
        """End it without a word, and whatever it was started under."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    @property
    def workers(self) -> set[int]:
        """The processes that it started, by their numbers."""
        assert self.process is not None
        return children_of(self.process.pid)

    def hang_up(self) -> None:
        """Ask it to take up new code and settings (SIGHUP)."""
        assert self.process is not None
        self.process.send_signal(signal.SIGHUP)

    def terminate(self) -> float:
        """Ask it to end, and tell how many seconds it took. One that overstays its grace is killed."""
        assert self.process is not None
        began = time.monotonic()
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            # The grace is for requests; closing down the rest is given as much again.
            self.process.wait(2 * GRACE_SECONDS)
        took = time.monotonic() - began
        self.kill()
        return took

    def wait_until_dead(self, seconds: float) -> bool:
        """Wait for an end that something else brings about, and tell whether it came."""
        assert self.process is not None
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
            return True
        return False

    def tell_log(self, most: int = 2_000) -> str:
        return self.log.read_text(errors="replace")[-most:] if self.log.exists() else ""

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if not self.is_running:
                raise DidNotStart(self.tell_log())
            with suppress(requests.RequestException):
                if requests.get(f"{self.address}/readyz", timeout=2).ok:
                    return
            # Nothing tells us of a port that opens.
            time.sleep(0.03)
        raise DidNotStart(self.tell_log())


def copy_of_the_program(database_url: str, gateway_url: str, folder: Path, **settings: str) -> Copy:
    """Name a copy that serves a migrated database; it is not started yet. Its files lie in the folder."""
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MEJA_")}
    return Copy(
        inherited
        | {
            "MEJA_DATABASE_URL": database_url,
            "MEJA_DATA_DIR": str(folder),
            "MEJA_PORT": str(port),
            "MEJA_BASE_URL": f"http://127.0.0.1:{port}",
            "MEJA_MIDTRANS_CORE_URL": gateway_url,
            "MEJA_MIDTRANS_SNAP_URL": f"{gateway_url}/snap/v1",
            "MEJA_SECRET_KEY": "a secret that only tests know of 0123456789",
            "MEJA_LOG_FORMAT": "json",
        }
        | {f"MEJA_{name.upper()}": value for name, value in settings.items()},
        folder / f"program-{port}.log",
    )


@dataclass(frozen=True, slots=True)
class RunningGateway:
    """The simulator in a process of its own, so that it can be frozen."""

    simulator: Simulator
    process: subprocess.Popen[bytes]

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def running_gateway(folder: Path, *options: str, time_scale: float = 0.005) -> Iterator[RunningGateway]:
    """Run a simulator until the block ends. Its waits, retries of notifications included, are scaled."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "simulator", "--port", str(port), "--time-scale", str(time_scale), *options]
    with (folder / "gateway.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - it takes no lock
        )
    try:
        _wait_for_gateway(address, process)
        yield RunningGateway(Simulator(address), process)
    finally:
        process.kill()
        process.wait(10)


def _wait_for_gateway(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(requests.RequestException):
            if requests.get(f"{address}/simulator/settings", timeout=2).ok:
                return
        time.sleep(0.03)
    message = "the simulator did not start"
    raise DidNotStart(message)


def children_of(pid: int) -> set[int]:
    """Tell the processes that a process started and that have not been taken leave of (Linux)."""
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def end_with_parent() -> None:
    """Ask the system to kill the process that begins here when the one that started it ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
