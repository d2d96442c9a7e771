"""Counts wrong logins so that guessing is hopeless and yet nobody can lock a shop out.

Four lanes. A browser that this very person signed in on before has a lane of its own, which a
stranger on the same Wi-Fi cannot fill. Everybody else shares narrow lanes by address and name.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from core.base.clock import Clock
from core.base.database import Database
from core.base.errors import Busy
from core.base.outcomes import retried
from core.staff.errors import TooManyTries
from core.staff.models import StaffMember
from core.staff.tries import Rule, count_try, forget_all, forget_one, sweep

WINDOW_MINUTES: Final = 15
_WINDOW: Final = timedelta(minutes=WINDOW_MINUTES)
_DAY: Final = timedelta(days=1)
_ON_A_KNOWN_DEVICE: Final = Rule("login:device", 10, _WINDOW)
_BY_NAME_AND_ADDRESS: Final = Rule("login:pair", 5, _WINDOW)
_BY_ADDRESS: Final = Rule("login:address", 30, _WINDOW)
_BY_NAME: Final = Rule("login:name", 50, timedelta(hours=1))
_PIN: Final = Rule("pin", 5, _WINDOW)
_PINS_OF_A_DAY: Final = Rule("pin:day", 20, _DAY)
_SWITCH: Final = Rule("switch", 5, _WINDOW)
_SWITCHES_OF_A_DAY: Final = Rule("switch:day", 20, _DAY)
_SWITCHES_BY_ONE: Final = Rule("switch:by", 40, _DAY)
_CODE: Final = Rule("code", 5, _WINDOW)
_CODES_OF_A_DAY: Final = Rule("code:day", 20, _DAY)
_OWN_ACCOUNT: Final = Rule("own", 10, _WINDOW)
_OWN_ACCOUNT_OF_A_DAY: Final = Rule("own:day", 30, _DAY)
_CODES_SHOWN: Final = Rule("pairing:shown", 20, _WINDOW)
_CODES_TYPED: Final = Rule("pairing:typed", 10, _WINDOW)
_OF_MANY: Final = (_BY_ADDRESS, _SWITCHES_OF_A_DAY)
"""Nobody in particular is set free of these."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Where one try to sign in is counted: before the secret is looked at, so that tries at the same moment all count."""

    own: tuple[Rule, str]
    """Forgotten as a whole by a right secret."""
    shared: Sequence[tuple[Rule, str]] = ()
    """Of these a right secret takes only its own try back."""
    whose: str = ""
    """The username that is tried, should somebody set them free."""
    by: str = ""
    """The username of whoever tries to become somebody else."""

    def counted_against(self, rule: Rule) -> str:
        """Name the person whom one of its rules counts against; nobody where that is a place."""
        if rule is _SWITCHES_BY_ONE:
            return self.by
        return "" if rule in _OF_MANY else self.whose


def known_device_lane(username: str, device: str) -> Lane:
    """Choose the lane of a browser that this person has signed in on before."""
    return Lane(own=(_ON_A_KNOWN_DEVICE, device), whose=username)


def strangers_lane(username: str, address: str, whose: str) -> Lane:
    """Choose the lanes of a browser nobody knows. `whose` is the name again, where there is such a person."""
    return Lane(
        own=(_BY_NAME_AND_ADDRESS, f"{username}|{address}"),
        shared=((_BY_ADDRESS, address), (_BY_NAME, username)),
        whose=whose,
    )


def pin_lane(asker: StaffMember) -> Lane:
    """Choose the lane of PINs that are typed where somebody is signed in: 5 in 15 minutes, 20 wrong a day."""
    return Lane(own=(_PIN, f"{asker.id}"), shared=((_PINS_OF_A_DAY, f"{asker.id}"),), whose=asker.username)


def tablets_pin_lane(tablet: int) -> Lane:
    """Choose the lane of PINs that are typed on a tablet, by its id: 5 in 15 minutes, 20 wrong a day."""
    return Lane(own=(_PIN, f"device:{tablet}"), shared=((_PINS_OF_A_DAY, f"device:{tablet}"),))


def switch_lane(device: str, by: StaffMember, username: str, whose: str) -> Lane:
    """Choose the lanes of PINs by which one person takes a screen over: 5 in 15 minutes, 20 wrong a day on the screen.

    Counted by screen: nobody can lock a colleague out of another one. But as somebody who signs in anew in an empty
    browser makes a screen of it, 40 a day are the most on all screens that one person has signed in on.
    """
    return Lane(
        own=(_SWITCH, f"{device}|{username}"),
        shared=((_SWITCHES_OF_A_DAY, device), (_SWITCHES_BY_ONE, f"{by.id}")),
        whose=whose,
        by=by.username,
    )


def code_lane(username: str, address: str, device: str) -> Lane:
    """Choose the lane of the app's codes that are typed after a right password: 5 in 15 minutes, 20 wrong a day.

    `device` is a browser that this person has signed in on before: it has lanes of its own, which nobody else fills.
    """
    if device:
        return Lane(own=(_CODE, device), shared=((_CODES_OF_A_DAY, device),), whose=username)
    return Lane(own=(_CODE, f"{username}|{address}"), shared=((_CODES_OF_A_DAY, username),), whose=username)


def own_account_lane(member: StaffMember) -> Lane:
    """Choose the lane of passwords typed by somebody who is signed in, to change what is their own."""
    return Lane((_OWN_ACCOUNT, f"{member.id}"), ((_OWN_ACCOUNT_OF_A_DAY, f"{member.id}"),), member.username)


def new_code_lane(address: str) -> Lane:
    """Choose the lane of tablets at one address that ask for a pairing code."""
    return Lane(own=(_CODES_SHOWN, address))


def typed_code_lane(member: StaffMember) -> Lane:
    """Choose the lane of the pairing codes that one member of staff types: 10 wrong ones in 15 minutes."""
    return Lane(own=(_CODES_TYPED, f"{member.id}"), whose=member.username)


@dataclass(frozen=True, slots=True)
class LoginLimits:
    """The counters. They lie in the database: as many processes as there are count together, and none forgets."""

    db: Database
    clock: Clock

    @retried
    def enter(self, lane: Lane) -> None:
        """Count one try. Raises TooManyTries when a lane is full, whether or not the name exists; Busy."""
        now = self.clock()
        with self.db.write() as session:
            sweep(session, at=now)
            # One's own before those that are shared, in one order: nobody waits in a circle.
            for rule, key in (lane.own, *lane.shared):
                if not count_try(session, rule, key, lane.counted_against(rule), at=now):
                    raise TooManyTries(minutes=WINDOW_MINUTES)

    @contextmanager
    def first_look(self, lane: Lane) -> Iterator[None]:
        """Take a try back that was counted, should there be no time to look at the secret: it was none then.

        Whoever is in a crowd through no fault of theirs would else be kept out by it.
        """
        try:
            yield
        except Busy:
            self._was_not_looked_at(lane)
            raise

    @retried
    def _was_not_looked_at(self, lane: Lane) -> None:
        with self.db.write() as session:
            for one in (lane.own, *lane.shared):
                forget_one(session, *one)

    @retried
    def was_right(self, lane: Lane) -> None:
        """Forget the tries before a right secret; of the shared lanes, only this one try."""
        with self.db.write() as session:
            forget_all(session, *lane.own)
            for rule, key in lane.shared:
                forget_one(session, rule, key)
