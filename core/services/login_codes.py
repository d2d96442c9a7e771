"""The codes of an authenticator app, which owners may have asked for after their password."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.ids import digest_of, is_uid, new_uid
from core.base.outcomes import retried
from core.events.record import SYSTEM, Actor
from core.outlets.queries import outlet_of
from core.services.own_account import hold, prove
from core.services.staff_roster import tell_about
from core.staff.errors import CodesAreOff, CodesAreOn, LoginIsOver, UnknownMember, WrongCode
from core.staff.limits import LoginLimits, code_lane
from core.staff.models import PendingLogin, RecoveryCode, StaffMember
from core.staff.queries import member_by_username, member_for_update, session_by_digest
from core.staff.rights import Right, require
from core.staff.sessions import Screen, end_one, open_session
from core.staff.totp import address_of, new_recovery_codes, new_salt, read_code, secret_of, step_of

LONGEST_CODE: Final = 40


@dataclass(frozen=True, slots=True)
class CodeOffer:
    """What an app must be told to make the codes of one person."""

    salt: str
    """Comes back with the first code: it says which secret that code is of."""
    secret: str
    """In Base32, for whoever types it."""
    address: str
    """The same for a QR, or for an app on this very phone."""


@dataclass(frozen=True, slots=True)
class LoginCodes:
    """Second factor for those who switch it on. A code is good once; its secret is derived and lies nowhere."""

    db: Database
    clock: Clock
    key: Callable[[], str]
    """Gives the program's own secret."""

    @property
    def limits(self) -> LoginLimits:
        """Count tries where every process counts them."""
        return LoginLimits(self.db, self.clock)

    def offer(self, member: StaffMember, salt: str = "") -> CodeOffer:
        """Make what an app is set up with, or the same once more for a salt that was made before."""
        chosen = salt if salt and is_uid(salt) else new_salt()
        with self.db.read() as session:
            issuer = outlet_of(session, member.outlet_id).name
        secret = secret_of(self.key(), member.id, chosen)
        return CodeOffer(chosen, secret, address_of(secret, member.username, issuer))

    def switch_on(self, token: str, member: StaffMember, salt: str, password: str, code: str) -> Sequence[str]:
        """Ask for codes from now on, once one of them has proved that the app has the secret; gives ten recovery codes.

        Raises NotAllowed, CodesAreOn, WrongOwnPassword, WrongCode, NotSignedIn, TooManyTries, Busy.
        """
        require(member, Right.SIGN_IN_BY_CODE)
        prove(self.limits, member, password)
        recovery = new_recovery_codes()
        if not self._turn_on(token, member, salt, read_code(code[:LONGEST_CODE]), recovery):
            raise WrongCode
        return recovery

    def switch_off(self, token: str, member: StaffMember, password: str, code: str) -> None:
        """Ask for codes no more. A recovery code will do. Raises what `switch_on` does, and CodesAreOff."""
        prove(self.limits, member, password)
        # Somebody who knows the password guesses here as well as at the door.
        lane = code_lane(member.username, "", f"own:{member.id}")
        self.limits.enter(lane)
        if not self._turn_off(token, member, read_code(code[:LONGEST_CODE])):
            raise WrongCode
        self.limits.was_right(lane)

    @retried
    def take_off(self, username: str, by: Actor = SYSTEM) -> None:
        """Switch codes off for somebody who has lost the phone; the operator's way. Raises UnknownMember, CodesAreOff."""
        with self.db.write() as session:
            known = member_by_username(session, username.strip().lower())
            if known is None:
                raise UnknownMember(username=username)
            member = member_for_update(session, known.id)
            if not member.uses_codes:
                raise CodesAreOff
            _forget(session, member, at=self.clock(), by=by)

    def finish(self, ticket: str, code: str, address: str, *, browser: str = "") -> tuple[str, StaffMember]:
        """Let in who has named the password and now names a code; gives the token for the cookie, and the person.

        `ticket` is what CodeNeeded held. Raises LoginIsOver, WrongCode, TooManyTries.
        """
        with self.db.read() as session:
            pending = _pending(session, ticket, self.clock())
            if pending is None:
                raise LoginIsOver
            member = session.get_one(StaffMember, pending.staff_id)
            before = session_by_digest(session, pending.device) if pending.device else None
        is_known = before is not None and before.staff_id == member.id
        lane = code_lane(member.username, address, pending.device if is_known else "")
        self.limits.enter(lane)
        screen = Screen(before.device if before and before.device else new_uid(), browser, address)
        token = self._let_in(ticket, read_code(code[:LONGEST_CODE]), screen)
        if not token:
            raise WrongCode
        self.limits.was_right(lane)
        return token, member

    def left(self, member: StaffMember) -> int:
        """Count the recovery codes that nobody has used."""
        with self.db.read() as session:
            mine = RecoveryCode.staff_id == member.id, RecoveryCode.used_at.is_(None)
            return session.scalar(select(func.count()).select_from(RecoveryCode).where(*mine)) or 0

    @retried
    def _let_in(self, ticket: str, code: str, screen: Screen) -> str:
        now = self.clock()
        with self.db.write() as session:
            pending = _pending(session, ticket, now)
            if pending is None:
                raise LoginIsOver
            member = member_for_update(session, pending.staff_id)
            # Somebody may have been let go, or had the password changed, or the codes taken off: this login is over then.
            pending = _pending(session, ticket, now)
            if pending is None or not member.is_active or not member.uses_codes:
                raise LoginIsOver
            if not self._use_up(session, member, code, now):
                return ""
            end_one(session, pending.device, at=now)
            session.delete(pending)
            return open_session(session, member.id, screen, at=now)

    @retried
    def _turn_on(self, token: str, member: StaffMember, salt: str, code: str, recovery: Sequence[str]) -> bool:
        now = self.clock()
        with self.db.write() as session:
            mine, _ = hold(session, token, member)
            if mine.uses_codes:
                raise CodesAreOn
            step = step_of(secret_of(self.key(), mine.id, salt), code, now, after=0) if is_uid(salt) else None
            if step is None:
                return False
            mine.totp_salt, mine.totp_step = salt, step
            session.add_all(RecoveryCode(staff_id=mine.id, digest=digest_of(read_code(each))) for each in recovery)
            tell_about(session, "staff.codes_on", mine, at=now, by=Actor("staff", mine.id, mine.name))
            return True

    @retried
    def _turn_off(self, token: str, member: StaffMember, code: str) -> bool:
        now = self.clock()
        with self.db.write() as session:
            mine, _ = hold(session, token, member)
            if not mine.uses_codes:
                raise CodesAreOff
            if not self._use_up(session, mine, code, now):
                return False
            _forget(session, mine, at=now, by=Actor("staff", mine.id, mine.name))
            return True

    def _use_up(self, session: Session, member: StaffMember, code: str, now: datetime) -> bool:
        """Take a code of somebody who is locked: of the app or for recovery, each once and never again."""
        step = step_of(secret_of(self.key(), member.id, member.totp_salt), code, now, after=member.totp_step)
        if step is not None:
            member.totp_step = step
            return True
        mine = RecoveryCode.staff_id == member.id, RecoveryCode.digest == digest_of(code)
        unused = session.scalar(select(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)))
        if unused is None:
            return False
        unused.used_at = now
        tell_about(session, "staff.recovery_code_used", member, at=now, by=Actor("staff", member.id, member.name))
        return True


def _pending(session: Session, ticket: str, now: datetime) -> PendingLogin | None:
    good = PendingLogin.token_digest == digest_of(ticket), PendingLogin.expires_at > now
    return session.scalar(select(PendingLogin).where(*good))


def _forget(session: Session, member: StaffMember, *, at: datetime, by: Actor) -> None:
    member.totp_salt, member.totp_step = "", 0
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == member.id))
    tell_about(session, "staff.codes_off", member, at=at, by=by)
