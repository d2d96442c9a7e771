"""Keeps the tries to sign in where every process counts them, and where no restart forgets them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.base.database import Record
from core.base.ids import digest_of

_SWEPT_AT_ONCE: Final = 100
_SECOND: Final = timedelta(seconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rule:
    """How many tries there may be within a span."""

    name: str
    most: int
    within: timedelta


class CountedTries(Record):
    """The tries that one rule counts for one screen, person or address."""

    __tablename__ = "counted_tries"

    lane: Mapped[str] = mapped_column(unique=True)
    """Digest of the rule's name and of whom it counts: what a stranger types as a name need not be one."""
    whose: Mapped[str] = mapped_column(default="", index=True)
    """The username that was tried, should a person be set free; nobody's where many share a lane."""
    most: Mapped[int]
    seconds: Mapped[int]
    """How long a try counts."""
    times: Mapped[list[int]]
    """When the tries were, in milliseconds since 1970."""
    over_at: Mapped[datetime] = mapped_column(index=True)
    """From when on none of them counts any more."""


def count_try(session: Session, rule: Rule, key: str, whose: str, *, at: datetime) -> bool:
    """Lock a lane and count one more try in it; tells whether there was room for it.

    Tries at the same moment wait for each other here, whichever process they came to.
    """
    values = {
        "lane": _lane(rule, key),
        "whose": whose,
        "most": rule.most,
        "seconds": rule.within // _SECOND,
        "over_at": at + rule.within,
    }
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    # One statement makes the row or locks the one that is there: nobody can take it away in between.
    row = dialect.insert(CountedTries).values(**values, times=[])
    row = row.on_conflict_do_update(index_elements=["lane"], set_={"over_at": values["over_at"]})
    found, times = session.execute(row.returning(CountedTries.id, CountedTries.times)).one()
    recent = _still_counting(times, rule.within, at)
    if len(recent) >= rule.most:
        return False
    session.execute(update(CountedTries).where(CountedTries.id == found).values(times=[*recent, _stamp(at)]))
    return True


def forget_all(session: Session, rule: Rule, key: str) -> None:
    """Forget every try of a lane."""
    session.execute(update(CountedTries).where(CountedTries.lane == _lane(rule, key)).values(times=[]))


def forget_one(session: Session, rule: Rule, key: str) -> None:
    """Forget the newest try of a lane that many share: it turned out to be right."""
    lane = session.scalar(select(CountedTries).where(CountedTries.lane == _lane(rule, key)).with_for_update())
    if lane is not None:
        lane.times = lane.times[:-1]


def forget_person(session: Session, username: str) -> None:
    """Forget every try that was counted against one person."""
    session.execute(update(CountedTries).where(CountedTries.whose == username).values(times=[]))


def held_among(session: Session, usernames: Collection[str], *, at: datetime) -> Collection[str]:
    """Name those of some people who find some way in closed by too many tries."""
    lanes = session.scalars(select(CountedTries).where(CountedTries.whose.in_(usernames), CountedTries.over_at > at))
    return {one.whose for one in lanes if len(_still_counting(one.times, one.seconds * _SECOND, at)) >= one.most}


def sweep(session: Session, *, at: datetime) -> None:
    """Throw away what is over, but for lanes that somebody is counting in."""
    over = select(CountedTries.id).where(CountedTries.over_at <= at).limit(_SWEPT_AT_ONCE)
    ids = session.scalars(over.with_for_update(skip_locked=True)).all()
    session.execute(delete(CountedTries).where(CountedTries.id.in_(ids)))


def _lane(rule: Rule, key: str) -> str:
    return digest_of(f"{rule.name} {key}")


def _stamp(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _still_counting(times: Sequence[int], within: timedelta, at: datetime) -> list[int]:
    # To both sides: tries from before a clock was set back count no longer than a span either.
    now, span = _stamp(at), within // timedelta(milliseconds=1)
    return [time for time in times if abs(now - time) < span]
