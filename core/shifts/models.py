"""A cashier's turn at a drawer."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.base.database import Record
from core.base.money import Rupiah


class Shift(Record):
    """From opening float to count. Cash goes only into an open one."""

    __tablename__ = "shifts"
    __table_args__ = (
        Index(
            "uq_shifts_one_open_per_drawer",
            "outlet_id",
            "drawer",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    drawer: Mapped[str] = mapped_column(default="main")
    opened_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime]
    opening_float: Mapped[Rupiah]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    closed_at: Mapped[datetime | None]
    expected: Mapped[Rupiah | None]
    counted: Mapped[Rupiah | None]
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How many of each note and coin were counted, by its worth in rupiah; empty where only the sum was typed."""
