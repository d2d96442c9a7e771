"""Counts wrong logins so that guessing is hopeless and yet nobody can lock a shop out.

Four lanes. A browser that this very person signed in on before has a lane of its own, which a
stranger on the same Wi-Fi cannot fill. Everybody else shares narrow lanes by address and name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import MovingWindowRateLimiter

from core.staff.counted import CountedHere
from core.staff.errors import TooManyTries

WINDOW_MINUTES = 15
_ON_A_KNOWN_DEVICE = RateLimitItemPerMinute(10, WINDOW_MINUTES, namespace="login:device")
_BY_NAME_AND_ADDRESS = RateLimitItemPerMinute(5, WINDOW_MINUTES, namespace="login:pair")
_BY_ADDRESS = RateLimitItemPerMinute(30, WINDOW_MINUTES, namespace="login:address")
_BY_NAME = RateLimitItemPerHour(50, namespace="login:name")
_PIN = RateLimitItemPerMinute(5, WINDOW_MINUTES, namespace="pin")
_PINS_OF_A_DAY = RateLimitItemPerDay(20, namespace="pin:day")
_SWITCH = RateLimitItemPerMinute(5, WINDOW_MINUTES, namespace="switch")
_SWITCHES_OF_A_DAY = RateLimitItemPerDay(20, namespace="switch:day")
_CODE = RateLimitItemPerMinute(5, WINDOW_MINUTES, namespace="code")
_CODES_OF_A_DAY = RateLimitItemPerDay(20, namespace="code:day")
_OWN_ACCOUNT = RateLimitItemPerMinute(10, WINDOW_MINUTES, namespace="own")
_OWN_ACCOUNT_OF_A_DAY = RateLimitItemPerDay(30, namespace="own:day")
_CODES_SHOWN = RateLimitItemPerMinute(20, WINDOW_MINUTES, namespace="pairing:shown")
_CODES_TYPED = RateLimitItemPerMinute(10, WINDOW_MINUTES, namespace="pairing:typed")


@dataclass(frozen=True, slots=True)
class Lane:
    """Where one try to sign in is counted."""

    own: tuple[RateLimitItem, str]
    """Counted before the password is looked at, so that tries at the same moment all count."""
    shared: Sequence[tuple[RateLimitItem, str]] = ()
    """Counted when the password was wrong."""


def known_device_lane(device: str) -> Lane:
    """Choose the lane of a browser that this person has signed in on before."""
    return Lane(own=(_ON_A_KNOWN_DEVICE, device))


def strangers_lane(username: str, address: str) -> Lane:
    """Choose the lanes of a browser nobody knows."""
    return Lane(
        own=(_BY_NAME_AND_ADDRESS, f"{username}|{address}"),
        shared=((_BY_ADDRESS, address), (_BY_NAME, username)),
    )


def pin_lane(asker: str) -> Lane:
    """Choose the lane of PINs that are typed on one screen: 5 in 15 minutes, 20 wrong a day.

    `asker` is who is signed in there, or the tablet.
    """
    return Lane(own=(_PIN, asker), shared=((_PINS_OF_A_DAY, asker),))


def switch_lane(device: str, username: str) -> Lane:
    """Choose the lane of PINs by which one person takes a screen over: 5 in 15 minutes, 20 wrong a day on the screen.

    Counted by screen: nobody can lock a colleague out of another one.
    """
    return Lane(own=(_SWITCH, f"{device}|{username}"), shared=((_SWITCHES_OF_A_DAY, device),))


def code_lane(username: str, address: str, device: str) -> Lane:
    """Choose the lane of the app's codes that are typed after a right password: 5 in 15 minutes, 20 wrong a day.

    `device` is a browser that this person has signed in on before: it has lanes of its own, which nobody else fills.
    """
    if device:
        return Lane(own=(_CODE, device), shared=((_CODES_OF_A_DAY, device),))
    return Lane(own=(_CODE, f"{username}|{address}"), shared=((_CODES_OF_A_DAY, username),))


def own_account_lane(member: int) -> Lane:
    """Choose the lane of passwords typed by somebody who is signed in, to change what is their own."""
    return Lane(own=(_OWN_ACCOUNT, str(member)), shared=((_OWN_ACCOUNT_OF_A_DAY, str(member)),))


def new_code_lane(address: str) -> Lane:
    """Choose the lane of tablets at one address that ask for a pairing code."""
    return Lane(own=(_CODES_SHOWN, address))


def typed_code_lane(member: int) -> Lane:
    """Choose the lane of the pairing codes that one member of staff types: 10 wrong ones in 15 minutes."""
    return Lane(own=(_CODES_TYPED, str(member)))


@dataclass(frozen=True, slots=True)
class LoginLimits:
    """The counters. In memory they are this process's; with Redis behind them, everybody's."""

    storage: Storage = field(default_factory=CountedHere)

    def enter(self, lane: Lane) -> None:
        """Count one try. Raises TooManyTries when the lane is full, whether or not the name exists."""
        limiter = MovingWindowRateLimiter(self.storage)
        if not all(limiter.test(item, key) for item, key in lane.shared) or not limiter.hit(*lane.own):
            raise TooManyTries(minutes=WINDOW_MINUTES)

    def was_wrong(self, lane: Lane) -> None:
        """Count a wrong password on the lanes that many share."""
        limiter = MovingWindowRateLimiter(self.storage)
        for item, key in lane.shared:
            limiter.hit(item, key)

    def was_right(self, lane: Lane) -> None:
        """Forget the tries before a right password."""
        MovingWindowRateLimiter(self.storage).clear(*lane.own)
