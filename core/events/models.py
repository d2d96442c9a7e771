"""What happened, in the order it happened: audit trail and outbox in one."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.base.database import Record


class Event(Record):
    """One fact in the past tense, written in the transaction it tells of. Never changed, never deleted.

    Its id is the event number: it grows with every commit and a smaller one never appears later.
    """

    __tablename__ = "events"
    __table_args__ = (
        # Acts of a few kinds are read among many that are none, newest first.
        Index("ix_events_acts", "outlet_id", "kind", "at", "id"),
        # Every look at a board asks for the newest number; without this SQLite sorts all that ever happened.
        Index("ix_events_newest", "outlet_id", "id"),
    )

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    kind: Mapped[str]
    """Past tense with a dot: `order.paid`, `attempt.expired`."""
    order_id: Mapped[int | None] = mapped_column(index=True)
    attempt_id: Mapped[int | None]
    at: Mapped[datetime]
    by: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
