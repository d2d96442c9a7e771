"""Whole rupiah, shares that add up, ids that cannot be mistaken for one another."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.clock import business_day
from core.base.errors import BadText
from core.base.ids import new_claim_code, new_gateway_reference, new_uid
from core.base.money import percent_of, round_to_coin, share_out
from core.base.text import clean_text

amounts = st.integers(0, 10**12)


@given(amounts, st.integers(0, 2_500))
def test_a_percentage_is_rounded_half_up(amount: int, rate: int) -> None:
    assert percent_of(amount, rate) == int((amount * rate * 2 + 10_000) // 20_000)


@given(amounts, st.sampled_from([0, 1, 100, 500, 1_000]))
def test_rounding_moves_less_than_a_coin(amount: int, coin: int) -> None:
    rounded = round_to_coin(amount, coin)
    assert abs(rounded - amount) * 2 <= max(coin, 0)
    assert coin <= 1 or rounded % coin == 0


@given(amounts, st.lists(amounts, min_size=1, max_size=30))
def test_shares_always_add_up(amount: int, weights: list[int]) -> None:
    parts = share_out(amount, weights)
    assert sum(parts) == (amount if sum(weights) else 0)
    assert all(part >= 0 for part in parts)


def test_four_equal_shares_give_the_odd_rupiah_to_the_first() -> None:
    assert share_out(100_485, [1, 1, 1, 1]) == [25_122, 25_121, 25_121, 25_121]


def test_gateway_references_have_one_length_and_end_in_a_letter() -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    made = {new_gateway_reference(now) for _ in range(5_000)}
    assert len(made) == 5_000
    assert {len(one) for one in made} == {28}
    assert all(one[-1] == "Q" and one.isalnum() for one in made)


def test_uids_and_codes_do_not_repeat_soon() -> None:
    assert len({new_uid() for _ in range(5_000)}) == 5_000
    assert all(not set(new_claim_code()) & set("01IO") for _ in range(500))


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-05-01T16:30:00+00:00", "Asia/Jakarta", "2026-05-01"),
        ("2026-05-01T18:30:00+00:00", "Asia/Jakarta", "2026-05-01"),
        ("2026-05-01T21:30:00+00:00", "Asia/Jakarta", "2026-05-02"),
        ("2026-05-01T19:30:00+00:00", "Asia/Jayapura", "2026-05-02"),
        ("2026-05-01T19:30:00+00:00", "Asia/Makassar", "2026-05-01"),
    ],
)
def test_a_late_sale_belongs_to_the_day_before_until_the_cut_off(moment: str, zone: str, day: str) -> None:
    assert business_day(datetime.fromisoformat(moment), zone, 4).isoformat() == day


def test_text_is_cleaned_of_what_nobody_sees() -> None:
    assert clean_text("  te\u0301h\u202e \x00manis\r\nya \ud800", limit=20, field="note") == "téh manis\nya"
    with pytest.raises(BadText):
        clean_text("x" * 21, limit=20, field="note")
