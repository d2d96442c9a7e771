"""The test payments that were played."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.base.database import Record
from core.base.money import Rupiah


class Rehearsal(Record):
    """A test payment, played to see that everything works: of no order, and with no money in it."""

    __tablename__ = "rehearsals"

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)
    """The gateway order id; no attempt has one like it."""
    amount: Mapped[Rupiah]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    charged_at: Mapped[datetime | None]
    """When the gateway had made its QR."""
    transaction_id: Mapped[str | None]
    looked_at: Mapped[datetime | None]
    """When the gateway was last asked what became of it."""
    paid_at: Mapped[datetime | None]
    """When the gateway was first seen to call it paid."""
    heard_at: Mapped[datetime | None]
    """When the first notification of its money came."""
    problem: Mapped[str | None]
    """Why it went no further; see `core/services/rehearsals.py`."""
