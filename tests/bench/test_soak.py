"""What is made of the minutes of a soak."""

from dataclasses import replace

import pytest

from bench.soak import Minute, Pace, read_pace, reading_of

QUIET = Minute(order_p99_ms=100, menu_p99_ms=10, memory_mb=150, files=40, log_mb=4, cpu=0.5, orders=360)


def test_what_nobody_asks_for_has_a_usual_pace() -> None:
    assert read_pace([]) == Pace()


def test_the_pace_that_is_asked_for_has_bounds() -> None:
    assert read_pace(["--minutes", "10", "--orders", "2"]) == Pace(minutes=10, orders=2)
    assert read_pace(["--minutes", "1e9", "--orders", "1e9"]) == Pace(minutes=24 * 60, orders=100)


def test_a_quiet_half_hour_grows_and_drifts_by_nothing() -> None:
    reading = reading_of([QUIET] * 30)

    assert reading["memory_percent_an_hour"] == 0
    assert reading["files_more"] == reading["order_drift_percent"] == reading["menu_drift_percent"] == 0
    assert reading["orders"] == 30 * 360


def test_what_grows_by_a_little_each_minute_is_told_by_the_hour() -> None:
    grown = [replace(QUIET, memory_mb=100 + minute, files=40 + minute) for minute in range(30)]

    reading = reading_of(grown)

    assert reading["memory_percent_an_hour"] == pytest.approx(60 / 117 * 100, rel=0.01)
    assert reading["files_more"] == 24


def test_the_first_minutes_are_for_warming_up() -> None:
    warming = [replace(QUIET, memory_mb=60 + 15 * minute, order_p99_ms=900) for minute in range(5)]

    reading = reading_of([*warming, *[QUIET] * 25])

    assert reading["memory_percent_an_hour"] == reading["order_drift_percent"] == 0


def test_what_becomes_slower_drifts() -> None:
    slower = [replace(QUIET, order_p99_ms=100 if minute < 20 else 150) for minute in range(30)]

    assert reading_of(slower)["order_drift_percent"] == pytest.approx(50)


def test_the_log_counts_at_its_largest() -> None:
    assert reading_of([replace(QUIET, log_mb=70), QUIET, QUIET])["log_mb_most"] == 70
