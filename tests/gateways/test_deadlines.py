"""Deadlines are kept in their order, by one thread, and nothing happens after one was called off."""

import threading

import pytest

from core.gateways import bounded_session
from core.gateways.bounded_session import BoundedSession
from core.gateways.deadlines import Deadlines
from tests.web.patience import soon


def test_the_nearer_one_is_kept_first_whichever_was_set_first() -> None:
    met: list[str] = []
    deadlines = Deadlines()

    deadlines.set(0.3, lambda: met.append("far"))
    deadlines.set(0.05, lambda: met.append("near"))

    assert soon(lambda: len(met) == 2)
    assert met == ["near", "far"]


def test_what_was_called_off_does_not_happen() -> None:
    met: list[str] = []
    deadlines = Deadlines()

    deadlines.set(0.05, lambda: met.append("called off")).call_off()
    deadlines.set(0.1, lambda: met.append("kept"))

    assert soon(lambda: met == ["kept"])


def test_whoever_calls_off_waits_for_what_is_happening_already() -> None:
    """Else a line that went on to the next call could be cut for the last one."""
    began, may_end, met = threading.Event(), threading.Event(), []

    def end() -> None:
        began.set()
        may_end.wait(10)
        met.append("ended")

    deadline = Deadlines().set(0.0, end)
    assert began.wait(10)
    threading.Timer(0.1, may_end.set).start()

    deadline.call_off()

    assert met == ["ended"]


def test_a_thousand_calls_need_one_thread() -> None:
    before = threading.active_count()
    deadlines = Deadlines()

    for _ in range(1_000):
        deadlines.set(60, lambda: None).call_off()

    assert threading.active_count() <= before + 1


def test_when_its_thread_has_died_there_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    met: list[str] = []
    deadlines = Deadlines()

    def falls() -> None:
        raise MemoryError

    deadlines.set(0.0, falls)
    assert soon(lambda: deadlines._thread is not None and not deadlines._thread.is_alive())
    deadlines.set(0.0, lambda: met.append("kept"))

    assert soon(lambda: met == ["kept"])


def test_a_session_can_keep_its_deadline_before_its_first_call(monkeypatch: pytest.MonkeyPatch) -> None:
    deadlines = Deadlines()
    monkeypatch.setattr(bounded_session, "_deadlines", deadlines)

    BoundedSession()

    assert deadlines._thread is not None
    assert deadlines._thread.is_alive()
