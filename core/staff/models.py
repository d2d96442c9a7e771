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
    totp_salt: Mapped[str] = mapped_column(default="")
    """What the secret of this person's authenticator app is derived from, with the program's key; empty while no code
    is asked for. By itself it is worth nothing."""
    totp_step: Mapped[int] = mapped_column(default=0)
    """The half minute of the newest code that was taken: neither it nor an older one is taken again."""

    @property
    def uses_codes(self) -> bool:
        """Whether a code is asked for after the password."""
        return bool(self.totp_salt)


class StaffSession(Record):
    """One browser signed in as one person."""

    __tablename__ = "staff_sessions"

    token_digest: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of what the cookie holds: a stolen database signs nobody in."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proven_at: Mapped[datetime | None]
    """When the person last typed a password, code or PIN to be here; nothing in sessions of an earlier version."""
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(default="")
    """The browser, through all who worked on it since somebody first signed in there; it opens nothing."""
    browser: Mapped[str] = mapped_column(default="")
    """What kind of browser it is, as far as it says so: `Chrome, Android`."""
    address: Mapped[str] = mapped_column(default="")
    """Where it signed in from."""

    member: Mapped[StaffMember] = relationship(lazy="raise")


class PendingLogin(Record):
    """A browser that has named the right password, of somebody whose code is still missing."""

    __tablename__ = "pending_logins"

    token_digest: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of what the cookie holds."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    device: Mapped[str] = mapped_column(default="")
    """Digest of the session that the browser had before, if any."""
    expires_at: Mapped[datetime] = mapped_column(index=True)


class RecoveryCode(Record):
    """What lets one person in once, should the authenticator app be lost."""

    __tablename__ = "recovery_codes"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the code. It was drawn from 80 random bits: nobody tries them all."""
    used_at: Mapped[datetime | None]
