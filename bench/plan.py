"""How long and how often everything is measured. Everything is bounded in count and in time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of one run."""

    rounds: int = 3
    seconds: float = 3.0
    """Length of one measure of throughput."""
    connections: int = 8
    payments_seen: int = 12
    """Payments in each round whose way to the boards is followed."""
    boards: int = 50
    diners: int = 500
    """Pages of diners that are open while payments travel to the boards."""
    sockets: int = 1_000
    open_orders: int = 500
    closed_orders: int = 100_000
    more_closed_orders: int | None = None
    """Look at the board once more with as many; None leaves that out."""
    prints: int = 25
    """Boards printed in each round."""
    browsers: int = 10
    """Boards that stand open in a real browser while payments travel to them."""
    payments_in_browsers: int = 40
    """Payments in each round whose way onto those is followed."""
    only: str = ""
    """What a title must hold to be measured at all; empty measures everything."""

    @classmethod
    def usual(cls, rounds: int, seconds: float) -> "Plan":
        return cls(rounds=rounds, seconds=seconds)

    @classmethod
    def quick(cls, rounds: int | None, seconds: float | None) -> "Plan":
        """Make a run of about a minute: enough to see that nothing is broken, too little to quote."""
        return cls(
            rounds=rounds or 1, seconds=seconds or 1.5, payments_seen=6, sockets=300, prints=12, payments_in_browsers=8
        )

    @classmethod
    def full(cls, rounds: int, seconds: float) -> "Plan":
        return cls(rounds=rounds, seconds=seconds, sockets=5_000, more_closed_orders=1_000_000)
