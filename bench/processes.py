"""Starts the programs that are measured, each as a process of its own, and ends exactly those."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30.0
_STOP_SECONDS = 15.0
# Fields of /proc/PID/stat, counted from behind the program's name.
_SESSION, _USER, _SYSTEM = 3, 11, 12


class DidNotStart(AssertionError):
    """A program ended, or did not answer, before it could be measured."""


class Child:
    """One running program of ours."""

    def __init__(self, module: Sequence[str], port: int, folder: Path, settings: Mapping[str, str]) -> None:
        self.port = port
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / f"{module[0]}-{port}.log"
        self._is_paused = False
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MEJA_")}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *module],
                # Not the checkout: whatever stands in an .env there is meant for the real thing.
                cwd=folder,
                env={**inherited, "PYTHONPATH": str(ROOT), **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - no threads yet
            )
        self.started_at = time.perf_counter()

    def wait_for_port(self) -> None:
        """Wait until somebody listens. Raises DidNotStart."""
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self._process.poll() is not None or time.perf_counter() - self.started_at > START_SECONDS:
                message = f"{self._log.name}: {self._log.read_text(errors='replace')[-2000:]}"
                raise DidNotStart(message)
            time.sleep(0.002)

    def pause(self) -> None:
        """Let it stand still, so that its small background work does not disturb what is measured now."""
        if not self._is_paused and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGSTOP)
            self._is_paused = True

    def resume(self) -> None:
        if self._is_paused:
            os.killpg(self._process.pid, signal.SIGCONT)
            self._is_paused = False

    def stop(self) -> None:
        """End it in good order; by force when that takes too long."""
        self.resume()
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def memory(self) -> float:
        """Resident memory now, in MB; 0 where the system does not tell."""
        return self._memory("VmRSS")

    @property
    def most_memory(self) -> float:
        """The most it ever had resident, in MB."""
        return self._memory("VmHWM")

    @property
    def cpu_seconds(self) -> float:
        """Processor time that it and those it started used so far; 0 where the system does not tell."""
        used = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[_SESSION]) == self._process.pid:
                    used += int(fields[_USER]) + int(fields[_SYSTEM])
        return used / os.sysconf("SC_CLK_TCK")

    @property
    def open_files(self) -> int:
        """How many files and sockets it holds open; 0 where the system does not tell."""
        try:
            return sum(1 for _ in Path(f"/proc/{self._process.pid}/fd").iterdir())
        except OSError:
            return 0

    def _memory(self, name: str) -> float:
        try:
            lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        except OSError:
            return 0.0
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:")), 0.0)


@contextmanager
def running(
    module: Sequence[str], folder: Path, *, port: int | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[Child]:
    """Run `python -m module` until the block ends. `{port}` in an argument or setting is the port it gets."""
    port = port or free_port()
    child = Child(
        [word.replace("{port}", str(port)) for word in module],
        port,
        folder,
        {name: value.replace("{port}", str(port)) for name, value in (settings or {}).items()},
    )
    try:
        child.wait_for_port()
        yield child
    finally:
        child.stop()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end_with_parent() -> None:
    # However the bench ends, nothing it started may go on (PR_SET_PDEATHSIG; Linux only).
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
