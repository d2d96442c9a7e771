"""The exception report: what staff did that a manager wants to see, and what it comes to for each person."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.base.clock import Clock, business_day, day_begins, day_ends
from core.base.database import Database
from core.base.errors import N_, MejaError
from core.base.paging import BadCursor, Period, Place, read_place
from core.events.models import Event
from core.orders.models import Order
from core.outlets.models import Outlet
from core.outlets.queries import outlet_of
from core.services.exception_days import Beside, look_beside
from core.services.exception_events import (
    Span,
    events_to_look_at,
    orders_of_events,
    typed_by,
)
from core.services.exception_kinds import (
    AT_STAKE,
    TOPIC_OF,
    ExceptionKind,
    ExceptionTopic,
    Mark,
    amount_of,
    kind_of,
    marks_of,
)
from core.services.qris_check import QrisCheck, check_qris
from core.shifts.models import Shift
from core.shifts.queries import open_shift
from core.staff.models import StaffMember
from core.staff.queries import everybody

PAGE: Final = 50
_USUAL: Final = timedelta(days=6)
_FIRST_DAY: Final = date(2000, 1, 31)
_LAST_DAY: Final = date(8999, 12, 31)
"""A calendar field takes any year."""
LONGEST_DAYS: Final = 31
MOST_EVENTS: Final = 10_000
"""More are not laid beside each other; the page says so."""


class SpanTooLong(MejaError):
    """More days than are laid beside each other."""

    kind = "span-too-long"
    status = 422
    sentence = N_("The exception report covers at most %(days)s days at once. Please choose a shorter period.")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at."""

    event: Event
    kind: ExceptionKind
    marks: frozenset[Mark]
    amount: int | None
    """Whole rupiah; negative for what left the drawer or was short in it."""
    who: str
    """Who did it or brought it to somebody, as events name people."""
    allowed_by: str
    """Who allowed it, where that was somebody else; empty otherwise."""
    order: Order | None

    @property
    def at_stake(self) -> int:
        """What somebody could have kept, in whole rupiah."""
        return abs(self.amount or 0) if self.kind in AT_STAKE else 0

    @property
    def place(self) -> Place:
        return Place(self.event.at.date(), self.event.id)


@dataclass(slots=True)
class PersonSums:
    """What stands in the report with one person's name."""

    who: str
    counts: Counter[ExceptionTopic] = field(default_factory=Counter)
    amounts: Counter[ExceptionTopic] = field(default_factory=Counter)
    """At stake, in whole rupiah."""
    allowed: int = 0
    """How many they allowed others."""
    allowed_amount: int = 0

    @property
    def count(self) -> int:
        return self.counts.total()

    @property
    def amount(self) -> int:
        return self.amounts.total()


@dataclass(frozen=True, slots=True)
class ExceptionPage:
    """One page of the report, with the sums of its whole span."""

    outlet: Outlet
    first: date
    last: date
    today: date
    findings: Sequence[Finding]
    """Of what was looked for, newest first."""
    sums: Sequence[PersonSums]
    """Whoever has had to do with most money comes first; what is nobody's comes last."""
    qris: QrisCheck
    people: Sequence[StaffMember]
    """Everybody who works at the outlet or did, by name."""
    open_shift_id: int | None
    """The shift that has no sheet yet."""
    cursor: str
    """Where the next page begins; empty on the last one."""
    is_cut: bool
    """Whether the oldest of the span were left out: there are too many."""


@dataclass(frozen=True, slots=True)
class ExceptionReport:
    """Reads what was written with each act. Nothing is changed."""

    db: Database
    clock: Clock

    def page(
        self,
        outlet_id: int,
        period: Period,
        *,
        topic: ExceptionTopic | None = None,
        by: str = "",
        cursor: str = "",
        size: int = PAGE,
    ) -> ExceptionPage:
        """Read one page; a period without a beginning has seven days. `by` names whoever did, brought or allowed it.

        Raises NoOutlet, BadCursor, SpanTooLong.
        """
        after = read_place(cursor)
        with self.db.read() as session:
            outlet = outlet_of(session, outlet_id)
            span = _span(outlet, *_days(period, self._today(outlet)))
            found, is_cut = _findings(session, outlet, span)
            wanted = [one for one in found if _is_wanted(one, topic, by)]
            start = _index_behind(wanted, after)
            shown = wanted[start : start + size]
            return ExceptionPage(
                outlet=outlet,
                first=span.first,
                last=span.last,
                today=self._today(outlet),
                findings=shown,
                sums=_sums(found),
                qris=check_qris(session, outlet_id, span.since, span.before),
                people=everybody(session, outlet_id),
                open_shift_id=shift.id if (shift := open_shift(session, outlet_id)) else None,
                cursor=str(shown[-1].place) if start + size < len(wanted) else "",
                is_cut=is_cut,
            )

    def each_day(self, outlet_id: int, period: Period) -> Iterator[tuple[Sequence[Finding], Mapping[str, str]]]:
        """Read all of a period of any length, newest first, one day at a time; with the names of the people in it."""
        with self.db.read() as session:
            outlet = outlet_of(session, outlet_id)
            names = {f"staff:{one.id}": one.name for one in everybody(session, outlet_id)}
        first, last = _days(period, self._today(outlet))
        for back in range((last - first).days + 1):
            day = last - timedelta(days=back)
            with self.db.read() as session:
                found, _ = _findings(session, outlet, _span(outlet, day, day))
            yield found, names

    def qris_of(self, shift: Shift) -> QrisCheck:
        """Lay what came by QRIS during a shift beside the orders that it paid."""
        with self.db.read() as session:
            return check_qris(session, shift.outlet_id, shift.opened_at, shift.closed_at or self.clock())

    def _today(self, outlet: Outlet) -> date:
        return business_day(self.clock(), outlet.zone, outlet.day_cutoff_hour)


