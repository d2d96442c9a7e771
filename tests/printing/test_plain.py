"""Only letters that every printer has, and never a command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.printing.plain import loses, plain


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Sate Ayam 2×, tanpa kacang!", "Sate Ayam 2x, tanpa kacang!"),
        ("Crème brûlée à la Jörg", "Creme brulee a la Jorg"),
        ("“Pedas” – ‘sekali’…", "\"Pedas\" - 'sekali'..."),
        ("½ porsi, 5°", "1/2 porsi, 5o"),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "FULL width"),
        ("Łódź, Đà Nẵng, Ærø, Straße", "Lodz, Da Nang, AEro, Strasse"),
        ("baris satu\nbaris dua\ttab", "baris satu baris dua tab"),
        ("不要花生 tolong", "? tolong"),
        ("🌶️🌶️🌶️ pedas 👨‍👩‍👧", "? pedas ?"),
        ("a\u200bb\u202ec", "abc"),
    ],
)
def test_what_is_typed_is_printed_as_near_as_ascii_comes(typed: str, printed: str) -> None:
    assert plain(typed) == printed


@pytest.mark.parametrize("command", ["\x1b@", "\x1bp\x00\x19\xfa", "\x1dV\x00", "\x10\x04\x01", "\x9b", "\x00\x7f\x85"])
def test_a_command_in_a_text_is_none_on_paper(command: str) -> None:
    printed = plain(f"tolong{command}ya")

    assert printed.isascii()
    assert printed.isprintable()
    assert printed.startswith("tolong")


@given(st.text())
def test_whatever_is_typed_is_printable(text: str) -> None:
    assert all(" " <= character <= "~" for character in plain(text))


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_ascii_stays_as_it_is_and_loses_nothing(text: str) -> None:
    assert plain(text) == text
    assert not loses(text)


@pytest.mark.parametrize(
    ("note", "is_lost"), [("alergi kacang", False), ("naïve", False), ("花生", True), ("🥜", True)]
)
def test_a_note_that_cannot_be_printed_is_known_to_be_one(note: str, is_lost: bool) -> None:
    assert loses(note) is is_lost
