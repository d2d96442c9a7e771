"""Lets staff in by password, and knows them again by what their browser holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.base.ids import digest_of, new_uid
from core.base.outcomes import retried
from core.events.record import Actor
from core.outlets.devices import Device
from core.outlets.models import Outlet
from core.outlets.queries import outlet_of
from core.services.staff_roster import PIN, USERNAME, StaffRoster, tell_about
from core.staff.errors import CodeNeeded, NoPinYet, NotSignedIn, WrongLogin, WrongOwnPin, WrongPin, WrongPinToSwitch
from core.staff.limits import (
    Lane,
    LoginLimits,
    known_device_lane,
    pin_lane,
    strangers_lane,
    switch_lane,
    tablets_pin_lane,
)
from core.staff.models import StaffMember, StaffSession
from core.staff.pins import hash_with_key, lacks_key, pin_fits
from core.staff.queries import (
    member_by_username,
    member_for_update,
    members_of_outlet,
    place_by_digest,
    session_by_digest,
)
from core.staff.rights import Right, may
from core.staff.secrets import check_secret, nobodys_hash
from core.staff.sessions import Screen, end_one, is_fresh, is_good, open_login, open_session

LONGEST_PASSWORD = 200
_LONGEST_NAME = 80
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class AtWork:
    """Somebody who is signed in, and where."""

    member: StaffMember
    outlet: Outlet
    newest_event: int
    """The number of the outlet's newest event at that moment, 0 before the first. Straight from the database: whoever
    holds it against what a screen shows misses nothing, whatever became of a nudge."""


@dataclass(frozen=True, slots=True)
class StaffDoor(StaffRoster):
    """Who is signed in where. A token is handed out once; the database keeps only its digest."""

    @property
    def limits(self) -> LoginLimits:
        """Count tries where every process counts them."""
        return LoginLimits(self.db, self.clock)

    def sign_in(
        self, username: str, password: str, address: str, device: str = "", *, browser: str = ""
    ) -> tuple[str, StaffMember]:
        """Check a login and start a session; gives the token for the cookie, and the person.

        `address` is where the request came from; `device` what `device_of` gave for the session
        that this browser had before; `browser` what kind it is. Raises WrongLogin, the same after the same time
        for an unknown name; CodeNeeded when the password is right and the person uses codes; TooManyTries; Busy.
        """
        username = username.strip().lower()[:_LONGEST_NAME]
        member, lane = self._who_and_where(username, address, device)
        self.limits.enter(lane)
        with self.limits.first_look(lane):
            is_right = check_secret(member.password_hash if member else nobodys_hash(), password[:LONGEST_PASSWORD])
        if member is None or not is_right:
            raise WrongLogin
        token, needs_code = self._start_session(member, device, Screen(self._device(device), browser, address))
        self.limits.was_right(lane)
        if needs_code:
            raise CodeNeeded(token)
        return token, member

    def colleagues(self, member: StaffMember) -> Sequence[StaffMember]:
        """List who else can take a screen over by PIN, by the order they came."""
        with self.db.read() as session:
            return [one for one in members_of_outlet(session, member.outlet_id) if one.pin_hash and one.id != member.id]

    def switch(self, token: str, username: str, pin: str) -> tuple[str, StaffMember]:
        """Let the next person work on a screen that somebody is signed in on; gives the new token, and the person.

        The old session ends, and the new one ends when the old would have: a PIN is no password. Takes about 25 ms.
        Raises NotSignedIn where nobody is, WrongPinToSwitch, TooManyTries, Busy.
        """
        now = self.clock()
        with self.db.read() as session:
            before = session_by_digest(session, device_of(token))
            if before is None or not is_good(before, now):
                raise NotSignedIn
            present = members_of_outlet(session, before.member.outlet_id)
        found = next((one for one in present if one.username == username and one.pin_hash), None)
        screen = before.device or before.token_digest
        lane = switch_lane(screen, before.member, username, found.username if found else "")
        self.limits.enter(lane)
        with self.limits.first_look(lane):
            is_right = pin_fits(self.key(), found.pin_hash if found else "", pin[:LONGEST_PASSWORD])
        if found is None or not is_right or not PIN.fullmatch(pin):
            self._tell_wrong_pin(before.member)
            raise WrongPinToSwitch
        fresh = self._take_over(before, found)
        self._was_right(lane, found, pin)
        return fresh, found

    def member_of(self, token: str) -> StaffMember | None:
        """Tell whose session a token is; nobody's when it has ended, grown old, or its person has gone."""
        now = self.clock()
        with self.db.glance() as session:
            found = session_by_digest(session, device_of(token))
        return self._member_seen(found, now)

    def at_work(self, token: str) -> AtWork | None:
        """Tell what `member_of` tells, and of their outlet what is newest there, at the price of one question."""
        now = self.clock()
        with self.db.glance() as session:
            place = place_by_digest(session, device_of(token))
        if place is None:
            return None
        found, outlet, newest = place
        member = self._member_seen(found, now)
        return None if member is None else AtWork(member, outlet, newest)

    def is_fresh(self, token: str) -> bool:
        """Tell whether whoever is signed in here has only just said by password, code or PIN who they are."""
        with self.db.glance() as session:
            found = session_by_digest(session, device_of(token))
        return found is not None and is_fresh(found, self.clock())

    @retried
    def sign_out(self, token: str) -> None:
        """End a session for good. A token that means nothing is no trouble."""
        with self.db.write() as session:
            found = session_by_digest(session, device_of(token))
            if found is not None and found.ended_at is None:
                found.ended_at = self.clock()

    def approve(self, asker: StaffMember | Device, pin: str, right: Right) -> StaffMember:
        """Tell whose PIN allows something on the asker's screen: the asker's own, or that of somebody else there.

        A tablet is nobody: only those who work at its outlet can allow something on it.

        Takes about 25 ms for each person who has the right. Raises WrongPin, TooManyTries, Busy.
        """
        lane = tablets_pin_lane(asker.id) if isinstance(asker, Device) else pin_lane(asker)
        self.limits.enter(lane)
        with self.db.read() as session:
            members = [one for one in members_of_outlet(session, asker.outlet_id) if may(one, right) and one.pin_hash]
        members.sort(key=lambda one: one.id != asker.id)
        with self.limits.first_look(lane):
            found = self._first_with(members[:1], pin)
        if found := found or self._first_with(members[1:], pin):
            self._was_right(lane, found, pin)
            return found
        if isinstance(asker, StaffMember):
            self._tell_wrong_pin(asker)
        raise WrongPin

    def confirm(self, member: StaffMember, pin: str) -> None:
        """Make sure that it is whoever is signed in that acts, by their own PIN. Takes about 25 ms.

        Raises NoPinYet, WrongOwnPin, TooManyTries, Busy.
        """
        if not member.pin_hash:
            raise NoPinYet
        lane = pin_lane(member)
        self.limits.enter(lane)
        with self.limits.first_look(lane):
            found = self._first_with([member], pin)
        if found is None:
            self._tell_wrong_pin(member)
            raise WrongOwnPin
        self._was_right(lane, member, pin)

    def workplace(self, member: StaffMember) -> Outlet:
        """Give the outlet that a person works for: its name, its clock, its language."""
        with self.db.glance() as session:
            return outlet_of(session, member.outlet_id)

    def _first_with(self, members: Sequence[StaffMember], pin: str) -> StaffMember | None:
        return next((one for one in members if PIN.fullmatch(pin) and pin_fits(self.key(), one.pin_hash, pin)), None)

    def _was_right(self, lane: Lane, member: StaffMember, pin: str) -> None:
        self.limits.was_right(lane)
        if lacks_key(member.pin_hash):
            self._put_the_key_in(member, hash_with_key(self.key(), pin))

    @retried
    def _put_the_key_in(self, member: StaffMember, hashed: str) -> None:
        """Keep a PIN of an earlier version as PINs are kept now."""
        with self.db.write() as session:
            mine = member_for_update(session, member.id)
            if mine.pin_hash == member.pin_hash:
                mine.pin_hash = hashed

    @retried
    def _tell_wrong_pin(self, asker: StaffMember) -> None:
        by = Actor("staff", asker.id, asker.name)
        with self.db.write() as session:
            tell_about(session, "staff.wrong_pin", asker, at=self.clock(), by=by)

    def _who_and_where(self, username: str, address: str, device: str) -> tuple[StaffMember | None, Lane]:
        with self.db.read() as session:
            # Databases refuse some characters with an error of their own: only what can be a name is looked up.
            member = member_by_username(session, username) if USERNAME.fullmatch(username) else None
            before = session_by_digest(session, device) if device else None
        if before is not None and before.member.username == username:
            lane = known_device_lane(username, device)
        else:
            lane = strangers_lane(username, address, member.username if member else "")
        return (member if member is not None and member.is_active else None), lane

    def _device(self, before: str) -> str:
        """Tell which browser this is, by the session it had before; a new one gets a name."""
        with self.db.read() as session:
            known = session_by_digest(session, before) if before else None
        return known.device if known is not None and known.device else new_uid()

    def _take_over(self, before: StaffSession, member: StaffMember) -> str:
        now = self.clock()
        with self.db.write() as session:
            # People before sessions, as whoever changes people does.
            fresh = member_for_update(session, member.id)
            old = session.get_one(StaffSession, before.id, with_for_update=True)
            # Meanwhile somebody may have been let go, or had the PIN changed, or signed this screen out.
            if old.ended_at is not None or not fresh.is_active or fresh.pin_hash != member.pin_hash:
                raise WrongPinToSwitch
            old.ended_at = now
            screen = Screen(old.device, old.browser, old.address)
            token = open_session(session, fresh.id, screen, at=now, started_at=old.started_at)
            by = Actor("staff", fresh.id, fresh.name)
            tell_about(session, "staff.took_over", fresh, at=now, by=by, after=before.member.username)
        return token

    def _start_session(self, member: StaffMember, before: str, screen: Screen) -> tuple[str, bool]:
        """Open a session, or remember that only the code is missing; gives the token, and whether it is."""
        now = self.clock()
        with self.db.write() as session:
            fresh = member_for_update(session, member.id)
            # Somebody may have been let go, or had the password changed, while we were hashing.
            if not fresh.is_active or fresh.password_hash != member.password_hash:
                raise WrongLogin
            if fresh.uses_codes:
                return open_login(session, fresh.id, before, at=now), True
            end_one(session, before, at=now)
            return open_session(session, fresh.id, screen, at=now), False

    def _member_seen(self, found: StaffSession | None, now: datetime) -> StaffMember | None:
        if found is None or not is_good(found, now):
            return None
        if now - found.seen_at >= _TOUCH_EVERY:
            self._touch(found.token_digest, now)
        return found.member

    def _touch(self, digest: str, now: datetime) -> None:
        with self.db.write() as session:
            found = session_by_digest(session, digest)
            if found is not None:
                found.seen_at = now


def device_of(token: str) -> str:
    """Give the digest of a token: what the database keeps, and what a browser may remember for ever.

    It opens nothing by itself; it only says that somebody was signed in here before.
    """
    return digest_of(token)
