"""Makes of a PIN what the database keeps: a million are soon tried, so the program's own key goes into every one."""

import hmac
from typing import Final

from core.staff.secrets import check_secret, hash_secret, nobodys_hash

_WITH_KEY: Final = "key:"
"""Before a hash that the key went into. Those of earlier versions have none, and are good until their next use."""


def hash_with_key(key: str, pin: str) -> str:
    """Hash a PIN. `key` is the program's own, which lies in no database: whoever reads only that can try nothing."""
    return _WITH_KEY + hash_secret(_seasoned(key, pin))


def pin_fits(key: str, hashed: str, pin: str) -> bool:
    """Say whether a PIN is the one that was hashed. Takes about 25 ms either way, also where there is none.

    Raises Busy when too many are being checked at once.
    """
    if hashed.startswith(_WITH_KEY):
        return check_secret(hashed.removeprefix(_WITH_KEY), _seasoned(key, pin))
    return check_secret(hashed or nobodys_hash(), pin)


def lacks_key(hashed: str) -> bool:
    """Tell whether a hash is one of an earlier version."""
    return not hashed.startswith(_WITH_KEY)


def _seasoned(key: str, pin: str) -> str:
    return hmac.digest(key.encode(), f"meja.pin:{pin}".encode("utf-8", "surrogatepass"), "sha256").hex()
