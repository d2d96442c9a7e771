"""Sees what only shows beside something else of the same day or shift: changed back, put back, done twice, in parts."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from core.events.models import Event
from core.services.exception_kinds import WRONG_PIN, ExceptionKind, Mark, changed_settings
from core.services.shift_desk import MOVEMENT_LIMIT
from core.shifts.queries import DRAWER_MOVED

SLIPS_OF_A_DAY: Final = 2
"""Wrong PINs on one person's screen that are nothing to look at."""


@dataclass(slots=True)
class Beside:
    """What some events are beside others, by their numbers."""

    kinds: dict[int, ExceptionKind] = field(default_factory=dict)
    """Of those that are nothing to look at by themselves."""
    marks: defaultdict[int, set[Mark]] = field(default_factory=lambda: defaultdict(set))
    amounts: dict[int, int] = field(default_factory=dict)
    """Whole rupiah, where an event alone does not tell them."""


def look_beside(events: Sequence[Event], day_of: Callable[[datetime], date]) -> Beside:
    """Lay events of whole days beside each other, the oldest first."""
    beside = Beside()
    _changed_back(events, beside, day_of)
    _put_back(events, beside)
    _in_parts(events, beside)
    _done_again(events, beside, day_of)
    _tried(events, beside, day_of)
    _floats(events, beside, day_of)
    return beside


def _changed_back(events: Sequence[Event], beside: Beside, day_of: Callable[[datetime], date]) -> None:
    was: defaultdict[tuple[date, str], set[object]] = defaultdict(set)
    for event in events:
        for what, (before, after) in _changes(event):
            values = was[day_of(event.at), f"{event.kind} {what}"]
            if after in values:
                beside.marks[event.id].add(Mark.CHANGED_BACK)
            values.add(before)


def _changes(event: Event) -> Iterator[tuple[str, tuple[object, object]]]:
    if event.kind == "menu.imported":
        for price in event.data.get("prices", []):
            yield price["what"], (price["before"], price["after"])
    elif event.kind == "outlet.set_up":
        yield from changed_settings(event).items()


def _put_back(events: Sequence[Event], beside: Beside) -> None:
    out: defaultdict[tuple[int, int], list[Event]] = defaultdict(list)
    for event in _of(events, DRAWER_MOVED):
        amount = event.data["amount"]
        taken = out[event.data["shift_id"], abs(amount)]
        if amount < 0:
            taken.append(event)
        elif taken:
            beside.marks[event.id].add(Mark.PUT_BACK)
            beside.marks[taken.pop().id].add(Mark.PUT_BACK)


def _in_parts(events: Sequence[Event], beside: Beside) -> None:
    carried: defaultdict[tuple[int, str], int] = defaultdict(int)
    for event in _of(events, DRAWER_MOVED):
        amount = -event.data["amount"]
        if 0 < amount <= MOVEMENT_LIMIT:
            whose = event.data["shift_id"], event.by
            carried[whose] += amount
            if carried[whose] > MOVEMENT_LIMIT:
                beside.marks[event.id].add(Mark.IN_PARTS)


def _done_again(events: Sequence[Event], beside: Beside, day_of: Callable[[datetime], date]) -> None:
    again: Mapping[str, tuple[ExceptionKind, Callable[[Event], str]]] = {
        "shift.closed": (ExceptionKind.COUNTED_AGAIN, lambda event: event.by),
        "dish.counted": (ExceptionKind.PORTIONS_RECOUNTED, lambda event: str(event.data.get("dish"))),
    }
    seen: set[tuple[date, str, str]] = set()
    for event in events:
        if event.kind in again:
            kind, whose = again[event.kind]
            what = day_of(event.at), event.kind, whose(event)
            if what in seen:
                beside.kinds[event.id] = kind
                beside.marks[event.id].add(Mark.SAME_DAY)
            seen.add(what)


def _tried(events: Sequence[Event], beside: Beside, day_of: Callable[[datetime], date]) -> None:
    tries: Counter[tuple[date, str]] = Counter()
    for event in _of(events, WRONG_PIN):
        whose = day_of(event.at), event.by
        tries[whose] += 1
        if tries[whose] > SLIPS_OF_A_DAY:
            beside.kinds[event.id] = ExceptionKind.PINS_TRIED


def _floats(events: Sequence[Event], beside: Beside, day_of: Callable[[datetime], date]) -> None:
    # Over night the takings are carried home, and the next day begins with change.
    counted: dict[date, int] = {}
    for event in events:
        day = day_of(event.at)
        if event.kind == "shift.closed":
            counted[day] = event.data["counted"]
        elif event.kind == "shift.opened" and event.data["opening_float"] != counted.get(
            day, event.data["opening_float"]
        ):
            beside.kinds[event.id] = ExceptionKind.FLOAT_DIFFERS
            beside.amounts[event.id] = event.data["opening_float"] - counted[day]


def _of(events: Sequence[Event], kind: str) -> Iterator[Event]:
    return (event for event in events if event.kind == kind)
