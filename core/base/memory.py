"""When memory ends: how it shows, and what is set up beforehand so that less of it is asked for then."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Final

_NO_THREAD: Final = "can't start new thread"
"""All that Python says of it: the system gave no memory for a thread's stack, or allows no further thread."""


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error says that memory, or room for a thread, could not be had."""
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and _NO_THREAD in str(error))


def stand_up(pool: ThreadPoolExecutor, threads: int) -> None:
    """Start all threads of a pool, which else come with its first jobs: one that fails to come leaves its job behind.

    Raises RuntimeError when the system does not let so many be started.
    """
    all_here = Barrier(threads + 1)
    try:
        for _ in range(threads):
            pool.submit(all_here.wait)
    except RuntimeError:
        all_here.abort()
        raise
    all_here.wait()
