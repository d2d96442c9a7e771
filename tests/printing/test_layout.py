"""Rows are broken into lines that fit the paper."""

from hypothesis import given
from hypothesis import strategies as st

from core.printing.layout import COLUMNS, Gap, Line, Pair, Row, Rule, Size, Words, lay_out

TEXTS = st.text(max_size=80)
SIZES = st.sampled_from(Size)
ROWS = st.one_of(
    st.builds(Words, TEXTS, SIZES, is_bold=st.booleans(), is_centred=st.booleans(), lead=st.sampled_from(["", "12x "])),
    st.builds(Pair, TEXTS, TEXTS, SIZES, lead=st.sampled_from(["", "12x "])),
    st.builds(Rule),
    st.builds(Gap),
)


def texts(row: Row, columns: int = 32) -> list[str]:
    return [line.text for line in lay_out([row], columns)]


@given(st.lists(ROWS, max_size=5), st.sampled_from(sorted(COLUMNS.values())))
def test_no_line_is_wider_than_the_paper(rows: list[Row], columns: int) -> None:
    assert all(len(line.text) * line.size.wide <= columns for line in lay_out(rows, columns))


@given(st.lists(st.text(alphabet="abc,.", min_size=1, max_size=50), max_size=8), SIZES)
def test_nothing_of_a_text_is_lost(words: list[str], size: Size) -> None:
    lines = texts(Words(" ".join(words), size, lead="2x "))

    assert "".join("".join(lines).removeprefix("2x").split()) == "".join(words)


def test_a_text_is_broken_at_its_spaces_and_goes_on_below_itself() -> None:
    row = Words("Nasi goreng kampung dengan telur mata sapi", lead="2x ")

    assert texts(row) == ["2x Nasi goreng kampung dengan", "   telur mata sapi"]


def test_a_word_longer_than_a_line_is_broken_anywhere() -> None:
    assert texts(Words("a" * 70)) == ["a" * 32, "a" * 32, "a" * 6]


def test_large_letters_have_half_the_columns() -> None:
    assert lay_out([Words("Meja di teras belakang", Size.LARGE)], 32) == [
        Line("Meja di teras", Size.LARGE),
        Line("belakang", Size.LARGE),
    ]


def test_a_value_stands_at_the_right_edge_beside_the_last_line_of_its_label() -> None:
    pair = Pair("Pajak restoran (PB1) 10%", "Rp10.000")
    assert texts(pair, 48) == ["Pajak restoran (PB1) 10%                Rp10.000"]

    long = Pair("Nasi goreng kampung dengan telur mata sapi", "Rp45.000", lead="2x ")
    assert texts(long) == ["2x Nasi goreng kampung dengan", "   telur mata sapi      Rp45.000"]


def test_a_value_that_does_not_fit_beside_its_label_stands_below_it() -> None:
    assert texts(Pair("Referensi", "K01KAZ91B4P4J1K7GMHEYT7ZQZWQ")) == [
        "Referensi",
        "K01KAZ91B4P4J1K7GMHEYT7ZQZWQ".rjust(32),
    ]


def test_what_is_centred_stands_in_the_middle() -> None:
    assert texts(Words("LUNAS", is_centred=True)) == ["             LUNAS"]