def _days(period: Period, today: date) -> tuple[date, date]:
    last = _sane(period.last or max(today, period.first or today))
    return _sane(period.first or last - _USUAL), last


def _sane(day: date) -> date:
    return min(max(day, _FIRST_DAY), _LAST_DAY)


def _span(outlet: Outlet, first: date, last: date) -> Span:
    if (last - first).days >= LONGEST_DAYS:
        raise SpanTooLong(days=LONGEST_DAYS)
    zone, cutoff = outlet.zone, outlet.day_cutoff_hour
    return Span(outlet.id, first, last, day_begins(first, zone, cutoff), day_ends(last, zone, cutoff))


def _findings(session: Session, outlet: Outlet, span: Span) -> tuple[list[Finding], bool]:
    """Give what is to be looked at within a span, newest first, and whether the oldest were left out."""
    events = events_to_look_at(session, span, MOST_EVENTS + 1)
    newest = events[:MOST_EVENTS]
    beside = look_beside(newest[::-1], lambda at: business_day(at, outlet.zone, outlet.day_cutoff_hour))
    orders = orders_of_events(session, newest)
    ran_out = [event.order_id for event in newest if event.kind == "order.expired" and event.order_id is not None]
    typed = typed_by(session, ran_out)
    kinds = ((event, kind_of(event) or beside.kinds.get(event.id)) for event in newest)
    found = [_finding(event, kind, orders.get(event.order_id or 0), beside, typed) for event, kind in kinds if kind]
    return found, len(events) > MOST_EVENTS


def _finding(
    event: Event, kind: ExceptionKind, order: Order | None, beside: Beside, typed: Mapping[int, str]
) -> Finding:
    brought_by = event.data.get("asked_by_id")
    typist = typed.get(event.order_id or 0) if kind is ExceptionKind.RAN_OUT else None
    marks = marks_of(kind, event, order) | beside.marks.get(event.id, set())
    return Finding(
        event=event,
        kind=kind,
        marks=frozenset(marks | ({Mark.TYPED_BY_STAFF} if typist else set())),
        amount=beside.amounts.get(event.id, amount_of(kind, event, order)),
        who=typist or (event.by if brought_by is None else f"staff:{brought_by}"),
        allowed_by="" if brought_by is None else event.by,
        order=order,
    )


def _is_wanted(finding: Finding, topic: ExceptionTopic | None, by: str) -> bool:
    person = f"staff:{finding.event.data['person']}" if "person" in finding.event.data else ""
    is_theirs = not by or by in {finding.who, finding.allowed_by, person}
    return is_theirs and topic in {None, TOPIC_OF[finding.kind]}


def _index_behind(wanted: Sequence[Finding], after: Place | None) -> int:
    if after is None:
        return 0
    for index, finding in enumerate(wanted):
        if finding.place == after:
            return index + 1
    raise BadCursor


def _sums(found: Sequence[Finding]) -> list[PersonSums]:
    sums: dict[str, PersonSums] = {}
    for finding in found:
        mine = sums.setdefault(finding.who, PersonSums(finding.who))
        topic = TOPIC_OF[finding.kind]
        mine.counts[topic] += 1
        mine.amounts[topic] += finding.at_stake
        if finding.allowed_by:
            allower = sums.setdefault(finding.allowed_by, PersonSums(finding.allowed_by))
            allower.allowed += 1
            allower.allowed_amount += finding.at_stake
    return sorted(sums.values(), key=_heaviest_first)


def _heaviest_first(one: PersonSums) -> tuple[object, ...]:
    # What happened by itself, or at the gateway, comes after the people.
    return not one.who.startswith("staff:"), -one.amount, -one.count, -one.allowed_amount, one.who
