"""The people behind the counter, and where they are signed in."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.base.database import Record


class Role(enum.StrEnum):
    """What somebody may do; the rights are in `rights.py`."""

    OWNER = "owner"
    MANAGER = "manager"
    CASHIER = "cashier"
    KITCHEN = "kitchen"


class StaffMember(Record):
    """A person who works here."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("username"),)

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"), index=True)
    username: Mapped[str]
    name: Mapped[str]
    role: Mapped[Role]
    password_hash: Mapped[str]
    pin_hash: Mapped[str] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)


class StaffSession(Record):
    """One browser signed in as one person."""

    __tablename__ = "staff_sessions"

    token_digest: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of what the cookie holds: a stolen database signs nobody in."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(default="")
    """The browser, through all who worked on it since somebody first signed in there; it opens nothing."""

    member: Mapped[StaffMember] = relationship(lazy="raise")
