"""Lets staff in by password, and knows them again by what their browser holds."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.base.outcomes import retried
from core.outlets.models import Outlet
from core.outlets.queries import outlet_of
from core.services.staff_roster import PIN, USERNAME, StaffRoster
from core.staff.errors import WrongLogin, WrongPin
from core.staff.limits import Lane, LoginLimits, known_device_lane, pin_lane, strangers_lane
from core.staff.models import StaffMember, StaffSession
from core.staff.queries import member_by_username, members_of_outlet, session_by_digest
from core.staff.rights import Right, may
from core.staff.secrets import check_secret, nobodys_hash

IDLE = timedelta(hours=12)
"""A board asks for itself every few seconds: idle means that the machine was off."""
LIFETIME = timedelta(hours=12)
_LONGEST_NAME = 80
_LONGEST_PASSWORD = 200
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StaffDoor(StaffRoster):
    """Who is signed in where. A token is handed out once; the database keeps only its digest."""

    limits: LoginLimits = field(default_factory=LoginLimits)

    def sign_in(self, username: str, password: str, address: str, device: str = "") -> tuple[str, StaffMember]:
        """Check a login and start a session; gives the token for the cookie, and the person.

        `address` is where the request came from; `device` what `device_of` gave for the session
        that this browser had before. Raises WrongLogin, the same after the same time for an unknown
        name; TooManyTries; Busy.
        """
        username = username.strip().lower()[:_LONGEST_NAME]
        member, lane = self._who_and_where(username, address, device)
        self.limits.enter(lane)
        is_right = check_secret(member.password_hash if member else nobodys_hash(), password[:_LONGEST_PASSWORD])
        if member is None or not is_right:
            self.limits.was_wrong(lane)
            raise WrongLogin
        token = self._start_session(member)
        self.limits.was_right(lane)
        return token, member

    def member_of(self, token: str) -> StaffMember | None:
        """Tell whose session a token is; nobody's when it has ended, grown old, or its person has gone."""
        now = self.clock()
        with self.db.read() as session:
            found = session_by_digest(session, device_of(token))
        if found is None or not _is_good(found, now):
            return None
        if now - found.seen_at >= _TOUCH_EVERY:
            self._touch(found.token_digest, now)
        return found.member

    @retried
    def sign_out(self, token: str) -> None:
        """End a session for good. A token that means nothing is no trouble."""
        with self.db.write() as session:
            found = session_by_digest(session, device_of(token))
            if found is not None and found.ended_at is None:
                found.ended_at = self.clock()

    def approve(self, asker: StaffMember, pin: str, right: Right) -> StaffMember:
        """Tell whose PIN allows something on the asker's screen: the asker's own, or that of somebody else there.

        Takes about 25 ms for each person who has the right. Raises WrongPin, TooManyTries, Busy.
        """
        lane = pin_lane(asker.id)
        self.limits.enter(lane)
        with self.db.read() as session:
            members = [one for one in members_of_outlet(session, asker.outlet_id) if may(one, right) and one.pin_hash]
        for member in sorted(members, key=lambda one: one.id != asker.id):
            if PIN.fullmatch(pin) and check_secret(member.pin_hash, pin):
                self.limits.was_right(lane)
                return member
        self.limits.was_wrong(lane)
        raise WrongPin

    def workplace(self, member: StaffMember) -> Outlet:
        """Give the outlet that a person works for: its name, its clock, its language."""
        with self.db.read() as session:
            return outlet_of(session, member.outlet_id)

    def _who_and_where(self, username: str, address: str, device: str) -> tuple[StaffMember | None, Lane]:
        with self.db.read() as session:
            # Databases refuse some characters with an error of their own: only what can be a name is looked up.
            member = member_by_username(session, username) if USERNAME.fullmatch(username) else None
            before = session_by_digest(session, device) if device else None
        if before is not None and before.member.username == username:
            lane = known_device_lane(device)
        else:
            lane = strangers_lane(username, address)
        return (member if member is not None and member.is_active else None), lane

    def _start_session(self, member: StaffMember) -> str:
        token = secrets.token_urlsafe(32)
        now = self.clock()
        with self.db.write() as session:
            fresh = session.get_one(StaffMember, member.id)
            # Somebody may have been let go, or had the password changed, while we were hashing.
            if not fresh.is_active or fresh.password_hash != member.password_hash:
                raise WrongLogin
            session.add(StaffSession(token_digest=device_of(token), staff_id=member.id, started_at=now, seen_at=now))
        return token

    def _touch(self, digest: str, now: datetime) -> None:
        with self.db.write() as session:
            found = session_by_digest(session, digest)
            if found is not None:
                found.seen_at = now


def device_of(token: str) -> str:
    """Give the digest of a token: what the database keeps, and what a browser may remember for ever.

    It opens nothing by itself; it only says that somebody was signed in here before.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _is_good(found: StaffSession, now: datetime) -> bool:
    return (
        found.ended_at is None
        and found.member.is_active
        and now - found.started_at < LIFETIME
        and now - found.seen_at < IDLE
    )
