"""Money cases and the account they explain."""

from datetime import UTC, datetime

import pytest

from core.base.database import Database
from core.events.record import SYSTEM
from core.payments.cases import BooksDisagree, fill_cases, lower_cases
from core.payments.models import Resolution


def test_money_that_no_case_tells_of_stops_the_posting(database: Database) -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    with pytest.raises(BooksDisagree), database.write() as session:
        lower_cases(session, "K0", 1_000, Resolution.REFUNDED, at=at, by=SYSTEM)


def test_money_that_came_back_to_no_case_stops_the_posting(database: Database) -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    with pytest.raises(BooksDisagree), database.write() as session:
        fill_cases(session, "K0", 1_000, at=at, by=SYSTEM, first=None)
