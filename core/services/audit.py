"""Tells who did what with money, people, prices, settings and devices. It reads what was written with each act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.clock import day_begins, day_ends
from core.base.database import Database
from core.base.paging import BadCursor, Period, Place, read_place
from core.events.acts import WantedActs, act_of, acts_of
from core.events.models import Event
from core.orders.models import Order
from core.outlets.models import Outlet
from core.outlets.queries import outlet_of
from core.shifts.queries import open_shift
from core.staff.models import StaffMember
from core.staff.queries import everybody, names_of_actors

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody did, with the order it was about, if any."""

    event: Event
    order: Order | None


@dataclass(frozen=True, slots=True)
class ActPage:
    """One page of acts, newest first."""

    outlet: Outlet
    acts: Sequence[Act]
    names: Mapping[str, str]
    """Names of the people among those who acted, as events name them."""
    people: Sequence[StaffMember]
    """Everybody who works at the outlet or did, by name."""
    open_shift_id: int | None
    """The shift that has no sheet yet."""
    cursor: str
    """Where the next page begins; empty on the last one."""


@dataclass(frozen=True, slots=True)
class Audit:
    """Reads the acts. Nothing is changed, and nothing of it can be: events are only ever added."""

    db: Database

    def page(
        self, outlet_id: int, wanted: WantedActs, period: Period, *, cursor: str = "", size: int = PAGE
    ) -> ActPage:
        """Read one page. The period's days are the outlet's own, which end at its cut-off. Raises NoOutlet, BadCursor."""
        place = read_place(cursor)
        with self.db.read() as session:
            outlet = outlet_of(session, outlet_id)
            after = _event_at(session, outlet_id, place)
            # One more than fits tells whether there is a next page.
            found = acts_of(session, outlet_id, _within(wanted, period, outlet), after, size + 1)
            shown = found[:size]
            return ActPage(
                outlet=outlet,
                acts=_with_orders(session, shown),
                names=names_of_actors(session, {event.by for event in shown}),
                people=everybody(session, outlet_id),
                open_shift_id=shift.id if (shift := open_shift(session, outlet_id)) else None,
                cursor=str(Place(shown[-1].at.date(), shown[-1].id)) if len(found) > size else "",
            )


def _event_at(session: Session, outlet_id: int, place: Place | None) -> Event | None:
    if place is None:
        return None
    event = act_of(session, outlet_id, place.number)
    if event is None:
        raise BadCursor
    return event


def _within(wanted: WantedActs, period: Period, outlet: Outlet) -> WantedActs:
    first, last, zone, cutoff = period.first, period.last, outlet.zone, outlet.day_cutoff_hour
    since = None if first is None else day_begins(first, zone, cutoff)
    before = None if last is None else day_ends(last, zone, cutoff)
    return replace(wanted, since=since, before=before)


def _with_orders(session: Session, events: Sequence[Event]) -> Sequence[Act]:
    ids = {event.order_id for event in events if event.order_id is not None}
    orders = {order.id: order for order in session.scalars(select(Order).where(Order.id.in_(ids)))}
    return [Act(event, orders.get(event.order_id or 0)) for event in events]
