"""Reads on which day of the gateway's zone something happened, from the ways in which files write it."""

import re
from datetime import date, datetime, timedelta
from typing import Final

from core.base.clock import GATEWAY_ZONE
from core.base.errors import N_
from core.settlements.cells import Number
from core.settlements.errors import in_cell

_TIME: Final = (
    r"(?:,?[T ]\s?(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?:[:.][0-9]{2}(?:[.,][0-9]{1,9})?)?(?:\s?[AP]M)?"
    r"(?:\s?(?P<zone>Z|UTC|WIB|(?:GMT\s?)?[+-][0-9]{2}:?(?:[0-9]{2})?))?)?"
)
_FORMS: Final = tuple(
    re.compile(day + _TIME, re.ASCII | re.IGNORECASE)
    for day in (
        r"(?P<year>[0-9]{4})[-/](?P<month>[0-9]{1,2})[-/](?P<day>[0-9]{1,2})",
        r"(?P<day>[0-9]{1,2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})",
        r"(?P<day>[0-9]{1,2})[- ](?P<month>[A-Za-z]{3,9})[- ,]\s?(?P<year>[0-9]{4})",
    )
)
_MONTHS: Final = (
    *(("jan",), ("feb",), ("mar",), ("apr",), ("mei", "may"), ("jun",)),
    *(("jul",), ("agu", "aug"), ("sep",), ("okt", "oct"), ("nov",), ("des", "dec")),
)
_FIRST, _LAST = date(2019, 8, 17), date(2099, 12, 31)
"""QRIS is no older."""
_EPOCHS: Final = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_SERIAL: Final = re.compile(r"([0-9]{1,6})(?:\.[0-9]{1,17})?", re.ASCII)


def read_day(cell: str, row: int, column: str, *, begins_1904: bool = False) -> date | None:
    """Read a day; nothing from an empty cell. The day stands before the month, unless the year comes first.

    A time without an offset is the gateway's own; one with an offset is brought there. Raises BadSettlementFile.
    """
    if cell == "":
        return None
    try:
        found = _of_number(cell, begins_1904=begins_1904) if isinstance(cell, Number) else _of_text(cell)
    except (ValueError, OverflowError):
        found = None
    if found is None or not _FIRST <= found <= _LAST:
        raise in_cell(row, column, N_("“%(cell)s” is no day: write 2026-11-28 or 28/11/2026."), cell=cell)
    return found


def _of_number(cell: str, *, begins_1904: bool) -> date | None:
    found = _SERIAL.fullmatch(cell)
    return _EPOCHS[begins_1904] + timedelta(days=int(found[1])) if found else None


def _of_text(cell: str) -> date | None:
    for form in _FORMS:
        if found := form.fullmatch(cell):
            day = date(int(found["year"]), _month(found["month"]), int(found["day"]))
            return _at_the_gateway(day, found) if found["zone"] else day
    return None


def _month(written: str) -> int:
    if written.isdecimal():
        return int(written)
    return next((number for number, names in enumerate(_MONTHS, 1) if written.lower().startswith(names)), 0)


def _at_the_gateway(day: date, found: re.Match[str]) -> date:
    zone = found["zone"].upper().removeprefix("GMT").strip()
    offset = "+00:00" if zone in {"Z", "UTC"} else zone
    if offset == "WIB":
        return day
    moment = (
        f"{day.isoformat()}T{int(found['hour']):02}:{found['minute']}{offset if len(offset) > 3 else f'{offset}:00'}"
    )
    return datetime.fromisoformat(moment).astimezone(GATEWAY_ZONE).date()
