"""What happened, in the order it happened: audit trail and outbox in one."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.base.database import Record

BY_HAND: Final = (
    "kind IN ('order.paid', 'order.cancelled', 'order.cancel_wanted') AND \"by\" >= 'staff:' AND \"by\" < 'staff;'"
)
"""What guests and the gateway do all day, and staff now and then: done by staff. `;` is the sign after `:`.

A question that is to find these rows by their index has to say it in these very words.
"""


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
        # Of a million payments that the gateway told of, those that somebody took by hand are found at once.
        Index(
            "ix_events_by_hand",
            "outlet_id",
            "kind",
            "at",
            "id",
            sqlite_where=text(BY_HAND),
            postgresql_where=text(BY_HAND),
        ),
    )

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    kind: Mapped[str]
    """Past tense with a dot: `order.paid`, `attempt.expired`."""
    order_id: Mapped[int | None] = mapped_column(index=True)
    attempt_id: Mapped[int | None]
    at: Mapped[datetime]
    by: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
