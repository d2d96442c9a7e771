"""One-time codes of an authenticator app: RFC 6238 as every app knows it, 30 seconds, six digits, SHA-1."""

import hmac
import re
import secrets
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from core.base.ids import new_uid

if TYPE_CHECKING:
    from pyotp import TOTP

SECONDS: Final = 30
RECOVERY_CODES: Final = 10
_SECRET_BYTES: Final = 20
"""160 bits, as RFC 4226 recommends (section 4, R6)."""
_DRIFT: Final = 1
"""Half minutes by which a phone's clock may be off, to either side (RFC 6238, section 5.2)."""
_CODE: Final = re.compile(r"[0-9]{6}", re.ASCII)
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RECOVERY: Final = re.compile(rf"[{_ALPHABET}]{{16}}", re.ASCII)
# What is read as one of the alphabet, typed by somebody who reads it off paper.
_MISREAD: Final = str.maketrans("OILU", "011V")


def new_salt() -> str:
    """Make what a new secret is derived from."""
    return new_uid()


def secret_of(key: str, staff_id: int, salt: str) -> str:
    """Derive the secret that a person's app and the program share, in Base32.

    `key` is the program's own, which does not lie in the database: whoever reads only that makes no code.
    """
    whole = hmac.digest(key.encode(), f"meja.totp:{staff_id}:{salt}".encode(), "sha256")
    return b32encode(whole[:_SECRET_BYTES]).decode("ascii")


def address_of(secret: str, username: str, issuer: str) -> str:
    """Write the `otpauth:` address that an app reads off a QR."""
    return _totp(secret).provisioning_uri(name=username, issuer_name=issuer)


def step_of(secret: str, typed: str, at: datetime, *, after: int) -> int | None:
    """Tell of which half minute a code is; nothing when it is not good now, or not newer than the one taken last."""
    if not _CODE.fullmatch(typed):
        return None
    codes, present = _totp(secret), int(at.timestamp()) // SECONDS
    steps = range(max(present - _DRIFT, after + 1), present + _DRIFT + 1)
    return next((step for step in steps if hmac.compare_digest(codes.generate_otp(step), typed)), None)


def new_recovery_codes() -> Sequence[str]:
    """Draw ten codes to be kept on paper, of 80 random bits each: `7K3M-…`."""
    drawn = ("".join(secrets.choice(_ALPHABET) for _ in range(16)) for _ in range(RECOVERY_CODES))
    return [f"{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}" for code in drawn]


def read_code(typed: str) -> str:
    """Bring a code into the form it is compared in, however it was typed; empty when it can be none."""
    tidy = "".join(character for character in typed.upper() if character.isalnum())
    if _CODE.fullmatch(tidy):
        return tidy
    tidy = tidy.translate(_MISREAD)
    return tidy if _RECOVERY.fullmatch(tidy) else ""


def _totp(secret: str) -> "TOTP":
    # Few sign in by code, and no command needs it.
    from pyotp import TOTP

    return TOTP(secret, interval=SECONDS)
