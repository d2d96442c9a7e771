"""Turns passwords and PINs into something a thief of the database cannot use."""

import secrets
import threading
from functools import cache
from typing import TYPE_CHECKING, Final

from core.base.errors import Busy

if TYPE_CHECKING:
    from argon2 import PasswordHasher

PIN_DIGITS: Final = 6
_SPOKEN: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""No two of these are taken for one another when they are read out."""
_MEMORY_KIB = 19_456
_PASSES = 2
_LANES = 1
"""Argon2id at OWASP's second profile: 19 MiB and about 25 ms each on a small machine."""

_AT_ONCE = 2
_LONGEST_WAIT = 2.0
"""Seconds. A flood of logins may not take every request thread, nor all memory."""
_gate = threading.BoundedSemaphore(_AT_ONCE)


def hash_secret(text: str) -> str:
    """Hash a password or PIN with a fresh salt; the parameters travel inside the result."""
    return _hasher().hash(_as_bytes(text))


def check_secret(hashed: str, text: str) -> bool:
    """Say whether a password or PIN is the one that was hashed. Takes about 25 ms either way.

    Raises Busy when too many are being checked at once.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    if not _gate.acquire(timeout=_LONGEST_WAIT):
        raise Busy
    try:
        return _hasher().verify(hashed, _as_bytes(text))
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _gate.release()


def draw_password() -> str:
    """Draw a first password of 59 random bits that can be read out and typed: `kx7m-t3hd-9pqw`."""
    drawn = "".join(secrets.choice(_SPOKEN) for _ in range(12))
    return f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


def draw_pin() -> str:
    """Draw a PIN of six digits."""
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"


@cache
def nobodys_hash() -> str:
    """Give a hash that nothing fits, so that an unknown username costs as long as a known one."""
    return hash_secret("nobody has this password")


@cache
def _hasher() -> "PasswordHasher":
    # Loading argon2 starts a C library that most commands never need.
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
