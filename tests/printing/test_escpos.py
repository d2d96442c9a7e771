"""Slips as bytes, read by paper that knows the manual and nothing of our encoder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.printing.escpos import (
    ASK_CAUSE,
    ASK_PAPER,
    ASK_STATE,
    cause_trouble,
    drawer_bytes,
    is_status,
    paper_trouble,
    slip_bytes,
    state_trouble,
)
from core.printing.layout import COLUMNS, Line, Row, Size, lay_out
from core.printing.models import Trouble
from tests.printing.paper import NotInTheManual, Paper, Sensors
from tests.printing.test_layout import ROWS


def printed(data: bytes, width: int = 80) -> Paper:
    paper = Paper(width)
    for place in range(0, len(data), 7):
        paper.feed(data[place : place + 7])
    return paper


def test_sizes_and_weights_last_for_their_line_alone() -> None:
    lines = [Line("A17", Size.HUGE, is_bold=True), Line("Meja 7", Size.LARGE), Line("2x Sate")]

    (slip,) = printed(slip_bytes(lines, cuts=True)).slips

    assert [(line.text, line.wide, line.high, line.is_bold) for line in slip.lines] == [
        ("A17", 3, 3, True),
        ("Meja 7", 2, 2, False),
        ("2x Sate", 1, 1, False),
    ]
    assert slip.is_cut


def test_narrow_paper_is_torn_off_by_hand() -> None:
    (slip,) = printed(slip_bytes([Line("A17")], cuts=False), 58).slips

    assert not slip.is_cut


def test_a_job_begins_anew_whatever_broke_off_before_it() -> None:
    broken = slip_bytes([Line("SETENGAH", Size.HUGE, is_bold=True)], cuts=True)[:16]

    paper = printed(broken + slip_bytes([Line("A18")], cuts=True))

    assert paper.slips[0].line("A18").wide == 1
    assert "SETE" not in paper.slips[0].text


def test_the_drawer_is_opened_without_paper() -> None:
    paper = printed(drawer_bytes())

    assert (paper.kicks, paper.slips) == (1, [])


@given(st.lists(ROWS, max_size=6), st.sampled_from(sorted(COLUMNS)))
def test_whatever_stands_on_a_slip_the_printer_reads_words_alone(rows: list[Row], width: int) -> None:
    data = slip_bytes(lay_out(rows, COLUMNS[width]), cuts=width == 80)

    paper = printed(data, width)

    assert (len(paper.slips), paper.kicks) == (1, 0)


@given(st.text(alphabet=st.characters(max_codepoint=0x9F)))
def test_even_a_line_that_nobody_laid_out_holds_no_command(text: str) -> None:
    data = slip_bytes([Line(text)], cuts=False)

    assert data.count(b"\x1b") == slip_bytes([Line("")], cuts=False).count(b"\x1b")
    assert b"\x1d" not in data


@pytest.mark.parametrize(
    ("sensors", "trouble"),
    [
        (Sensors(), None),
        (Sensors(is_low=True), None),
        (Sensors(has_paper=False), Trouble.NO_PAPER),
        (Sensors(cover_is_open=True), Trouble.COVER_OPEN),
        (Sensors(is_offline=True), Trouble.NOT_READY),
    ],
)
def test_what_a_printer_says_of_itself_is_understood(sensors: Sensors, trouble: Trouble | None) -> None:
    paper, cause, state = (Paper(sensors=sensors).feed(ask)[0] for ask in (ASK_PAPER, ASK_CAUSE, ASK_STATE))

    assert all(map(is_status, (paper, cause, state)))
    assert (paper_trouble(paper) or cause_trouble(cause) or state_trouble(state)) is trouble


def test_paper_reads_nothing_that_is_not_in_the_manual() -> None:
    """The one who checks is checked."""
    for data in (b"\x1bi", b"\x1d(k", b"\xff", b"\x07", b"\x1d!\x99", b"\x1bR\x05"):
        with pytest.raises(NotInTheManual):
            Paper().feed(data)
    with pytest.raises(AssertionError, match="too wide"):
        Paper(58).feed(b"x" * 33 + b"\n")
    with pytest.raises(AssertionError, match="no knife"):
        Paper(58).feed(slip_bytes([Line("A17")], cuts=True))
