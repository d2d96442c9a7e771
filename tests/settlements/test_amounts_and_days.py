"""What files write for money and for days: read strictly, and refused where it could mean two things."""

from datetime import date

import pytest

from core.settlements.amounts import AmountReader
from core.settlements.cells import Number
from core.settlements.days import read_day
from core.settlements.errors import BadSettlementFile

FEE = "fee"


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("28000", 28_000),
        ("28000.00", 28_000),
        ("28000.0", 28_000),
        ("28000,00", 28_000),
        ("28.000", 28_000),
        ("28.000,00", 28_000),
        ("28,000", 28_000),
        ("28,000.00", 28_000),
        ("1.234.567", 1_234_567),
        ("Rp28.000", 28_000),
        ("Rp 28.000", 28_000),
        ("Rp. 28.000,00", 28_000),
        ("IDR 28,000.00", 28_000),
        ("-28000", -28_000),
        ("−28.000", -28_000),
        ("Rp -28.000", -28_000),
        ("0", 0),
        ("", None),
        ("-", None),
        (Number("28000"), 28_000),
        (Number("28000.0"), 28_000),
        (Number("2.8E4"), 28_000),
    ],
)
def test_whole_rupiah_are_read_however_they_are_written(written: str, amount: int | None) -> None:
    assert AmountReader().whole(written, 2, FEE) == amount


@pytest.mark.parametrize(
    "written",
    [
        *("28000.50", "28.5", "28,50", "28.0001", "28000.000", "0.196", "007", "2.8E4", "28 000", "28'000"),
        *("1.234.56", "1,234,56", "12.34.567", "1.234,567.00", "--5", "-Rp-5", "(28.000)", "28.000.-", "free", "٢٨"),
        *("1" * 13, "NaN", "Infinity", "1_000", "0x10", "+5", "5%"),
        *(Number("28000.5"), Number("NaN"), Number("1E999"), Number("1E13")),
    ],
)
def test_what_is_no_whole_rupiah_or_could_be_another_amount_is_refused(written: str) -> None:
    with pytest.raises(BadSettlementFile) as refused:
        AmountReader().whole(written, 7, FEE)

    assert "Row 7, fee" in str(refused.value)


@pytest.mark.parametrize(
    ("written", "amount"),
    [("196.45", 196), ("196,50", 197), ("196.5", 197), ("-21.56", -22), (Number("198.45000000000002"), 198)],
)
def test_a_fee_may_have_decimals_and_is_rounded_half_up(written: str, amount: int) -> None:
    assert AmountReader().rounded(written, 2, FEE) == amount


@pytest.mark.parametrize(
    ("first", "second"),
    [("28.000", "28000.00"), ("28000.00", "28.000"), ("28,000", "28000,00"), ("1.000,00", "1,000.00")],
)
def test_a_mark_that_divides_thousands_here_and_begins_decimals_there_is_refused(first: str, second: str) -> None:
    reader = AmountReader()
    reader.whole(first, 2, FEE)

    with pytest.raises(BadSettlementFile) as refused:
        reader.whole(second, 9, FEE)

    assert "Row 9" in str(refused.value)
    assert "row 2" in str(refused.value)


@pytest.mark.parametrize(
    "written",
    [
        *("2026-11-28", "2026-11-28 23:59:59", "2026-11-28T12:00", "2026/11/28", "28/11/2026", "28-11-2026 08.30"),
        *("28.11.2026", "28 Nov 2026", "28 November 2026, 08:30", "28 Nov 2026, 8:30 PM", "28 nov, 2026"),
        *("2026-11-28T23:30:00+07:00", "2026-11-27T18:00:00Z", "2026-11-27 17:00:00.123 UTC", "2026-11-28 10:00 WIB"),
        *("2026-11-28 08:00 +0900", "2026-11-28 10:00 GMT+07:00", "2026-11-28T00:30:00+07"),
        *(Number("46354"), Number("46354.99988425926")),
    ],
)
def test_a_day_is_read_however_it_is_written_and_is_the_gateways(written: str) -> None:
    assert read_day(written, 2, "date") == date(2026, 11, 28)


def test_old_macintoshes_count_days_from_another_year() -> None:
    assert read_day(Number("44892"), 2, "date", begins_1904=True) == date(2026, 11, 28)


@pytest.mark.parametrize("written", ["28 Mei 2026", "28 May 2026"])
def test_months_have_names_in_two_languages(written: str) -> None:
    assert read_day(written, 2, "date") == date(2026, 5, 28)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "11/28/2026",
            "2026-13-01",
            "2026-02-30",
            "28/11/26",
            "yesterday",
            "28 Foo 2026",
            "1999-01-01",
            "2026-11-28x",
        ),
        *("2026-11-28 99", "2100-01-01", "20261128", Number("1"), Number("99999999"), Number("-5")),
        *("2026-11-28T25:00:00+07:00", "2026-11-28 12:00 +99:99", "٢٠٢٦-١١-٢٨"),
    ],
)
def test_what_is_no_day_is_refused_with_its_row(written: str) -> None:
    with pytest.raises(BadSettlementFile) as refused:
        read_day(written, 5, "date")

    assert "Row 5, date" in str(refused.value)


def test_an_empty_cell_is_no_day() -> None:
    assert read_day("", 2, "date") is None
