"""Makes the ids that outsiders see, and the order ids that the gateway sees."""

import hashlib
import re
import secrets
from datetime import datetime

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CLAIM_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_PAIRING_ALPHABET = "ACDEFGHJKLMNPQRTUVWXY34679"
"""No two of these look, or sound across a noisy room, quite alike: no 0/O, 1/I, 2/Z, 5/S, 8/B."""


_UID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_GATEWAY_REFERENCE = re.compile(r"K[0-9A-Z]{26}Q", re.ASCII)


def new_uid() -> str:
    """Make a public id of 128 random bits: unguessable, 22 characters, safe in an address."""
    return secrets.token_urlsafe(16)


def is_uid(text: str) -> bool:
    """Tell whether a text can be a public id at all. An address may hold anything, even what PostgreSQL cannot store."""
    return _UID.fullmatch(text) is not None


def new_ulid(at: datetime) -> str:
    """Make a 26-character id that sorts by time: 48 bits of milliseconds, 80 random bits."""
    number = (int(at.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def new_gateway_reference(at: datetime) -> str:
    """Make the gateway order id of one attempt, used once for ever.

    The signature joins order id, status code and amount without a separator. A fixed
    length of 28 and a letter at the end keep two of them from reading alike.
    """
    return f"K{new_ulid(at)}Q"


def new_rehearsal_reference(at: datetime) -> str:
    """Make the gateway order id of a test payment: nobody takes it for an order's, in a dashboard or in our books."""
    return f"TEST-{new_ulid(at)}-Q"


def is_gateway_reference(text: str) -> bool:
    """Tell whether a gateway order id can be of our making: other programs may use the same account."""
    return _GATEWAY_REFERENCE.fullmatch(text) is not None


def new_claim_code() -> str:
    """Make the four characters that a guest shows to pay cash; no 0/O or 1/I to confuse."""
    return "".join(secrets.choice(_CLAIM_ALPHABET) for _ in range(4))


def new_pairing_code() -> str:
    """Make the six characters that an unknown tablet shows."""
    return "".join(secrets.choice(_PAIRING_ALPHABET) for _ in range(6))


def digest_of(token: str) -> str:
    """Give what the database keeps of a token: SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
