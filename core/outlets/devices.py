"""Tablets that stand by themselves in the shop, and those that ask to."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, contains_eager, mapped_column, relationship

from core.base.database import Record
from core.base.ids import is_uid, new_uid
from core.outlets.models import Table


class Pairing(Record):
    """A tablet that shows a code and waits for somebody who may approve it."""

    __tablename__ = "pairings"

    code: Mapped[str] = mapped_column(unique=True)
    """Six characters, nothing in them to confuse; good until it expires."""
    token_digest: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of what the tablet's cookie holds."""
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Device(Record):
    """A tablet that was approved. Orders placed on it belong to its table, which is of kind kiosk."""

    __tablename__ = "devices"

    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"), index=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("tables.id"), index=True)
    name: Mapped[str]
    token_digest: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of what the tablet's cookie holds: a stolen database opens no kiosk."""
    approved_at: Mapped[datetime]
    approved_by: Mapped[str]
    """Who approved it, as events name people."""
    seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    table: Mapped[Table] = relationship(lazy="raise")


def device_by_digest(session: Session, digest: str) -> Device | None:
    """Find a tablet that may be used by the digest of its token, with its table."""
    found = select(Device).join(Device.table).options(contains_eager(Device.table))
    return session.scalar(found.where(Device.token_digest == digest, Device.revoked_at.is_(None)))


def device_for_update(session: Session, outlet_id: int, uid: str) -> Device | None:
    """Find and lock a tablet of an outlet, with its table."""
    found = select(Device).join(Device.table).options(contains_eager(Device.table)).with_for_update()
    return session.scalar(found.where(Device.outlet_id == outlet_id, Device.uid == uid)) if is_uid(uid) else None


def devices_in_use(session: Session, outlet_id: int) -> Sequence[Device]:
    """List an outlet's tablets that nobody has cut off, oldest first."""
    found = select(Device).where(Device.outlet_id == outlet_id, Device.revoked_at.is_(None))
    return session.scalars(found.order_by(Device.id)).all()


def pairing_by_digest(session: Session, digest: str, now: datetime) -> Pairing | None:
    """Find what a waiting tablet shows, while it is good."""
    return session.scalar(select(Pairing).where(Pairing.token_digest == digest, Pairing.expires_at > now))


def pairing_by_code_for_update(session: Session, code: str, now: datetime) -> Pairing | None:
    """Find and lock the waiting tablet that shows a code, while it is good."""
    return session.scalar(select(Pairing).where(Pairing.code == code, Pairing.expires_at > now).with_for_update())


def forget_old_pairings(session: Session, now: datetime) -> None:
    """Throw away codes that nobody approved in time."""
    session.execute(delete(Pairing).where(Pairing.expires_at <= now))
