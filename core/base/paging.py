"""Pages of lists that only grow: each goes on where the one before it ended, whatever came in meanwhile."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from core.base.errors import N_, MejaError

_CURSOR: Final = re.compile(r"(\d{8})\.(\d{1,18})", re.ASCII)


class BadCursor(MejaError):
    """A place in a list that no page of ours has named."""

    kind = "bad-cursor"
    status = 422
    sentence = N_("This page of the list cannot be found. Please start again from its beginning.")


class BadPeriod(MejaError):
    """A period that ends before it begins."""

    kind = "bad-period"
    status = 422
    sentence = N_("The period ends before it begins.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the outlet's day, and a number that grows within it."""

    day: date
    number: int

    def __str__(self) -> str:
        return f"{self.day:%Y%m%d}.{self.number}"


def read_place(cursor: str) -> Place | None:
    """Read where to go on; nothing for an empty cursor. Raises BadCursor."""
    if not cursor:
        return None
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise BadCursor
    try:
        return Place(date.fromisoformat(found[1]), int(found[2]))
    except ValueError:
        raise BadCursor from None


@dataclass(frozen=True, slots=True)
class Period:
    """Which of the outlet's own days are wanted, both ends included; or which moments, from one up to another."""

    first: date | None = None
    last: date | None = None
    since: datetime | None = None
    before: datetime | None = None

    def __post_init__(self) -> None:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise BadPeriod
        if self.since is not None and self.before is not None and self.before < self.since:
            raise BadPeriod
