"""Waits for what the program does by itself beside the requests."""

import time
from collections.abc import Callable


def soon(happened: Callable[[], bool], seconds: float = 10) -> bool:
    """Look until something has happened; tell whether it did in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.02)
    return happened()
