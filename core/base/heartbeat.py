"""A loop's sign of life, where other processes can see it."""

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.base.database import Record

_REMEMBERED = timedelta(days=1)


class Heartbeat(Record):
    """When a loop last said that it turns."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(unique=True)
    beat_at: Mapped[datetime]


def beat(session: Session, name: str, at: datetime) -> None:
    """Say that a loop turns. The first beat of a loop forgets those that have been silent for a day."""
    done = session.execute(update(Heartbeat).where(Heartbeat.name == name).values(beat_at=at))
    assert isinstance(done, CursorResult)  # noqa: S101 - what the ORM's update gives, for the type checker
    if done.rowcount == 0:
        session.execute(delete(Heartbeat).where(Heartbeat.beat_at < at - _REMEMBERED))
        session.add(Heartbeat(name=name, beat_at=at))


def last_beat(session: Session, name: str) -> datetime | None:
    """Tell when a loop last said that it turns; nothing before its first beat."""
    return session.scalar(select(Heartbeat.beat_at).where(Heartbeat.name == name))
