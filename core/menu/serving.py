"""Part of a menu may have hours of its own: breakfast until eleven, satay from five."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.base.day_time import DAY, ClockTime
from core.menu.errors import LastOrderOver, NotServedNow

if TYPE_CHECKING:
    from core.menu.models import Dish


@dataclass(frozen=True, slots=True)
class ServingHours:
    """From when to when something is served, in minutes of the outlet's day; it may pass midnight."""

    start: int
    end: int
    last_order: int | None = None

    def covers(self, minute: int) -> bool:
        """Tell whether it can be ordered in a minute of the day."""
        return _lies_in(minute, self.start, self.end if self.last_order is None else self.last_order)

    def is_served(self, minute: int) -> bool:
        """Tell whether it stands on the tables in a minute of the day, ordered before."""
        return _lies_in(minute, self.start, self.end)

    @property
    def starts(self) -> ClockTime:
        return ClockTime(self.start)

    @property
    def ends(self) -> ClockTime:
        return ClockTime(self.end)

    @property
    def last_orders(self) -> ClockTime | None:
        return None if self.last_order is None else ClockTime(self.last_order)


def hold_to_hours(dishes: Iterable["Dish"], minute: int) -> None:
    """Raise NotServedNow for the first dish that cannot be ordered in this minute of the day."""
    for dish in dishes:
        hours = dish.category.hours
        if hours is None or hours.covers(minute):
            continue
        if hours.last_orders is not None and hours.is_served(minute):
            raise LastOrderOver(dish=dish.name, last=hours.last_orders, start=hours.starts, end=hours.ends)
        raise NotServedNow(dish=dish.name, start=hours.starts, end=hours.ends)


def _lies_in(minute: int, start: int, end: int) -> bool:
    return (minute - start) % DAY < ((end - start) % DAY or DAY)
