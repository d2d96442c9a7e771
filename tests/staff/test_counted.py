"""Wrong tries are counted and forgotten, and no thread is needed for either."""

import threading

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
