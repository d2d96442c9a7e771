"""Reads opening hours as people write them on a command line, and writes them back: `mon-fri 08:00-22:00`."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final

from core.base.day_time import DAY, ClockTime, read_span
from core.outlets.errors import BadHours
from core.outlets.hours import Span

_ENGLISH: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_INDONESIAN: Final = ("sen", "sel", "rab", "kam", "jum", "sab", "min")
_DAYS: Final = {name: day for names in (_ENGLISH, _INDONESIAN) for day, name in enumerate(names)}
_EVERY: Final = {"daily", "tiap-hari"}
_LINE: Final = re.compile(r"([a-z,-]+)\s+(.+)")


def read_hours(lines: Sequence[str]) -> list[Span]:
    """Read lines such as `mon-fri 08:00-15:00 18:00-22:00` or `sat,sun 07:00-01:00`.

    Raises BadHours with the line that cannot be read, or when two stretches of one day overlap.
    """
    spans = sorted({span for line in lines for span in _read_line(line)}, key=lambda span: (span.weekday, span.opens))
    for earlier, later in pairwise(spans):
        if earlier.weekday == later.weekday and later.opens < earlier.closes:
            raise BadHours(line=f"{_ENGLISH[later.weekday]} {_spell(earlier)} {_spell(later)}")
    return spans


def write_hours(spans: Sequence[Span]) -> list[str]:
    """Write spans as lines that `read_hours` takes back, days with the same hours together."""
    by_day = [(day, " ".join(_spell(span) for span in spans if span.weekday == day)) for day in range(7)]
    lines = []
    for hours, group in groupby((one for one in by_day if one[1]), key=lambda one: one[1]):
        days = [day for day, _ in group]
        named = "daily" if len(days) == 7 else ",".join(_ENGLISH[day] for day in days)
        lines.append(f"{named} {hours}")
    return lines


def _read_line(line: str) -> Iterator[Span]:
    found = _LINE.fullmatch(line.strip().lower())
    days = list(_read_days(found[1])) if found else []
    times = [read_span(word) for word in found[2].split()] if found else []
    for span in times:
        if span is None or not days:
            raise BadHours(line=line)
        start, end = span
        for day in days:
            yield Span(day, start, end if end > start else end + DAY)
    if not times:
        raise BadHours(line=line)


def _read_days(text: str) -> Iterator[int]:
    if text in _EVERY:
        yield from range(7)
        return
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if first not in _DAYS or (dash and last not in _DAYS):
            raise BadHours(line=text)
        begin, end = _DAYS[first], _DAYS[last] if dash else _DAYS[first]
        yield from (day % 7 for day in range(begin, end + 1 if end >= begin else end + 8))


def _spell(span: Span) -> str:
    return f"{ClockTime(span.opens)}-{ClockTime(span.closes)}"
