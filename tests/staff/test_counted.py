"""Wrong tries are counted and forgotten, and no thread is needed for either."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest
from limits import RateLimitItemPerSecond
from limits.strategies import MovingWindowRateLimiter

from core.staff import counted
from core.staff.counted import CountedHere
from core.staff.errors import TooManyTries
from core.staff.limits import LoginLimits, pin_lane
from tests.web.patience import soon

A_SECOND = RateLimitItemPerSecond(1)


@pytest.fixture
def storage() -> CountedHere:
    storage = CountedHere()
    # The library starts one when it is made, before anybody is served.
    storage.timer.join(10)
    return storage


def test_no_try_starts_a_thread(storage: CountedHere, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[threading.Thread] = []
    monkeypatch.setattr(threading.Thread, "start", lambda thread: started.append(thread))  # noqa: PLW0108 - a method
    limits = LoginLimits(storage)

    for _ in range(5):
        limits.enter(pin_lane("1"))

    with pytest.raises(TooManyTries):
        limits.enter(pin_lane("1"))
    assert started == []


def test_what_is_over_is_thrown_away_at_a_later_try(storage: CountedHere, monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = MovingWindowRateLimiter(storage)
    now = 1_000.0
    monkeypatch.setattr(counted, "monotonic", lambda: now)
    assert limiter.hit(A_SECOND, "one")
    assert soon(lambda: limiter.test(A_SECOND, "one"))
    assert len(storage.events) == 1

    now += 60
    assert limiter.hit(A_SECOND, "another")

    assert [bool(events) for events in storage.events.values()] == [False, True]


class _Interrupted(dict[str, Any]):
    """Lets something happen after each look at a key, before anything is done about what was found."""

    def __init__(self, events: dict[str, Any], happens: Callable[[], None]) -> None:
        super().__init__(events)
        self._happens = happens

    def get(self, key: str, default: Any = None) -> Any:
        if found := super().get(key, default):
            self._happens()
        return found

    def setdefault(self, key: str, default: Any = None) -> Any:
        if found := super().setdefault(key, default):
            self._happens()
        return found


@pytest.mark.parametrize(("next_to_try", "seconds_later"), [("1", 1), ("2", 60)], ids=["counted", "thrown away"])
def test_tries_may_be_forgotten_at_the_moment_they_are(
    storage: CountedHere, monkeypatch: pytest.MonkeyPatch, next_to_try: str, seconds_later: int
) -> None:
    limits = LoginLimits(storage)
    now = 1_000.0
    monkeypatch.setattr(counted, "monotonic", lambda: now)
    limits.enter(pin_lane("1"))
    forgotten: list[Future[None]] = []
    with ThreadPoolExecutor(1) as colleague:

        def forget() -> None:
            forgotten.append(colleague.submit(limits.was_right, pin_lane("1")))
            # It is over by then, or waits for its turn.
            wait(forgotten, timeout=0.2)

        storage.events = _Interrupted(storage.events, forget)
        now += seconds_later
        limits.enter(pin_lane(next_to_try))

    assert {each.result() for each in forgotten} == {None}
    storage.events = dict(storage.events)
    for _ in range(5):
        limits.enter(pin_lane("1"))
