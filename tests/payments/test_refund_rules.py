"""What the gateway gives back, how long, and when."""

from datetime import UTC, datetime, timedelta

import pytest

from core.base.clock import GATEWAY_ZONE
from core.payments.models import Attempt, Refund, RefundState
from core.payments.refund_rules import terms_of
from core.payments.schedule import next_look_at_refund

PAID = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def paid(acquirer: str | None, issuer: str | None, **values: object) -> Attempt:
    return Attempt(**({"acquirer": acquirer, "issuer": issuer, "gateway_paid_at": PAID} | values))


@pytest.mark.parametrize(
    ("acquirer", "issuer", "days", "takes_parts"),
    [
        ("gopay", "gopay", 45, True),
        ("GoPay", "GOPAY", 45, True),
        ("gopay", "dana", 7, True),
        ("gopay", "ovo", 7, False),
        ("airpay shopee", "airpay shopee", 7, False),
        ("airpay shopee", "bca", 7, False),
        (None, None, 7, True),
    ],
)
def test_the_window_and_the_parts_depend_on_who_paid_whom(
    acquirer: str | None, issuer: str | None, days: int, takes_parts: bool
) -> None:
    terms = terms_of(paid(acquirer, issuer), PAID)

    assert (terms.until - PAID, terms.takes_parts) == (timedelta(days=days), takes_parts)


def test_the_window_is_counted_from_the_best_moment_that_is_known() -> None:
    unsaid = paid("gopay", "dana", gateway_paid_at=None, final_at=PAID, created_at=PAID - timedelta(minutes=5))
    assert terms_of(unsaid, PAID).until == PAID + timedelta(days=7)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-05-01 23:54", None),
        ("2026-05-01 23:55", "2026-05-02 06:00"),
        ("2026-05-02 00:30", "2026-05-02 06:00"),
        ("2026-05-02 05:59", "2026-05-02 06:00"),
        ("2026-05-02 06:00", None),
    ],
)
def test_shopeepay_sleeps_at_night_in_jakarta(at: str, until: str | None) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=GATEWAY_ZONE).astimezone(UTC)
    asleep = terms_of(paid("airpay shopee", "bca"), now).asleep_until

    assert asleep == (datetime.fromisoformat(until).replace(tzinfo=GATEWAY_ZONE) if until else None)
    assert terms_of(paid("gopay", "shopeepay"), now).asleep_until is None


@pytest.mark.parametrize(
    ("state", "tries", "after", "expected"),
    [
        (RefundState.ACCEPTED, 0, timedelta(), timedelta(seconds=20)),
        (RefundState.ACCEPTED, 2, timedelta(), timedelta(minutes=10)),
        (RefundState.ACCEPTED, 99, timedelta(days=13), timedelta(days=1)),
        (RefundState.ACCEPTED, 99, timedelta(days=14), None),
        (RefundState.CONFIRMED, 0, timedelta(), None),
        (RefundState.REFUSED, 0, timedelta(), None),
    ],
)
def test_the_banks_word_is_waited_for_two_weeks(
    state: RefundState, tries: int, after: timedelta, expected: timedelta | None
) -> None:
    refund = Refund(state=state, tries=tries, seen_at=PAID)
    now = PAID + after

    assert next_look_at_refund(refund, now) == (now + expected if expected else None)
