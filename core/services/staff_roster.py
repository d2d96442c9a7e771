"""Says who works here: adding people, changing them and their secrets, letting them go."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.outcomes import retried
from core.base.text import clean_text
from core.events.record import SYSTEM, Actor, person_topic, tell
from core.outlets.queries import outlet_of
from core.staff.errors import (
    BadUsername,
    LastOwner,
    NotAllowed,
    NotSignedIn,
    NotYourself,
    UnknownMember,
    UsernameTaken,
    WeakSecret,
)
from core.staff.models import Role, StaffMember
from core.staff.pins import hash_with_key
from core.staff.queries import member_by_username, staff_for_update
from core.staff.rights import roles_to_give
from core.staff.secrets import PIN_DIGITS, hash_secret
from core.staff.sessions import end_one_of, end_sessions
from core.staff.tries import forget_person, held_among

SHORTEST_PASSWORD: Final = 10
PIN: Final = re.compile(rf"[0-9]{{{PIN_DIGITS}}}", re.ASCII)
USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,39}")


@dataclass(frozen=True, slots=True)
class StaffRoster:
    """The list of people who may sign in. Every change ends the sign-ins that it touches.

    The operator's commands may change anybody. A person on the staff may change those whom `roles_to_give` names, and
    nobody their own role; the shop keeps an owner who can sign in, whoever changes what at the same moment.
    """

    db: Database
    clock: Clock
    key: Callable[[], str]
    """Gives the program's own secret, which goes into every PIN's hash."""

    @retried
    def add_member(
        self, outlet_id: int, username: str, name: str, role: Role, password: str, by: Actor = SYSTEM, *, pin: str = ""
    ) -> StaffMember:
        """Write down a new person; without a PIN they have none.

        Raises BadUsername, UsernameTaken, WeakSecret, BadText, NotAllowed, or UnknownOutlet.
        """
        if not USERNAME.fullmatch(username):
            raise BadUsername
        called = _clean_name(name) or username
        hashed, pin_hash = hash_password(password), hash_pin(self.key(), pin) if pin else ""
        try:
            with self.db.write() as session:
                outlet_of(session, outlet_id)
                _hold_to_rank(staff_for_update(session, outlet_id), by, role)
                member = StaffMember(
                    outlet_id=outlet_id,
                    username=username,
                    name=called,
                    role=role,
                    password_hash=hashed,
                    pin_hash=pin_hash,
                )
                session.add(member)
                session.flush()
                tell_about(session, "staff.added", member, at=self.clock(), by=by)
        except IntegrityError as error:
            raise UsernameTaken(username=username) from error
        return member

    @retried
    def edit(self, username: str, *, name: str = "", role: Role | None = None, by: Actor = SYSTEM) -> None:
        """Give somebody another name, another role, or both; what is not named stays.

        A new role ends the person's sign-ins. Raises UnknownMember, BadText, NotAllowed, NotYourself, LastOwner.
        """
        called = _clean_name(name)
        with self._changing(username, by, to=role, may_be_oneself=True) as (session, member):
            if called and called != member.name:
                before, member.name = member.name, called
                tell_about(session, "staff.renamed", member, at=self.clock(), by=by, before=before, after=called)
            if role is not None and role is not member.role:
                was, member.role = member.role, role
                told = {"before": str(was), "after": str(role)}
                self._sign_out(session, "staff.role_changed", member, by, **told)

    @retried
    def set_password(self, username: str, password: str, by: Actor = SYSTEM) -> None:
        """Change a password; whoever was signed in with the old one is signed out.

        Raises UnknownMember, WeakSecret, NotAllowed, NotYourself.
        """
        hashed = hash_password(password)
        with self._changing(username, by) as (session, member):
            member.password_hash = hashed
            self._sign_out(session, "staff.password_changed", member, by)

    @retried
    def set_pin(self, username: str, pin: str, by: Actor = SYSTEM) -> None:
        """Change a PIN of six digits. Raises UnknownMember, WeakSecret, NotAllowed, NotYourself."""
        hashed = hash_pin(self.key(), pin)
        with self._changing(username, by) as (session, member):
            member.pin_hash = hashed
            self._sign_out(session, "staff.pin_changed", member, by)

    @retried
    def disable(self, username: str, by: Actor = SYSTEM) -> None:
        """Let a person go: no more sign-ins, and the present ones end now. Safe to repeat.

        Raises UnknownMember, NotAllowed, NotYourself, LastOwner.
        """
        with self._changing(username, by) as (session, member):
            if member.is_active:
                member.is_active = False
                self._sign_out(session, "staff.disabled", member, by)

    @retried
    def enable(self, username: str, by: Actor = SYSTEM) -> None:
        """Let a person in again, with the password and PIN they had. Safe to repeat.

        Raises UnknownMember, NotAllowed.
        """
        with self._changing(username, by) as (session, member):
            if not member.is_active:
                member.is_active = True
                tell_about(session, "staff.enabled", member, at=self.clock(), by=by)

    @retried
    def end_session(self, username: str, session_id: int, by: Actor = SYSTEM) -> None:
        """Sign somebody out on one screen: a tablet that was lost, a browser that was left open. Safe to repeat.

        Raises UnknownMember, NotAllowed.
        """
        with self._changing(username, by, may_be_oneself=True) as (session, member):
            if end_one_of(session, member.id, session_id, at=self.clock()):
                tell_about(session, "staff.signed_out", member, at=self.clock(), by=by)

    @retried
    def release(self, username: str, by: Actor = SYSTEM) -> None:
        """Let somebody try again at once whom too many wrong tries keep out. Safe to repeat.

        Raises UnknownMember, NotAllowed, NotYourself.
        """
        with self._changing(username, by) as (session, member):
            now = self.clock()
            if held_among(session, [member.username], at=now):
                forget_person(session, member.username)
                tell_about(session, "staff.released", member, at=now, by=by)

    @contextmanager
    def _changing(
        self, username: str, by: Actor, *, to: Role | None = None, may_be_oneself: bool = False
    ) -> Iterator[tuple[Session, StaffMember]]:
        with self.db.write() as session:
            known = member_by_username(session, username.strip().lower())
            if known is None:
                raise UnknownMember(username=username)
            everybody = staff_for_update(session, known.outlet_id)
            member = everybody[known.id]
            if by.kind == "staff" and by.id == member.id and (not may_be_oneself or to not in {None, member.role}):
                raise NotYourself
            _hold_to_rank(everybody, by, member.role, *([to] if to else []))
            had_owner = _has_owner(everybody.values())
            yield session, member
            if had_owner and not _has_owner(everybody.values()):
                raise LastOwner

    def _sign_out(self, session: Session, kind: str, member: StaffMember, by: Actor, **told: str) -> None:
        now = self.clock()
        end_sessions(session, member.id, at=now)
        tell_about(session, kind, member, at=now, by=by, **told)


def hash_password(password: str) -> str:
    """Hash a password that is long enough. Raises WeakSecret."""
    if len(password) < SHORTEST_PASSWORD:
        raise WeakSecret(password=SHORTEST_PASSWORD, pin=PIN_DIGITS)
    return hash_secret(password)


def hash_pin(key: str, pin: str) -> str:
    """Hash a PIN of six digits with the program's own secret. Raises WeakSecret."""
    if not PIN.fullmatch(pin):
        raise WeakSecret(password=SHORTEST_PASSWORD, pin=PIN_DIGITS)
    return hash_with_key(key, pin)


def tell_about(session: Session, kind: str, member: StaffMember, *, at: datetime, by: Actor, **told: Any) -> None:
    """Write down what happened to a person. Open sockets of theirs look whether they are still welcome."""
    tell(
        session,
        kind,
        outlet_id=member.outlet_id,
        at=at,
        by=by,
        topics=(person_topic(member.id),),
        person=member.id,
        username=member.username,
        role=member.role,
        **told,
    )


def _hold_to_rank(everybody: Mapping[int, StaffMember], by: Actor, *roles: Role) -> None:
    """Let pass whoever may manage people of these roles now; they may have been let go themselves this moment.

    Raises NotSignedIn, NotAllowed.
    """
    if by.kind != "staff":
        return
    boss = everybody.get(by.id or 0)
    if boss is None:
        raise NotAllowed
    if not boss.is_active:
        raise NotSignedIn
    if not set(roles) <= set(roles_to_give(boss)):
        raise NotAllowed


def _has_owner(everybody: Iterable[StaffMember]) -> bool:
    return any(member.role is Role.OWNER and member.is_active for member in everybody)


def _clean_name(name: str) -> str:
    return clean_text(name, limit=80, field="name").replace("\n", " ")
