"""What the program says in its log while stories are told: nothing is printed, and what it fell over is kept.

A printed log of a thousand crashes costs more than all the stories themselves.
"""

import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, NoReturn

import structlog

_FELL = frozenset({"worker.failed", "worker.cannot_lease"})
"""Said where the program goes on by itself, though something in it was wrong."""


class Crash(Exception):
    """The process is gone: what was not committed was never written, who had a lease holds it no longer."""


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Listen to this process's log until the block ends; gives what the worker fell over, but for our own crashes."""
    fell: list[str] = []

    def listen(_logger: Any, _level: str, said: MutableMapping[str, Any]) -> NoReturn:
        error = sys.exc_info()[1]
        if said["event"] in _FELL and not isinstance(error, Crash):
            fell.append(f"{said['event']}: {type(error).__name__}: {error}")
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[listen], wrapper_class=structlog.make_filtering_bound_logger(0))
    try:
        yield fell
    finally:
        structlog.configure(**before)
