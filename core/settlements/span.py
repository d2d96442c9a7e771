"""Refuses a file whose days no export can hold: by one wrong cell it would speak of years of payments that it does not list."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from core.base.errors import N_
from core.settlements.columns import WORDS, Column
from core.settlements.errors import BadSettlementFile, in_cell

FARTHEST_APART: Final = 100
"""Days from the first to the last: a quarter put together of Midtrans's exports of 31 days, and a week for settling."""
_AHEAD: Final = timedelta(days=1)
"""The gateway's clock may be past midnight before ours."""


def check_days(days: Iterable[tuple[int, date]], today: date) -> None:
    """Check the days of a file, each with its row: none is still to come, and none is far from the others.

    `today` is the gateway's own. Raises BadSettlementFile at the first row that does not fit those above it.
    """
    first = last = None
    for row, day in days:
        if day > today + _AHEAD:
            problem = N_("%(day)s is still to come. Write the day before the month, or the year first.")
            raise in_cell(row, WORDS[Column.DATE], problem, day=day.isoformat())
        first = min(first or (day, row), (day, row))
        last = max(last or (day, row), (day, row))
        for other in (first, last):
            if abs((day - other[0]).days) > FARTHEST_APART:
                raise _far_apart(row, day, *other)


def _far_apart(row: int, day: date, other: date, first: int) -> BadSettlementFile:
    return in_cell(
        row,
        WORDS[Column.DATE],
        N_(
            "%(day)s is more than %(most)s days from %(other)s in row %(first)s. "
            "Put right the one that is wrong, or export fewer days."
        ),
        day=day.isoformat(),
        most=FARTHEST_APART,
        other=other.isoformat(),
        first=first,
    )
