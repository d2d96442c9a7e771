"""Shows who works here to those who may manage them: what they may do, when they were last seen, where they are signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from core.base.clock import Clock
from core.base.database import Database
from core.staff.errors import UnknownMember
from core.staff.models import StaffMember, StaffSession
from core.staff.rights import roles_to_give
from core.staff.sessions import is_good, last_seen
from core.staff.tries import held_among


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here, or did."""

    member: StaffMember
    seen_at: datetime | None
    """When they were last seen on any screen; nothing before the first time."""
    sessions: Sequence[StaffSession]
    """Where they are signed in now, the latest first."""
    is_held: bool = False
    """Whether too many wrong tries keep them out somewhere."""


@dataclass(frozen=True, slots=True)
class People:
    """Reads the list of people. Nothing is changed."""

    db: Database
    clock: Clock

    def of(self, boss: StaffMember) -> Sequence[Person]:
        """List those whom somebody may manage, and themselves: who may sign in first, then by rank, then by name."""
        with self.db.read() as session:
            return _persons(session, boss, self.clock())

    def one(self, boss: StaffMember, username: str) -> Person:
        """Find one of them. Raises UnknownMember, also for somebody whom the boss may not manage."""
        found = next((person for person in self.of(boss) if person.member.username == username), None)
        if found is None:
            raise UnknownMember(username=username)
        return found

    def oneself(self, member: StaffMember) -> Person:
        """Give what there is to know about whoever asks."""
        with self.db.read() as session:
            return _told(session, [session.get_one(StaffMember, member.id)], self.clock())[0]


def _persons(session: Session, boss: StaffMember, now: datetime) -> Sequence[Person]:
    ranks = roles_to_give(boss)
    everybody = session.scalars(select(StaffMember).where(StaffMember.outlet_id == boss.outlet_id))
    shown = [member for member in everybody if member.role in ranks or member.id == boss.id]
    order = [*ranks, *({boss.role} - set(ranks))]
    shown.sort(key=lambda one: (not one.is_active, -order.index(one.role), one.name.casefold(), one.id))
    return _told(session, shown, now)


def _told(session: Session, members: Sequence[StaffMember], now: datetime) -> Sequence[Person]:
    ids = [member.id for member in members]
    open_ones = select(StaffSession).join(StaffSession.member).options(contains_eager(StaffSession.member))
    mine = StaffSession.staff_id.in_(ids), StaffSession.ended_at.is_(None)
    found = [one for one in session.scalars(open_ones.where(*mine)) if is_good(one, now)]
    found.sort(key=lambda one: one.seen_at, reverse=True)
    seen, held = last_seen(session, ids), held_among(session, [member.username for member in members], at=now)
    return [
        Person(
            member,
            seen.get(member.id),
            [one for one in found if one.staff_id == member.id],
            is_held=member.username in held,
        )
        for member in members
    ]
