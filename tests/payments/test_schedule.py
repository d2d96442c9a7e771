"""When the gateway is asked again."""

from datetime import UTC, datetime, timedelta

import pytest

from core.payments.models import Attempt, CloseReason
from core.payments.schedule import LEASE, after_silence, next_look, put_back
from core.payments.status import AttemptState

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def attempt(state: AttemptState = AttemptState.LIVE, **values: object) -> Attempt:
    plain = {"created_at": NOW, "expires_at": NOW + timedelta(minutes=15), "charges_sent": 1, "tries": 0}
    return Attempt(**(plain | {"state": state} | values))


@pytest.mark.parametrize(
    ("age", "seconds"),
    [(0, 12), (4 * 60, 12), (6 * 60, 60), (14 * 60 + 30, 30), (15 * 60, 10)],
)
def test_a_qr_is_looked_at_often_at_first_and_exactly_at_its_deadline(age: int, seconds: int) -> None:
    now = NOW + timedelta(seconds=age)
    assert next_look(attempt(), now) == now + timedelta(seconds=seconds)


def test_one_that_would_not_close_is_tried_again_no_sooner_than_the_gateway_likes_to_be_asked() -> None:
    assert next_look(attempt(close_for=CloseReason.CASH), NOW) == NOW + timedelta(seconds=10)


def test_one_without_a_deadline_yet_is_looked_at_often() -> None:
    assert next_look(attempt(expires_at=None), NOW) == NOW + timedelta(seconds=12)


@pytest.mark.parametrize(
    ("after", "expected"),
    [(0, 60), (20 * 60, 3_600), (2 * 3_600, 6 * 3_600), (7 * 3_600, 24 * 3_600)],
)
def test_one_that_ran_out_is_watched_ever_more_seldom(after: int, expected: int) -> None:
    over = attempt(AttemptState.EXPIRED, final_at=NOW, expires_at=NOW)
    now = NOW + timedelta(seconds=after)
    assert next_look(over, now) == (now + timedelta(seconds=60) if after == 0 else NOW + timedelta(seconds=expected))


def test_after_a_day_its_story_is_over() -> None:
    assert next_look(attempt(AttemptState.SETTLED, final_at=NOW), NOW + timedelta(hours=25)) is None
    assert next_look(attempt(AttemptState.FAILED, final_at=NOW, charges_sent=0), NOW) is None
    assert next_look(attempt(AttemptState.CANCELLED, final_at=None), NOW) is None


def test_silence_is_answered_with_patience() -> None:
    waits = [(after_silence(tries, NOW) - NOW).total_seconds() for tries in (1, 2, 3, 20)]
    assert 0.7 <= waits[0] <= 1.3
    assert waits[0] < waits[1] < waits[2] < waits[3] <= 80


def test_a_wish_for_an_earlier_look_survives_the_end_of_a_lease() -> None:
    leased = attempt(lease="me", leased_until=NOW + LEASE, due_at=NOW + timedelta(seconds=1))
    put_back(leased, NOW + timedelta(minutes=1))
    assert (leased.due_at, leased.lease, leased.leased_until) == (NOW + timedelta(seconds=1), None, None)


def test_without_such_a_wish_the_next_look_is_the_planned_one() -> None:
    leased = attempt(lease="me", leased_until=NOW + LEASE, due_at=NOW + LEASE)
    put_back(leased, NOW + timedelta(minutes=1))
    assert leased.due_at == NOW + timedelta(minutes=1)
