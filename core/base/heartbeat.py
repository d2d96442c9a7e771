"""A loop's sign of life, where other processes can see it, and what it has met at whom it asks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import CursorResult, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.base.database import Record

_REMEMBERED = timedelta(days=1)


class Heartbeat(Record):
    """When a loop last said that it turns."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(unique=True)
    beat_at: Mapped[datetime]
    trouble: Mapped[str | None]
    """What is wrong with whom the loop asks, as far as it has met it; nothing while all is well."""
    troubled_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    """When the loop was last given an answer."""


class Met(NamedTuple):
    """What a loop has met at whom it asks."""

    trouble: str | None = None
    troubled_at: datetime | None = None
    answered_at: datetime | None = None


NOTHING_MET: Final = Met()
_MET: Final = select(Heartbeat.trouble, Heartbeat.troubled_at, Heartbeat.answered_at).where(
    Heartbeat.beat_at >= bindparam("since")
)


def beat(session: Session, name: str, at: datetime, met: Met = NOTHING_MET) -> None:
    """Say that a loop turns. The first beat of a loop forgets those that have been silent for a day."""
    told = {"beat_at": at, **met._asdict()}
    done = session.execute(update(Heartbeat).where(Heartbeat.name == name).values(told))
    assert isinstance(done, CursorResult)  # noqa: S101 - what the ORM's update gives, for the type checker
    if done.rowcount == 0:
        session.execute(delete(Heartbeat).where(Heartbeat.beat_at < at - _REMEMBERED))
        session.add(Heartbeat(name=name, **told))


def last_beat(session: Session, name: str) -> datetime | None:
    """Tell when a loop last said that it turns; nothing before its first beat."""
    return session.scalar(select(Heartbeat.beat_at).where(Heartbeat.name == name))


def met_by_all(session: Session, since: datetime) -> Sequence[Met]:
    """Tell what each loop has met that has said since a moment that it turns."""
    return [Met._make(row) for row in session.execute(_MET, {"since": since})]
