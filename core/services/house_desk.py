"""Sets the hours of the house, and lets staff stop new orders for a while: what was paid goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.errors import N_, BadInput, MejaError
from core.base.outcomes import retried
from core.base.text import clean_text
from core.events.record import SYSTEM, Actor, board_topic, menu_topic, tell
from core.outlets.errors import NoOutlet
from core.outlets.hours import House, Span, house_at
from core.outlets.hours_text import write_hours
from core.outlets.models import OpeningHours, Outlet
from core.outlets.queries import first_outlet, opening_spans, outlet_of
from core.staff.models import StaffMember
from core.staff.rights import Right, require

LONGEST_REASON: Final = 60
"""Characters: it stands in the head of the menu."""
LONGEST_PAUSE: Final = 24 * 60
"""Minutes. A longer one is called without an end."""


class PauseReasonNeeded(MejaError):
    """A pause that tells guests nothing."""

    kind = "pause-reason-needed"
    status = 422
    sentence = N_("Say in a word or two why: guests read it on the menu.")


@dataclass(frozen=True, slots=True)
class Opening:
    """The hours of a house and what it is now."""

    outlet: Outlet
    spans: list[Span]
    house: House


@dataclass(frozen=True, slots=True)
class HouseDesk:
    """When orders are taken. Each change is an event, a new version of the menu and a nudge to every open one."""

    db: Database
    clock: Clock

    def opening(self, outlet_id: int | None = None) -> Opening:
        """Read the hours and what the house is now. Raises NoOutlet."""
        with self.db.read() as session:
            outlet = first_outlet(session) if outlet_id is None else outlet_of(session, outlet_id)
            spans = opening_spans(session, outlet.id)
            return Opening(outlet, spans, house_at(spans, outlet.pause, outlet.zone, self.clock()))

    @retried
    def set_hours(self, spans: Sequence[Span], by: Actor = SYSTEM) -> None:
        """Write down when the house is open; without any span it always is. Raises NoOutlet, NotAllowed."""
        with self.db.write() as session:
            outlet = _outlet_of(session, by, Right.SET_HOURS)
            before = write_hours(opening_spans(session, outlet.id))
            session.execute(delete(OpeningHours).where(OpeningHours.outlet_id == outlet.id))
            session.add_all(
                OpeningHours(outlet_id=outlet.id, weekday=span.weekday, opens=span.opens, closes=span.closes)
                for span in spans
            )
            self._tell(session, outlet, "outlet.hours_set", by, before=before, hours=write_hours(spans))

    @retried
    def pause(self, reason: str, minutes: int | None, by: Actor = SYSTEM) -> None:
        """Take no new orders, for so many minutes or until somebody resumes. A pause that is on is replaced.

        Raises PauseReasonNeeded, BadText, BadInput, NoOutlet, NotAllowed.
        """
        said = clean_text(reason, limit=LONGEST_REASON, field="reason").replace("\n", " ")
        if not said:
            raise PauseReasonNeeded
        if minutes is not None and not 1 <= minutes <= LONGEST_PAUSE:
            raise BadInput(field="minutes")
        with self.db.write() as session:
            outlet = _outlet_of(session, by, Right.PAUSE_ORDERS)
            now = self.clock()
            outlet.paused_at, outlet.pause_reason = now, said
            outlet.paused_until = None if minutes is None else now + timedelta(minutes=minutes)
            self._tell(session, outlet, "outlet.paused", by, reason=said, minutes=minutes)

    @retried
    def resume(self, by: Actor = SYSTEM) -> None:
        """Take orders again. Safe to repeat: a house without a pause stays as it is. Raises NoOutlet, NotAllowed."""
        with self.db.write() as session:
            outlet = _outlet_of(session, by, Right.PAUSE_ORDERS)
            if outlet.paused_at is None:
                return
            outlet.paused_at = outlet.paused_until = outlet.pause_reason = None
            self._tell(session, outlet, "outlet.resumed", by)

    def _tell(self, session: Session, outlet: Outlet, kind: str, by: Actor, **data: Any) -> None:
        # In SQL: two changes at the same moment must make two new versions.
        outlet.menu_version = Outlet.menu_version + 1
        topics = (menu_topic(outlet.id), board_topic(outlet.id))
        tell(session, kind, outlet_id=outlet.id, at=self.clock(), by=by, topics=topics, **data)


def _outlet_of(session: Session, by: Actor, right: Right) -> Outlet:
    """Find and lock the outlet that somebody works for; the operator's commands work for the oldest."""
    member = session.get(StaffMember, by.id) if by.kind == "staff" and by.id is not None else None
    if member is not None:
        require(member, right)
    outlet_id = first_outlet(session).id if member is None else member.outlet_id
    outlet = session.scalar(select(Outlet).where(Outlet.id == outlet_id).with_for_update())
    if outlet is None:
        raise NoOutlet
    return outlet
