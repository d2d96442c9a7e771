"""Ends a process whose worker has stopped turning: money waits, and whoever supervises us starts us anew."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog

_log = structlog.get_logger()
EXIT_CODE: Final = 70
"""What the process ends with (docs/running.md)."""
STILL_LOOKS: Final = 30
"""Looks in a row, a second apart, that find the worker where it was."""
_LOOK_EVERY: Final = 1.0
_LAST_WORDS_SECONDS: Final = 2.0


@contextmanager
def watch(
    last_turn: Callable[[], float],
    *,
    looks: int = STILL_LOOKS,
    every: float = _LOOK_EVERY,
    end: Callable[[], None] | None = None,
) -> Iterator[None]:
    """Look every second, for as long as the block lasts, whether a loop's last turn has moved on.

    Looks are counted, not seconds: a machine that slept, or a process that was held, is not
    blamed for the time it had no part in. A loop that waits for the database turns all the same:
    each of its waits ends after a while.
    """
    stop = threading.Event()
    watching = threading.Thread(
        target=_watch, args=(last_turn, stop, looks, every, end or _end), name="watchdog", daemon=True
    )
    watching.start()
    try:
        yield
    finally:
        stop.set()
        watching.join()


def _watch(
    last_turn: Callable[[], float], stop: threading.Event, looks: int, every: float, end: Callable[[], None]
) -> None:
    before, still = last_turn(), 0
    while not stop.wait(every):
        now = last_turn()
        still = 0 if now != before else still + 1
        before = now
        if still >= looks:
            end()
            return


def _end() -> None:
    # Said on a thread of its own: if it is the log that hangs, the process ends all the same.
    saying = threading.Thread(target=_say, daemon=True)
    saying.start()
    saying.join(_LAST_WORDS_SECONDS)
    # Nothing is asked to finish, as that could hang too: what counts is in the database.
    os._exit(EXIT_CODE)


def _say() -> None:
    _log.critical("worker.stands_still", looks=STILL_LOOKS, exit_code=EXIT_CODE)
