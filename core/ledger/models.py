"""The truth about money: an append-only double-entry ledger in whole rupiah."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.base.database import Record
from core.base.money import Rupiah


class Account(enum.StrEnum):
    """Where money is (debit grows it) and what it is for (credit grows it)."""

    GATEWAY = "gateway_clearing"
    """At Midtrans, not yet paid out to the shop."""
    DRAWER = "drawer"
    SALES = "sales"
    SERVICE = "service"
    TAX = "tax"
    ROUNDING = "rounding"
    """What rounding a cash bill gave or took."""
    UNAPPLIED = "unapplied"
    """Money that came without an order waiting for it. Its balance equals the open money cases."""
    REFUNDS = "refunds"
    """Money given back on sales already counted."""
    LOSSES = "losses"
    """Money that a payer's bank took back, or that went back twice."""
    WRITTEN_OFF = "written_off"
    """Money nobody claimed, whose case a manager closed with a reason."""
    OVER_SHORT = "over_short"
    """What a drawer held more or less than it should at its count."""
    OWNER = "owner"
    """Change brought into the drawer and takings carried out of it."""


class EntryKind(enum.StrEnum):
    """What happened to money."""

    SETTLE = "settle"
    """The gateway took money from a diner."""
    CASH = "cash"
    """A cashier took money from a diner."""
    REFUND = "refund"
    """Money went back to the payer; with the sign turned, it turned out not to have gone."""
    CHARGEBACK = "chargeback"
    """The payer's bank took money back."""
    REVERSE = "reverse"
    """The gateway says that a settlement did not last: as if it had never come."""
    APPLY = "apply"
    """A person gave unapplied money its home: an order that waited for it."""
    WRITE_OFF = "write_off"
    """A person closed the case of money that nobody claims."""
    VOID = "void"
    """A paid order was cancelled: its money has no home until a person gives it one."""
    FLOAT = "float"
    MOVEMENT = "movement"
    COUNT = "count"


class Posting(Record):
    """One side of an entry. Positive is debit, negative is credit."""

    __tablename__ = "postings"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        Index("ix_postings_order_id_account", "order_id", "account"),
    )

    entry_uid: Mapped[str] = mapped_column(ForeignKey("entries.uid", deferrable=True, initially="DEFERRED"), index=True)
    account: Mapped[Account]
    amount: Mapped[Rupiah]
    order_id: Mapped[int | None]
    """The order this money is for. Money that came without an order waiting for it has the
    order on its unapplied side only, so that it never counts as received for the order."""
    shift_id: Mapped[int | None] = mapped_column(index=True)
    payment: Mapped[str | None] = mapped_column(index=True)
    """Which payment this money came with: the gateway's order id, or the order's uid for cash.
    On the lines of `gateway_clearing`, `drawer` and `unapplied` only; it follows money through every later entry."""


class Entry(Record):
    """One thing that happened to money. Its postings sum to zero; the database refuses any other."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("source", "source_id", "kind"),
        # The history is read from its end, day by day.
        Index("ix_entries_history", "outlet_id", "business_day", "id"),
    )

    uid: Mapped[str] = mapped_column(unique=True)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    kind: Mapped[EntryKind]
    source: Mapped[str]
    """`gateway`, `drawer`, `refund`, `refund_undone`, `case`: with `source_id` and `kind` it makes posting twice impossible."""
    source_id: Mapped[str]
    business_day: Mapped[date] = mapped_column(index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    """Who caused it, as `gateway`, `system`, `diner` or `staff:7`."""
