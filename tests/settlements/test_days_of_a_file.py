"""A file speaks of all days from its first to its last: none may lie where no export can have it."""

from datetime import date, timedelta

import pytest

from core.settlements.errors import BadSettlementFile
from core.settlements.reading import Sheet, read_settlement
from core.settlements.span import FARTHEST_APART
from tests.settlement_files import STRANGE, csv_file, payment

TODAY = date(2026, 11, 28)


def sheet_of_days(*days: date | str, **more: str) -> Sheet:
    return read_settlement(csv_file(*(payment(STRANGE, 28_000, str(day), **more) for day in days)), {}, TODAY)


def refusal(*days: date | str) -> str:
    with pytest.raises(BadSettlementFile) as refused:
        sheet_of_days(*days)
    return str(refused.value).removeprefix("Nothing was imported. ")


def test_tomorrow_may_have_begun_at_the_gateway_and_no_later_day_has() -> None:
    tomorrow = TODAY + timedelta(days=1)

    assert [day for _, day in sheet_of_days(TODAY, tomorrow).days] == [TODAY, tomorrow]
    assert refusal(TODAY, tomorrow + timedelta(days=1)) == (
        "Row 3, date: 2026-11-30 is still to come. Write the day before the month, or the year first."
    )


def test_a_day_and_a_month_that_changed_places_are_found_in_either_direction() -> None:
    assert refusal("25/11/2026", "05/12/2026").startswith("Row 3, date: 2026-12-05 is still to come.")
    assert refusal("2026-11-02", "2026-11-03", "2026-02-11") == (
        "Row 4, date: 2026-02-11 is more than 100 days from 2026-11-03 in row 3. "
        "Put right the one that is wrong, or export fewer days."
    )
    assert refusal("2026-02-11", "2026-11-02").startswith(
        "Row 3, date: 2026-11-02 is more than 100 days from 2026-02-11"
    )


def test_a_quarter_is_one_file_and_a_day_more_is_not() -> None:
    first = TODAY - timedelta(days=FARTHEST_APART)

    assert len(sheet_of_days(TODAY, first).days) == 2
    assert "Row 3" in refusal(TODAY, first - timedelta(days=1))


def test_the_day_of_what_is_no_guests_money_is_its_own() -> None:
    rows = [
        payment(STRANGE, 28_000, "2026-11-28", Status="settlement"),
        payment(STRANGE, 28_000, "2098-01-05", Status="pending"),
    ]

    assert len(read_settlement(csv_file(*rows), {}, TODAY).entries) == 2


def test_the_day_of_a_refund_is_none_of_which_a_file_speaks_whoevers_it_is() -> None:
    day, later = TODAY - timedelta(days=20), TODAY - timedelta(days=10)
    rows = [
        payment(STRANGE, 28_000, str(day)),
        payment("SHOP-7", 5_000, str(day + timedelta(days=1))),
        payment(STRANGE, -1_000, str(later)),
        payment("SHOP-7", 5_000, str(later), Type="refund"),
    ]

    sheet = read_settlement(csv_file(*rows), {}, TODAY)

    assert sheet.span == (day, day + timedelta(days=1))
    assert [entry.kind for entry in sheet.entries] == ["payment", "foreign", "refund", "foreign"]


def test_refunds_alone_speak_of_no_day() -> None:
    first, last = read_settlement(csv_file(payment(STRANGE, -1_000, str(TODAY))), {}, TODAY).span

    assert first > last
