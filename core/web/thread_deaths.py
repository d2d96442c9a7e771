"""Ends a process in which a thread has died for want of memory: whoever supervises us starts us anew.

What the thread had in hand is left where it is: a request that is never answered, and its place that is never free again.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from core.base.memory import is_out_of_memory

EXIT_CODE: Final = 71
"""What the process ends with (docs/running.md)."""
_LAST_WORDS: Final = b"meja: a thread has died because there was no memory left; the process ends (71)\n"
"""Made beforehand: at that moment nothing can be made."""


@contextmanager
def end_with_a_thread(end: Callable[[], None] | None = None) -> Iterator[None]:
    """End this process, for as long as the block lasts, as soon as a thread of it dies for want of memory."""
    end = end or _end
    before = threading.excepthook

    def on_death(told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None and is_out_of_memory(told.exc_value):
            end()
        before(told)

    threading.excepthook = on_death
    try:
        yield
    finally:
        threading.excepthook = before


def _end() -> None:
    os.write(2, _LAST_WORDS)
    # Nothing is asked to finish, as that could hang: what counts is in the database.
    os._exit(EXIT_CODE)
