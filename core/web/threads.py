"""The threads that requests and loops work on: all of them stand before the first request, and stay.

A thread that comes when it is needed may not come: without memory, one that dies before it has begun is waited for
without end by whoever started it, as Python's own `Thread.start` does. Here that would be the event loop.
"""

import asyncio
import math
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Final

from anyio._backends._asyncio import WorkerThread
from anyio.to_thread import current_default_thread_limiter, run_sync

from core.base.memory import stand_up

REQUEST_THREADS: Final = 8
_LOOP_THREADS: Final = 8
"""For what runs beside the requests: the printers' turns, the look at the events, guests who wait for their QR.

The gateway worker turns on a thread of its own.
"""


async def stand_up_threads() -> None:
    """Start the threads of this event loop. Raises RuntimeError when the system does not let so many be started."""
    current_default_thread_limiter().total_tokens = REQUEST_THREADS
    # There is no setting for it: after ten idle seconds they would go, and new ones would have to come.
    WorkerThread.MAX_IDLE_TIME = math.inf  # type: ignore[assignment] # seconds, whole or not
    all_here = Barrier(REQUEST_THREADS)
    try:
        await asyncio.gather(*(run_sync(all_here.wait) for _ in range(REQUEST_THREADS)))
    except RuntimeError:
        # Those that did come would wait for the others for ever, and the process for them.
        all_here.abort()
        raise
    beside = ThreadPoolExecutor(_LOOP_THREADS, thread_name_prefix="loop")
    stand_up(beside, _LOOP_THREADS)
    asyncio.get_running_loop().set_default_executor(beside)
