"""The program as a process of its own, as it runs in a restaurant."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

START_SECONDS = 30.0


@contextmanager
def served(environment: Mapping[str, str], log: Path) -> Iterator[str]:
    """Run `meja serve` until the block ends; gives its address once it is ready. Its log lines go to a file."""
    address = environment["MEJA_BASE_URL"]
    with log.open("ab") as lines:
        command = [sys.executable, "-m", "core", "serve"]
        process = subprocess.Popen(command, env=dict(environment), stdout=lines, stderr=subprocess.STDOUT)
        try:
            _wait_until_ready(address, process, log)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _wait_until_ready(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            message = f"the program ended: {log.read_text(encoding='utf-8')[-2000:]}"
            raise AssertionError(message)
        with suppress(requests.RequestException):
            if requests.get(f"{address}/healthz", timeout=1).ok:
                return
        time.sleep(0.05)
    message = "the program did not start in time"
    raise AssertionError(message)
