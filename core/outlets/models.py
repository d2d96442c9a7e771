"""The shop and its tables."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.base.database import Record
from core.base.ids import new_uid
from core.base.money import Rupiah


class Outlet(Record):
    """One shop: its name on the receipt, its zone and day, and how its bills are worked out."""

    __tablename__ = "outlets"
    __table_args__ = (
        CheckConstraint("day_cutoff_hour BETWEEN 0 AND 23", name="cutoff_is_an_hour"),
        CheckConstraint("tax_rate BETWEEN 0 AND 1000", name="tax_at_most_ten_percent"),
        CheckConstraint("service_rate BETWEEN 0 AND 2500", name="service_in_range"),
    )

    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    tax_number: Mapped[str] = mapped_column(default="")
    """NPWPD, printed on the receipt when it is set."""
    zone: Mapped[str] = mapped_column(default="Asia/Jakarta")
    day_cutoff_hour: Mapped[int] = mapped_column(default=4)
    """A sale at 01:30 with a cut-off of 4 belongs to yesterday."""
    service_rate: Mapped[int] = mapped_column(default=0)
    """Service charge in hundredths of a percent: 500 is 5 %."""
    tax_rate: Mapped[int] = mapped_column(default=0)
    """Restaurant tax (PB1) in hundredths of a percent: 1000 is 10 %."""
    service_is_taxed: Mapped[bool] = mapped_column(default=True)
    cash_coin: Mapped[Rupiah] = mapped_column(default=100)
    """Cash bills are rounded to the nearest of these; 0 rounds nothing. QRIS is never rounded."""
    merchant_name: Mapped[str] = mapped_column(default="")
    """The name that a wallet must show; a QR with another name is not shown to anybody."""
    nmid: Mapped[str] = mapped_column(default="")
    """National Merchant ID, printed under the QR."""
    number_prefix: Mapped[str] = mapped_column(default="A")
    language: Mapped[str] = mapped_column(default="id")
    menu_version: Mapped[int] = mapped_column(default=1)
    """Grows with every change of the menu; makes its ETag."""


class Table(Record):
    """A place to sit, with a sticker on it."""

    __tablename__ = "tables"
    __table_args__ = (UniqueConstraint("outlet_id", "label"),)

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"), index=True)
    label: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True, default=new_uid)
    """What the sticker's address ends in. Rotating it kills the old sticker."""
    position: Mapped[int] = mapped_column(default=0)
