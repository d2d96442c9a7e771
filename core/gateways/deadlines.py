"""Ends what outlives its deadline: one thread for all calls."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable


class Deadline:
    """A moment at which something is done, unless it is called off before."""

    def __init__(self, at: float, end: Callable[[], None]) -> None:
        self.at = at
        """Seconds of the clock that never goes back."""
        self._end: Callable[[], None] | None = end
        self._turn = threading.Lock()

    def call_off(self) -> None:
        """Let nothing happen from here on; what is happening already is waited for."""
        with self._turn:
            self._end = None

    def is_reached(self) -> None:
        """Do what was to be done."""
        with self._turn:
            if self._end is not None:
                self._end()


class Deadlines:
    """Keeps deadlines. A thread for each of them would be two threads per call, and one too many when memory ends."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Deadline]] = []
        self._numbers = itertools.count()
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None

    def stand_up(self) -> None:
        """Start the thread that keeps deadlines, unless it lives. Raises RuntimeError when it cannot be started."""
        with self._news:
            self._stand_up()

    def set(self, seconds: float, end: Callable[[], None]) -> Deadline:
        """Have something done after so many seconds; it must not wait, and raise nothing.

        Raises RuntimeError when the thread has ended and no other can be started.
        """
        deadline = Deadline(time.monotonic() + seconds, end)
        with self._news:
            self._stand_up()
            is_next = not self._due or deadline.at < self._due[0][0]
            heapq.heappush(self._due, (deadline.at, next(self._numbers), deadline))
            if is_next:
                self._news.notify()
        return deadline

    def _stand_up(self) -> None:
        # It ends when there is no memory left even for what it does.
        if self._thread is None or not self._thread.is_alive():
            thread = threading.Thread(target=self._keep, name="deadlines", daemon=True)
            thread.start()
            self._thread = thread

    def _keep(self) -> None:
        while True:
            with self._news:
                self._news.wait(self._due[0][0] - time.monotonic() if self._due else None)
                over = self._take_what_is_over()
            for deadline in over:
                deadline.is_reached()

    def _take_what_is_over(self) -> list[Deadline]:
        now, over = time.monotonic(), []
        # Those called off are kept until their time: to look for them would cost more than they do.
        while self._due and self._due[0][0] <= now:
            over.append(heapq.heappop(self._due)[2])
        return over
