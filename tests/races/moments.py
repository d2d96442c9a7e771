"""Lets a rival in at the moments that matter: just before a transaction begins, or just after it was kept.

Every verb reads, checks and writes in one transaction; what it read before, or asked the gateway, may be old by then.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.orm import Session

from core.base.database import Database

Side = Literal["before", "after"]
SIDES: Final[tuple[Side, ...]] = ("before", "after")


@dataclass(slots=True)
class Moment:
    """The n-th transaction that somebody writes with, and on which side of it the rival comes."""

    side: Side
    nth: int
    was_met: bool = False

    def __str__(self) -> str:
        return f"{self.side} {self.nth}"


@contextmanager
def rival_at(db: Database, moment: Moment, rival: Callable[[], object]) -> Iterator[None]:
    """Have the rival's whole verb run once, at this moment of whoever writes to `db` in the block."""
    write, count = db.write, 0

    def come(side: Side, number: int) -> None:
        if (side, number) == (moment.side, moment.nth) and not moment.was_met:
            moment.was_met = True
            rival()

    @contextmanager
    def watched(within: float | None = None) -> Iterator[Session]:
        nonlocal count
        count += 1
        number = count
        come("before", number)
        with write(within) as session:
            yield session
        come("after", number)

    db.write = watched  # type: ignore[method-assign] # for the length of the block
    try:
        yield
    finally:
        del db.write
