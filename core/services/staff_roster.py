"""Says who works here: adding people, changing their secrets, letting them go."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.text import clean_text
from core.events.record import SYSTEM, Actor, tell
from core.outlets.queries import outlet_of
from core.staff.errors import BadUsername, UnknownMember, UsernameTaken, WeakSecret
from core.staff.models import Role, StaffMember
from core.staff.queries import member_by_username, open_sessions_of
from core.staff.secrets import hash_secret

SHORTEST_PASSWORD = 10
PIN_DIGITS = 6
PIN = re.compile(rf"[0-9]{{{PIN_DIGITS}}}", re.ASCII)
USERNAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,39}")


@dataclass(frozen=True, slots=True)
class StaffRoster:
    """The list of people who may sign in. Every change ends the sign-ins that it touches."""

    db: Database
    clock: Clock

    def add_member(
        self, outlet_id: int, username: str, name: str, role: Role, password: str, by: Actor = SYSTEM
    ) -> StaffMember:
        """Write down a new person.

        Raises BadUsername, UsernameTaken, WeakSecret, or UnknownOutlet.
        """
        if not USERNAME.fullmatch(username):
            raise BadUsername
        hashed = _hash_password(password)
        try:
            with self.db.write() as session:
                outlet_of(session, outlet_id)
                member = StaffMember(
                    outlet_id=outlet_id,
                    username=username,
                    name=clean_text(name, limit=80, field="name") or username,
                    role=role,
                    password_hash=hashed,
                )
                session.add(member)
                session.flush()
                _tell_about(session, "staff.added", member, self.clock(), by)
        except IntegrityError as error:
            raise UsernameTaken(username=username) from error
        return member

    def set_password(self, username: str, password: str, by: Actor = SYSTEM) -> None:
        """Change a password; whoever was signed in with the old one is signed out.

        Raises UnknownMember or WeakSecret.
        """
        hashed = _hash_password(password)
        with self._changing(username, "staff.password_changed", by) as member:
            member.password_hash = hashed

    def set_pin(self, username: str, pin: str, by: Actor = SYSTEM) -> None:
        """Change a PIN of six digits. Raises UnknownMember or WeakSecret."""
        if not PIN.fullmatch(pin):
            raise WeakSecret(password=SHORTEST_PASSWORD, pin=PIN_DIGITS)
        hashed = hash_secret(pin)
        with self._changing(username, "staff.pin_changed", by) as member:
            member.pin_hash = hashed

    def disable(self, username: str, by: Actor = SYSTEM) -> None:
        """Let a person go: no more sign-ins, and the present ones end now. Raises UnknownMember."""
        with self._changing(username, "staff.disabled", by) as member:
            member.is_active = False

    @contextmanager
    def _changing(self, username: str, kind: str, by: Actor) -> Iterator[StaffMember]:
        now = self.clock()
        with self.db.write() as session:
            member = member_by_username(session, username.strip().lower())
            if member is None:
                raise UnknownMember(username=username)
            yield member
            for one in open_sessions_of(session, member.id):
                one.ended_at = now
            _tell_about(session, kind, member, now, by)


def _hash_password(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise WeakSecret(password=SHORTEST_PASSWORD, pin=PIN_DIGITS)
    return hash_secret(password)


def _tell_about(session: Session, kind: str, member: StaffMember, at: datetime, by: Actor) -> None:
    tell(session, kind, outlet_id=member.outlet_id, at=at, by=by, topics=(), username=member.username, role=member.role)
