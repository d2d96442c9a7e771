"""Times of day in minutes since midnight, by the outlet's clock: read from what people write, and told to them."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.base.errors import N_

DAY: Final = 1440
"""Minutes."""
_TIME: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")
_SPAN: Final = re.compile(r"([0-9:.]{4,5})\s*[-–]\s*([0-9:.]{4,5})")
_WEEKDAYS: Final = (
    *(N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday")),
    *(N_("Friday"), N_("Saturday"), N_("Sunday")),
)
Translate = Callable[[str], str]


class Told(ABC):
    """A value of a sentence that each language says in its own way. As a plain string it is English."""

    __slots__ = ()

    @abstractmethod
    def told(self, translate: Translate) -> str:
        """Say it in the language of a catalogue."""

    def __str__(self) -> str:
        return self.told(lambda sentence: sentence)


@dataclass(frozen=True, slots=True)
class ClockTime(Told):
    """A time of day: 10:00, or 10.00 in Indonesian. The end of a day is 24:00."""

    minutes: int

    __str__ = Told.__str__

    def told(self, translate: Translate) -> str:
        hour, minute = divmod(self.minutes if self.minutes == DAY else self.minutes % DAY, 60)
        return translate(N_("%H:%M")).replace("%H", f"{hour:02}").replace("%M", f"{minute:02}")


@dataclass(frozen=True, slots=True)
class NextTime(Told):
    """A time of today or one of the next days, as people say it: at 10:00, tomorrow at 10:00, Monday at 10:00."""

    minutes: int
    days: int
    """From today: 0 is today itself."""
    weekday: int
    """Monday is 0."""

    __str__ = Told.__str__

    def told(self, translate: Translate) -> str:
        time = ClockTime(self.minutes).told(translate)
        if self.days == 0:
            return translate(N_("at %(time)s")) % {"time": time}
        if self.days == 1:
            return translate(N_("tomorrow at %(time)s")) % {"time": time}
        day = translate(_WEEKDAYS[self.weekday])
        return translate(N_("%(day)s at %(time)s")) % {"day": day, "time": time}


def minute_of_day(at: datetime, zone: str) -> int:
    """Tell how many minutes of the outlet's day have passed at a moment."""
    local = at.astimezone(ZoneInfo(zone))
    return local.hour * 60 + local.minute


def read_time(text: str) -> int | None:
    """Read 10:00, 9.30 or 24:00; nothing when it is no time of day."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    minutes = hour * 60 + minute
    return minutes if minute < 60 and minutes <= DAY else None


def read_span(text: str) -> tuple[int, int] | None:
    """Read 08:00-22:00; the end may lie after midnight. Nothing when it is no span, or has no length."""
    found = _SPAN.fullmatch(text.strip())
    start, end = (read_time(found[1]), read_time(found[2])) if found else (None, None)
    if start is None or end is None or start in (DAY, end):
        return None
    return start, end
