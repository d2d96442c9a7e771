"""Makes the ids that outsiders see, and the order ids that the gateway sees."""

import secrets
from datetime import datetime

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CLAIM_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_uid() -> str:
    """Make a public id of 128 random bits: unguessable, 22 characters, safe in an address."""
    return secrets.token_urlsafe(16)


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


def new_claim_code() -> str:
    """Make the four characters that a guest shows to pay cash; no 0/O or 1/I to confuse."""
    return "".join(secrets.choice(_CLAIM_ALPHABET) for _ in range(4))
