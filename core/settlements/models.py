"""Files in which the gateway lists what it collected, their lines, and what does not agree with our books."""

import enum
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.base.database import Record
from core.base.ids import new_uid
from core.base.money import Rupiah


class SettlementFile(Record):
    """One file that somebody took in. A hint and never money: nothing is posted from it. Never changed, never deleted."""

    __tablename__ = "settlement_files"
    __table_args__ = (UniqueConstraint("outlet_id", "digest"),)

    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    digest: Mapped[str]
    """SHA-256 of its bytes: the same file twice is one import."""
    name: Mapped[str]
    columns: Mapped[dict[str, Any]]
    """Which of its columns were read, as `gross` → `Amount`."""
    first_day: Mapped[date]
    """The first and the last day that its payments name, in the gateway's own zone: what they enclose it speaks of.

    Of refunds alone the last lies before the first.
    """
    last_day: Mapped[date]
    payments: Mapped[int]
    """How many of its lines are payments under a reference of ours; the sums are theirs alone."""
    gross: Mapped[Rupiah]
    fee: Mapped[Rupiah | None]
    vat: Mapped[Rupiah | None]
    net: Mapped[Rupiah | None]
    at: Mapped[datetime]
    by: Mapped[str]
    """Who took it in, as `staff:7`; `system` for the command line."""

    @property
    def speaks_of_days(self) -> bool:
        """Whether it lists what came on some days, so that a payment of ours may be missing from it."""
        return self.first_day <= self.last_day


class LineKind(enum.StrEnum):
    """What a line of a file is about."""

    PAYMENT = "payment"
    """A guest's payment, under a reference of our making."""
    REFUND = "refund"
    """Money of such a payment that went back."""
    FOREIGN = "foreign"
    """Money under an order id that Meja does not make: another program uses the same account."""
    OTHER = "other"
    """No money of a guest: a withdrawal, a fee of its own, a payment that never came."""


class SettlementLine(Record):
    """One line of a file, as it says it. Never changed, never deleted."""

    __tablename__ = "settlement_lines"
    __table_args__ = (
        UniqueConstraint("file_id", "row_number"),
        CheckConstraint("kind = 'other' OR gross > 0", name="money_is_positive"),
    )

    file_id: Mapped[int] = mapped_column(ForeignKey("settlement_files.id"))
    row_number: Mapped[int]
    """As a spreadsheet counts, the header included."""
    kind: Mapped[LineKind]
    reference: Mapped[str] = mapped_column(index=True)
    day: Mapped[date | None]
    gross: Mapped[Rupiah]
    """What was paid or given back; of a refund without its minus."""
    fee: Mapped[Rupiah | None]
    vat: Mapped[Rupiah | None]
    net: Mapped[Rupiah | None]
    payout: Mapped[str]
    said: Mapped[str]
    """Type and status in the file's own words."""
    is_returned: Mapped[bool]
    """Whether a payment is listed as one that went back, whole or in part."""


LINES: Final = Record.metadata.tables[SettlementLine.__tablename__]
"""For ten thousand rows at once: three times as fast as by the class, while nobody else may write."""


class BreakKind(enum.StrEnum):
    """In what a file and our books do not agree."""

    MISSING_HERE = "missing_here"
    """The file lists a payment that our books do not hold."""
    MISSING_THERE = "missing_there"
    """Our books hold a payment of the file's days, and no file lists it."""
    WRONG_AMOUNT = "wrong_amount"
    WRONG_FEE = "wrong_fee"
    LISTED_TWICE = "listed_twice"
    UNKNOWN_REFUND = "unknown_refund"
    """The file says that money went back, and our books do not."""


class BreakState(enum.StrEnum):
    """Where a break stands."""

    OPEN = "open"
    CLOSED = "closed"
    """A person closed it with a reason, for good."""
    CLEARED = "cleared"
    """It holds no longer: another file, or the gateway's answer, has shown so. It may come back."""


class SettlementBreak(Record):
    """One thing in which a file and our books do not agree. It takes a step, and never goes away."""

    __tablename__ = "settlement_breaks"
    __table_args__ = (
        UniqueConstraint("line_id", "kind"),
        CheckConstraint("state <> 'closed' OR (closed_by IS NOT NULL AND reason <> '')", name="closed_with_a_reason"),
        # What no file lists is missed once, however many files speak of its day.
        Index(
            "uq_settlement_breaks_without_line",
            "outlet_id",
            "reference",
            unique=True,
            sqlite_where=text("line_id IS NULL"),
            postgresql_where=text("line_id IS NULL"),
        ),
        Index(
            "ix_settlement_breaks_open",
            "outlet_id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("settlement_files.id"), index=True)
    """The file whose line it is about; for what no file lists, the first that speaks of its day."""
    line_id: Mapped[int | None] = mapped_column(ForeignKey("settlement_lines.id"))
    kind: Mapped[BreakKind]
    reference: Mapped[str]
    day: Mapped[date]
    what: Mapped[str] = mapped_column(default="")
    """More closely, as one of our own words: `unknown`, `unpaid`, `fee`, `vat`, `net`, `file`, `payout`."""
    ours: Mapped[Rupiah | None]
    """What our books say, or what the fee should be."""
    theirs: Mapped[Rupiah | None]
    """What the file says."""
    state: Mapped[BreakState] = mapped_column(default=BreakState.OPEN)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")


BREAKS: Final = Record.metadata.tables[SettlementBreak.__tablename__]
"""For many rows at once, as LINES."""
