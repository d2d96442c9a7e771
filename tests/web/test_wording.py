"""Money, times and names are written as people here write them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from core.menu.errors import SoldOut
from core.menu.models import Dish
from core.web.languages import load_languages
from core.web.places import folder
from core.web.wording import VOICE, Voice, ago, clock, day, iso, minutes, moment, name, rupiah, sentence, tenths

NOON = datetime(2026, 11, 20, 5, 31, tzinfo=UTC)


@contextmanager
def reading(language: str, zone: str = "Asia/Jakarta") -> Iterator[None]:
    token = VOICE.set(Voice(language, zone, load_languages(folder("locale"))[language]))
    yield
    VOICE.reset(token)


@pytest.mark.parametrize(
    ("amount", "written"),
    [(0, "Rp0"), (500, "Rp500"), (25_000, "Rp25.000"), (10_000_000, "Rp10.000.000"), (-5_000, "−Rp5.000")],
)
def test_money_has_dots_and_no_decimals(amount: int, written: str) -> None:
    assert rupiah(amount) == written


def test_times_follow_the_readers_language_and_the_outlets_clock() -> None:
    with reading("id"):
        assert clock(NOON) == "12.31"
    with reading("en", "Asia/Jayapura"):
        assert clock(NOON) == "14:31"
        assert iso(NOON) == "2026-11-20T14:31:00+09:00"


def test_a_decimal_stands_behind_the_readers_own_sign() -> None:
    with reading("id"):
        assert tenths(0.26) == "0,3"
    with reading("en"):
        assert tenths(12) == "12.0"


def test_a_day_is_the_outlets_day() -> None:
    late = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
    with reading("en"):
        assert day(late) == "1 Jan 2027"
        assert day(late.date()) == "31 Dec 2026"
    with reading("id"):
        assert moment(NOON + timedelta(days=164)) == "3 Mei 2027 12.31"


def test_how_long_ago_is_told_in_whole_minutes_and_hours() -> None:
    with reading("en"):
        told = [ago(NOON, NOON + timedelta(seconds=seconds)) for seconds in (0, 59, 60, 125, 3600, 7300, 600_000)]
        assert told == [
            *("just now", "just now", "1 minute ago", "2 minutes ago"),
            *("1 hour ago", "2 hours ago", "6 days ago"),
        ]
    with reading("id"):
        assert ago(NOON, NOON + timedelta(minutes=2)) == "2 menit lalu"


def test_a_moment_that_lies_ahead_is_no_minutes_ago() -> None:
    assert minutes(NOON, NOON - timedelta(minutes=5)) == 0


def test_a_name_is_indonesian_where_there_is_no_other() -> None:
    both, one = Dish(name="Es Teh", name_en="Iced tea"), {"name": "Kerupuk", "name_en": ""}
    with reading("en"):
        assert (name(both), name(one)) == ("Iced tea", "Kerupuk")
    with reading("id"):
        assert name(both) == "Es Teh"


def test_a_sentence_about_a_dish_names_it_as_the_page_does() -> None:
    tea = Dish(name="Es Teh", name_en="Iced tea")
    with reading("en"):
        assert sentence(SoldOut(dish="Es Teh"), tea) == "Iced tea has just sold out."
        assert sentence(SoldOut(dish="Es Teh")) == "Es Teh has just sold out."
    with reading("id"):
        assert sentence(SoldOut(dish="Es Teh"), tea) == "Es Teh baru saja habis."
