"""What everybody may change about themselves, with the password they have now."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.ids import digest_of
from core.base.outcomes import retried
from core.events.record import Actor
from core.services.staff_door import LONGEST_PASSWORD
from core.services.staff_roster import hash_password, hash_pin, tell_about
from core.staff.errors import NotSignedIn, WrongOwnPassword
from core.staff.limits import LoginLimits, own_account_lane
from core.staff.models import StaffMember, StaffSession
from core.staff.queries import member_for_update, session_by_digest
from core.staff.secrets import check_secret
from core.staff.sessions import Screen, end_sessions, is_good, open_session


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """One's own password and PIN. A new one ends every sign-in but the one it is set from, which gets a new token."""

    db: Database
    clock: Clock
    key: Callable[[], str]
    """Gives the program's own secret, which goes into every PIN's hash."""

    @property
    def limits(self) -> LoginLimits:
        """Count tries where every process counts them."""
        return LoginLimits(self.db, self.clock)

    def change_password(self, token: str, present: str, wanted: str) -> str:
        """Set a new password; gives the new token for the cookie.

        Raises NotSignedIn, WrongOwnPassword, WeakSecret, TooManyTries, Busy.
        """
        member = self._proven(token, present)
        return self._change(token, member, "staff.password_changed", password_hash=hash_password(wanted))

    def change_pin(self, token: str, present: str, wanted: str) -> str:
        """Set a new PIN of six digits; gives the new token for the cookie. `present` is the password.

        Raises NotSignedIn, WrongOwnPassword, WeakSecret, TooManyTries, Busy.
        """
        member = self._proven(token, present)
        return self._change(token, member, "staff.pin_changed", pin_hash=hash_pin(self.key(), wanted))

    def _proven(self, token: str, password: str) -> StaffMember:
        with self.db.read() as session:
            found = session_by_digest(session, digest_of(token))
        if found is None or not is_good(found, self.clock()):
            raise NotSignedIn
        prove(self.limits, found.member, password)
        return found.member

    @retried
    def _change(self, token: str, member: StaffMember, kind: str, **secret: str) -> str:
        now = self.clock()
        with self.db.write() as session:
            mine, here = hold(session, token, member)
            for column, value in secret.items():
                setattr(mine, column, value)
            end_sessions(session, mine.id, at=now)
            by = Actor("staff", mine.id, mine.name)
            tell_about(session, kind, mine, at=now, by=by)
            screen = Screen(here.device, here.browser, here.address)
            return open_session(session, mine.id, screen, at=now, started_at=here.started_at)


def prove(limits: LoginLimits, member: StaffMember, password: str) -> None:
    """Hold somebody who is signed in to their password. Raises WrongOwnPassword, TooManyTries, Busy."""
    lane = own_account_lane(member)
    limits.enter(lane)
    with limits.first_look(lane):
        is_right = check_secret(member.password_hash, password[:LONGEST_PASSWORD])
    if not is_right:
        raise WrongOwnPassword
    limits.was_right(lane)


def hold(session: Session, token: str, member: StaffMember) -> tuple[StaffMember, StaffSession]:
    """Lock a person, should nothing have changed since the password was checked; gives their session as well.

    Raises NotSignedIn.
    """
    mine = member_for_update(session, member.id)
    here = session_by_digest(session, digest_of(token))
    if here is None or here.ended_at is not None or not mine.is_active or mine.password_hash != member.password_hash:
        raise NotSignedIn
    return mine, here
