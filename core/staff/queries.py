"""Finds people and their sessions."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager

from core.events.models import Event
from core.outlets.models import Outlet
from core.staff.models import StaffMember, StaffSession

# Asked with every request of a screen.
_SESSION = (
    select(StaffSession)
    .join(StaffSession.member)
    .options(contains_eager(StaffSession.member))
    .where(StaffSession.token_digest == bindparam("digest"))
)
# Asked by every screen at once whenever something happens: one question instead of three.
_AT_WORK = _SESSION.join(Outlet, Outlet.id == StaffMember.outlet_id).add_columns(
    Outlet,
    select(Event.id)
    .where(Event.outlet_id == StaffMember.outlet_id)
    .order_by(Event.id.desc())
    .limit(1)
    .correlate(StaffMember)
    .scalar_subquery(),
)


def member_by_username(session: Session, username: str) -> StaffMember | None:
    """Find a person by the name they sign in with, whether active or not."""
    return session.scalar(select(StaffMember).where(StaffMember.username == username))


def staff_for_update(session: Session, outlet_id: int) -> dict[int, StaffMember]:
    """Lock everybody who works at an outlet or did, by their ids: whoever changes people is alone with all of them.

    Rows that only point at them may still be written meanwhile.
    """
    found = select(StaffMember).where(StaffMember.outlet_id == outlet_id).order_by(StaffMember.id)
    locked = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    return {member.id: member for member in session.scalars(locked)}


def member_for_update(session: Session, staff_id: int) -> StaffMember:
    """Find and lock one person. People are locked before their sessions."""
    return session.get_one(StaffMember, staff_id, with_for_update={"key_share": True}, populate_existing=True)


def members_of_outlet(session: Session, outlet_id: int) -> Sequence[StaffMember]:
    """List who works at an outlet, by the order they came."""
    found = select(StaffMember).where(StaffMember.outlet_id == outlet_id, StaffMember.is_active)
    return session.scalars(found.order_by(StaffMember.id)).all()


def everybody(session: Session, outlet_id: int) -> Sequence[StaffMember]:
    """List everybody who works at an outlet or did, by name."""
    found = select(StaffMember).where(StaffMember.outlet_id == outlet_id)
    return session.scalars(found.order_by(StaffMember.name, StaffMember.id)).all()


def session_by_digest(session: Session, digest: str) -> StaffSession | None:
    """Find a sign-in by the digest of its token, with its member loaded."""
    return session.scalar(_SESSION, {"digest": digest})


def place_by_digest(session: Session, digest: str) -> tuple[StaffSession, Outlet, int] | None:
    """Find a sign-in with its member loaded, the outlet they work for, and the number of its newest event, or 0."""
    row = session.execute(_AT_WORK, {"digest": digest}).one_or_none()
    return None if row is None else (row[0], row[1], row[2] or 0)


def names_by_id(session: Session, ids: set[int]) -> dict[int, str]:
    """Tell people's names by their ids."""
    rows = session.execute(select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(ids)))
    return {row.id: row.name for row in rows}


def names_of_actors(session: Session, actors: Iterable[str | None]) -> Mapping[str, str]:
    """Tell the names of those among some actors (`staff:7`, `gateway`) that are people who work here."""
    ids = {actor: number for actor in actors if actor is not None and (number := _staff_id(actor)) is not None}
    names = names_by_id(session, set(ids.values()))
    return {actor: names[number] for actor, number in ids.items() if number in names}


def _staff_id(actor: str) -> int | None:
    kind, _, number = actor.partition(":")
    return int(number) if kind == "staff" and number else None
