"""Keys by which other programs read what an outlet lets them read."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.base.database import Record


class ApiKey(Record):
    """One program's key. It reads payments, and changes nothing."""

    __tablename__ = "api_keys"
    __table_args__ = (
        Index(
            "uq_api_keys_outlet_id_name_in_use",
            "outlet_id",
            "name",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    name: Mapped[str]
    """What it is for: `accounting`."""
    token_digest: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the key: a stolen database reads nothing more."""
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """When it was last used, to the minute."""
    revoked_at: Mapped[datetime | None]


def key_by_digest(session: Session, digest: str) -> ApiKey | None:
    """Find a key that may be used."""
    return session.scalar(select(ApiKey).where(ApiKey.token_digest == digest, ApiKey.revoked_at.is_(None)))


def keys_in_use(session: Session, outlet_id: int) -> Sequence[ApiKey]:
    """List an outlet's keys that nobody has revoked, oldest first."""
    found = select(ApiKey).where(ApiKey.outlet_id == outlet_id, ApiKey.revoked_at.is_(None))
    return session.scalars(found.order_by(ApiKey.id)).all()


def key_in_use_for_update(session: Session, outlet_id: int, name: str) -> ApiKey | None:
    """Find and lock the key of a name that may be used."""
    found = select(ApiKey).where(ApiKey.outlet_id == outlet_id, ApiKey.name == name, ApiKey.revoked_at.is_(None))
    return session.scalar(found.with_for_update())
