"""Threads that are needed stand before they are, or it is said that they cannot."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.base.memory import stand_up


def test_all_threads_of_a_pool_stand_before_its_first_job() -> None:
    with ThreadPoolExecutor(5, thread_name_prefix="standing") as pool:
        stand_up(pool, 5)

        assert sum(thread.name.startswith("standing") for thread in threading.enumerate()) == 5


def test_a_thread_that_cannot_be_started_is_named_and_holds_up_none_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    starts = iter([True, True, False])
    start = threading.Thread.start

    def start_or_not(thread: threading.Thread) -> None:
        if not next(starts):
            message = "can't start new thread"
            raise RuntimeError(message)
        start(thread)

    with ThreadPoolExecutor(5) as pool:
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", start_or_not)
            with pytest.raises(RuntimeError, match="thread"):
                stand_up(pool, 5)

        assert pool.submit(lambda: "goes on").result(10) == "goes on"
