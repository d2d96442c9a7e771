"""Who has a row in hand: a lease that ran out may belong to another process by now."""

from typing import Protocol


class LeaseLost(Exception):
    """Somebody else has the row in hand: what was found out about it is theirs to write."""


class Leased(Protocol):
    """A row that one worker at a time may work on."""

    lease: str | None


def must_be_ours(row: Leased, lease: str | None) -> None:
    """Compare a locked row's lease with the one its job was handed out with. Raises LeaseLost."""
    if row.lease != lease:
        raise LeaseLost
