"""How long somebody stays signed in on a screen, and how it begins and ends."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.base.ids import digest_of
from core.staff.models import PendingLogin, StaffSession

IDLE: Final = timedelta(hours=12)
"""A board asks for itself every few seconds: idle means that the machine was off."""
LIFETIME: Final = timedelta(hours=12)
FRESH: Final = timedelta(minutes=5)
"""For so long whoever signed in is taken to be the one who stands there."""
CODE_WITHIN: Final = timedelta(minutes=10)
"""How long after the password the code may come."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A browser, as far as we know it."""

    device: str = ""
    """What it is called here, through all who work on it."""
    browser: str = ""
    address: str = ""


def is_good(found: StaffSession, now: datetime) -> bool:
    """Tell whether a session still opens anything. Its member must be loaded."""
    return (
        found.ended_at is None
        and found.member.is_active
        and now - found.started_at < LIFETIME
        and now - found.seen_at < IDLE
    )


def is_fresh(found: StaffSession, now: datetime) -> bool:
    """Tell whether somebody has only just proved here who they are."""
    return is_good(found, now) and found.proven_at is not None and now - found.proven_at <= FRESH


def open_session(
    session: Session, staff_id: int, screen: Screen, *, at: datetime, started_at: datetime | None = None
) -> str:
    """Sign a person in on a screen; gives the token for its cookie. The database keeps only the digest.

    `started_at` is when the password was typed there, where that was earlier: the session ends by it.
    """
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_digest=digest_of(token),
            staff_id=staff_id,
            started_at=started_at or at,
            seen_at=at,
            proven_at=at,
            device=screen.device,
            browser=screen.browser,
            address=screen.address,
        )
    )
    return token


def open_login(session: Session, staff_id: int, device: str, *, at: datetime) -> str:
    """Remember that a browser knows the password; gives the token for its cookie."""
    token = secrets.token_urlsafe(32)
    session.execute(delete(PendingLogin).where(PendingLogin.expires_at <= at))
    pending = PendingLogin(token_digest=digest_of(token), staff_id=staff_id, device=device, expires_at=at + CODE_WITHIN)
    session.add(pending)
    return token


def end_sessions(session: Session, staff_id: int, *, at: datetime) -> None:
    """Sign a person out wherever they are, and wherever they are about to sign in."""
    mine = StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None)
    session.execute(update(StaffSession).where(*mine).values(ended_at=at))
    session.execute(delete(PendingLogin).where(PendingLogin.staff_id == staff_id))


def end_one(session: Session, digest: str, *, at: datetime) -> None:
    """End the session that a browser had before, should it still be one: whoever signs in there begins anew."""
    mine = StaffSession.token_digest == digest, StaffSession.ended_at.is_(None)
    session.execute(update(StaffSession).where(*mine).values(ended_at=at))


def end_one_of(session: Session, staff_id: int, session_id: int, *, at: datetime) -> bool:
    """End one session of a person; tells whether there was one to end."""
    mine = StaffSession.id == session_id, StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None)
    ended = session.scalars(update(StaffSession).where(*mine).values(ended_at=at).returning(StaffSession.id)).all()
    return bool(ended)


def last_seen(session: Session, ids: Collection[int]) -> Mapping[int, datetime]:
    """Tell when each of some people was last seen on any screen."""
    seen = select(StaffSession.staff_id, func.max(StaffSession.seen_at)).where(StaffSession.staff_id.in_(ids))
    return dict(session.execute(seen.group_by(StaffSession.staff_id)).all())
