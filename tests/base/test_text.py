"""What people type is kept as they mean it, and nothing in it can hide, turn or cover what stands beside it."""

import time

import pytest

from core.base.errors import BadText
from core.base.text import clean_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("pedas\u202e sekali", "pedas sekali"),
        ("a\u200bb\ufeffc\u00add", "abcd"),
        ("\u2066x\u2069", "x"),
        ("\u200d\u200c", ""),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("tanpa\r\nbawang", "tanpa\nbawang"),
        ("U\u0301", "Ú"),
    ],
)
def test_what_cannot_be_seen_is_dropped_and_what_is_written_stays(typed: str, kept: str) -> None:
    assert clean_text(typed, limit=40, field="note") == kept


def test_a_tower_of_accents_is_cut_to_what_a_letter_can_bear() -> None:
    assert clean_text("a" + "\u0315" * 10_000 + "b", limit=20, field="note") == "a" + "\u0315" * 4 + "b"


def test_ten_thousand_accents_are_read_at_once() -> None:
    began = time.perf_counter()

    clean_text("a" + "\u0315\u0316" * 5_000, limit=140, field="note")

    assert time.perf_counter() - began < 3


@pytest.mark.parametrize("text", ["เผ็ดน้อย", "שָׁלוֹם", "ٱلسَّلَامُ", "Phở bò đặc biệt", "हिन्दी"])
def test_living_scripts_are_left_as_they_are(text: str) -> None:
    import unicodedata

    assert clean_text(text, limit=40, field="note") == unicodedata.normalize("NFC", text)


def test_the_length_is_what_is_left() -> None:
    assert clean_text("\u200b" * 500 + "ok", limit=2, field="note") == "ok"
    with pytest.raises(BadText):
        clean_text("okk", limit=2, field="note")
