"""Printers, and the jobs that wait for them."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.base.database import Record
from core.base.ids import new_uid


class Trouble(enum.StrEnum):
    """Why a printer prints nothing at the moment."""

    BAD_ADDRESS = "bad_address"
    """Its name leads nowhere, or out of the house."""
    UNREACHABLE = "unreachable"
    NO_PAPER = "no_paper"
    COVER_OPEN = "cover_open"
    NOT_READY = "not_ready"
    """It says that it is offline, and not why."""
    WENT_SILENT = "went_silent"
    """It took a job and then said nothing more."""
    BROKE_OFF = "broke_off"
    """The line broke in the middle of a job."""


class SlipKind(enum.StrEnum):
    """What is to be printed."""

    KITCHEN = "kitchen"
    CANCELLATION = "cancellation"
    RECEIPT = "receipt"
    DRAWER = "drawer"
    """No paper: the printer opens the drawer that is plugged into it."""
    TEST = "test"


class JobState(enum.StrEnum):
    """What became of a job."""

    WAITING = "waiting"
    SENDING = "sending"
    """Its bytes are on their way. Whoever finds this with nobody sending cannot know whether they arrived."""
    PRINTED = "printed"
    NOT_NEEDED = "not_needed"
    """What it told was over before anybody could read it."""
    GIVEN_UP = "given_up"


class Printer(Record):
    """A receipt printer on the shop's own network that reads ESC/POS."""

    __tablename__ = "printers"
    __table_args__ = (
        CheckConstraint("paper IN (58, 80)", name="paper_known"),
        CheckConstraint("port BETWEEN 9100 AND 9199", name="port_of_a_printer"),
        Index(
            "uq_printers_outlet_id_name_in_use",
            "outlet_id",
            "name",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    name: Mapped[str]
    host: Mapped[str]
    """An address or a name of the shop's own network; looked at again each time it is connected to."""
    port: Mapped[int] = mapped_column(default=9100)
    paper: Mapped[int] = mapped_column(default=80)
    """Its width in millimetres."""
    prints_kitchen: Mapped[bool] = mapped_column(default=False)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("stations.id"))
    """Whose part of an order it prints; nothing means all of it."""
    prints_receipts: Mapped[bool] = mapped_column(default=False)
    prints_after_cash: Mapped[bool] = mapped_column(default=False)
    """Whether a receipt comes out by itself when cash is taken."""
    opens_drawer: Mapped[bool] = mapped_column(default=False)
    is_enabled: Mapped[bool] = mapped_column(default=True)
    removed_at: Mapped[datetime | None]

    # Who has it in hand: one process at a time, so that its jobs come out one after the other.
    lease: Mapped[str | None]
    leased_until: Mapped[datetime | None]

    # How it is.
    trouble: Mapped[Trouble | None]
    down_since: Mapped[datetime | None]
    """When the first of its failures in a row was; nothing while it prints."""
    failures: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    """It is left alone until then."""
    printed_at: Mapped[datetime | None]
    """When it last printed something."""


class PrintJob(Record):
    """Something to be printed by one printer, written in the transaction of what it tells.

    It knows its order by id only; what stands on the paper is read when it is printed.
    """

    __tablename__ = "print_jobs"
    __table_args__ = (
        # Asked for every second, however many were printed before.
        Index(
            "ix_print_jobs_open",
            "printer_id",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    printer_id: Mapped[int] = mapped_column(ForeignKey("printers.id"))
    kind: Mapped[SlipKind]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    copy: Mapped[int] = mapped_column(default=0)
    """Which copy it is; 0 is the first print."""
    by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0)
    """How often its bytes were sent without anybody knowing whether they arrived."""
    done_at: Mapped[datetime | None]
    """When it was printed, or turned out not to be; nothing while it waits or is being sent."""

    printer: Mapped[Printer] = relationship(lazy="raise")

    @property
    def is_open(self) -> bool:
        return self.done_at is None
