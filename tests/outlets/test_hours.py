from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.base.day_time import DAY, ClockTime, NextTime, read_span, read_time
from core.outlets.errors import BadHours
from core.outlets.hours import House, HouseStatus, Pause, Span, house_at
from core.outlets.hours_text import read_hours, write_hours

JAKARTA = "Asia/Jakarta"
MONDAY = datetime(2026, 12, 7, tzinfo=ZoneInfo(JAKARTA))
DAILY = read_hours(["daily 10:00-22:00"])


def house(spans: list[Span], at: datetime, pause: Pause | None = None, zone: str = JAKARTA) -> House:
    return house_at(spans, pause, zone, at.astimezone(UTC))


def after(hours: float, day: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hours)


def test_a_house_without_hours_is_always_open() -> None:
    assert house([], after(3)) == House()


@pytest.mark.parametrize(
    ("hour", "is_open"), [(9 + 59 / 60, False), (10, True), (21 + 59 / 60, True), (22, False), (0, False)]
)
def test_a_house_opens_and_closes_with_the_minute(hour: float, is_open: bool) -> None:
    assert house(DAILY, after(hour)).is_open is is_open


def test_an_open_house_says_until_when() -> None:
    assert house(DAILY, after(12)).closes == ClockTime(22 * 60)


def test_a_closed_house_says_when_it_opens_again_today_tomorrow_or_on_which_day() -> None:
    weekdays = read_hours(["mon-fri 10:00-22:00"])

    assert str(house(weekdays, after(8)).opens) == "at 10:00"
    assert str(house(weekdays, after(23)).opens) == "tomorrow at 10:00"
    assert str(house(weekdays, after(23, day=4)).opens) == "Monday at 10:00"
    assert str(house(read_hours(["tue 10:00-11:00"]), after(12, day=1)).opens) == "Tuesday at 10:00"


def test_hours_that_pass_midnight_belong_to_the_day_they_began_on() -> None:
    saturday_night = read_hours(["sat 18:00-02:00"])

    assert house(saturday_night, after(1.9, day=6)).closes == ClockTime(120)
    assert house(saturday_night, after(23, day=5)).is_open
    assert not house(saturday_night, after(1.9, day=5)).is_open
    assert not house(saturday_night, after(2, day=6)).is_open


def test_sunday_night_reaches_into_monday() -> None:
    assert house(read_hours(["sun 20:00-03:00"]), after(2)).closes == ClockTime(180)


def test_hours_that_touch_at_midnight_are_one_stretch() -> None:
    touching = read_hours(["mon 18:00-24:00", "tue 00:00-03:00"])

    assert house(touching, after(20)).closes == ClockTime(180)


def test_a_house_that_closes_at_midnight_says_24_oclock() -> None:
    assert str(house(read_hours(["mon 18:00-24:00"]), after(20)).closes) == "24:00"


def test_a_house_open_round_the_clock_never_says_that_it_closes() -> None:
    found = house(read_hours(["daily 00:00-24:00"]), after(23.99, day=6))

    assert found.is_open
    assert found.is_round_the_clock
    assert found.closes is None


def test_two_stretches_a_day_leave_a_rest_between_them() -> None:
    spans = read_hours(["daily 08:00-14:00 17:00-22:00"])

    assert house(spans, after(13)).closes == ClockTime(14 * 60)
    assert str(house(spans, after(15)).opens) == "at 17:00"


@pytest.mark.parametrize(
    ("zone", "is_open"), [("Asia/Jakarta", False), ("Asia/Makassar", True), ("Asia/Jayapura", True)]
)
def test_each_of_the_three_zones_goes_by_its_own_clock(zone: str, is_open: bool) -> None:
    """At 02:30 UTC it is 09.30 in Jakarta, 10.30 in Makassar and 11.30 in Jayapura."""
    moment = datetime(2026, 12, 7, 2, 30, tzinfo=UTC)

    assert house(DAILY, moment, zone=zone).is_open is is_open


@pytest.mark.parametrize("month", range(1, 13))
def test_no_month_of_the_year_moves_the_hour(month: int) -> None:
    morning = datetime(2026, month, 15, 10, 0, tzinfo=ZoneInfo("Asia/Makassar"))

    assert not house(DAILY, morning - timedelta(minutes=1), zone="Asia/Makassar").is_open
    assert house(DAILY, morning, zone="Asia/Makassar").is_open


def test_a_pause_says_why_and_for_how_long_in_steps_of_five_minutes() -> None:
    pause = Pause("Dapur penuh", after(12.5))

    assert house(DAILY, after(12), pause) == House(HouseStatus.PAUSED, reason="Dapur penuh", minutes=30)
    assert house(DAILY, after(12.1), pause).minutes == 25
    assert house(DAILY, after(12.49), pause).minutes == 5
    assert house(DAILY, after(12.5), pause).is_open


def test_a_pause_that_ends_by_itself_means_nothing_while_it_is_closed() -> None:
    assert house(DAILY, after(23), Pause("Dapur penuh", after(23.5))).status is HouseStatus.CLOSED


def test_a_pause_without_an_end_outlives_the_closing_hour() -> None:
    found = house(DAILY, after(23), Pause("Libur", None))

    assert (found.status, found.reason, found.minutes) == (HouseStatus.PAUSED, "Libur", None)


@pytest.mark.parametrize(
    ("lines", "spelled"),
    [
        (["mon-fri 08:00-22:00"], ["mon,tue,wed,thu,fri 08:00-22:00"]),
        (["sen-jum 8.00-22.00"], ["mon,tue,wed,thu,fri 08:00-22:00"]),
        (["daily 00:00-24:00"], ["daily 00:00-24:00"]),
        (["sat-mon 10:00-01:30"], ["mon,sat,sun 10:00-01:30"]),
        (["Mon 08:00-12:00 13:00-20:00", "sun 9:00-12:00"], ["mon 08:00-12:00 13:00-20:00", "sun 09:00-12:00"]),
    ],
)
def test_hours_are_read_as_people_write_them_and_written_back(lines: list[str], spelled: list[str]) -> None:
    assert write_hours(read_hours(lines)) == spelled
    assert read_hours(spelled) == read_hours(lines)


@pytest.mark.parametrize(
    "line",
    [
        *("mon", "monday 10:00-12:00", "mon 10-12", "mon 25:00-26:00", "mon 10:00-10:00", "mon 24:00-02:00"),
        *("", "10:00-12:00", "mon-xyz 10:00-12:00", "mon 10:00-14:00 13:00-18:00", "mon 10:61-12:00"),
    ],
)
def test_hours_that_cannot_be_are_refused(line: str) -> None:
    with pytest.raises(BadHours):
        read_hours([line])


def test_a_time_of_day_is_read_with_a_colon_or_a_dot() -> None:
    assert [read_time(text) for text in ("09:30", "9.30", "24:00", "24:01", "noon")] == [570, 570, DAY, None, None]
    assert read_span("06:00–11:00") == (360, 660)


def test_times_are_told_in_indonesian_with_a_dot() -> None:
    words = {"%H:%M": "%H.%M", "tomorrow at %(time)s": "besok pukul %(time)s"}

    assert NextTime(600, 1, 2).told(lambda sentence: words.get(sentence, sentence)) == "besok pukul 10.00"
    assert ClockTime(DAY + 90).told(lambda sentence: words.get(sentence, sentence)) == "01.30"
