"""The shop, its tables and the stations of its kitchen."""

import enum
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.base.clock import business_day
from core.base.database import Record
from core.base.ids import new_uid
from core.base.money import Rupiah
from core.outlets.hours import Pause

_OVER_THE_CUTOFF = timedelta(hours=2)
"""What happened so shortly before a cut-off hour is nobody's yesterday."""


class MerchantClass(enum.StrEnum):
    """What kind of merchant a shop was registered as for QRIS: it decides the fee (MDR)."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    EDUCATION = "education"
    PUBLIC = "public"
    """Fuel stations and public-service bodies."""


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
    merchant_class: Mapped[MerchantClass | None]
    """What the gateway's fee is judged by; nothing where it is not known: then no fee is judged."""
    number_prefix: Mapped[str] = mapped_column(default="A")
    language: Mapped[str] = mapped_column(default="id")
    menu_version: Mapped[int] = mapped_column(default=1)
    """Grows with every change of the menu, the hours or the pause; makes the menu's ETag."""
    asks_table_code: Mapped[bool] = mapped_column(default=False)
    """Whether a phone must name its party's code before it may order: a picture of the sticker is not enough then."""
    paused_at: Mapped[datetime | None]
    """Since when no new orders are taken."""
    paused_until: Mapped[datetime | None]
    """When a pause ends by itself; nothing means that somebody has to end it."""
    pause_reason: Mapped[str | None]

    @property
    def pause(self) -> Pause | None:
        """The pause that was called last and that nobody has ended; its own end may have passed."""
        return None if self.paused_at is None else Pause(self.pause_reason or "", self.paused_until)

    def is_same_day(self, moment: datetime, now: datetime) -> bool:
        """Tell whether a moment belongs to the evening that it is now: the same business day, or just before its end."""
        days = {business_day(at, self.zone, self.day_cutoff_hour) for at in (moment, now)}
        return len(days) == 1 or now - moment < _OVER_THE_CUTOFF


class OpeningHours(Record):
    """One stretch of a weekday in which the house takes orders. An outlet without any is always open."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_exists"),
        CheckConstraint("opens BETWEEN 0 AND 1439", name="opens_within_the_day"),
        CheckConstraint("closes > opens AND closes <= opens + 1440", name="closes_within_a_day"),
    )

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"), index=True)
    weekday: Mapped[int]
    """Monday is 0."""
    opens: Mapped[int]
    """Minutes of the outlet's day."""
    closes: Mapped[int]
    """Counted from the same midnight: above 1440 when it is after the next one."""


class Station(Record):
    """A place in the kitchen that cooks a part of the menu. A house without any has one kitchen for everything."""

    __tablename__ = "stations"
    __table_args__ = (UniqueConstraint("outlet_id", "name"),)

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class TableKind(enum.StrEnum):
    """What stands at a place that orders come from."""

    TABLE = "table"
    KIOSK = "kiosk"
    """A tablet at which one guest after the other orders; nobody sits there, and it has no sticker."""
    COUNTER = "counter"
    """Where a cashier types what guests say; nobody sits there either."""


class Table(Record):
    """A place to sit, with a sticker on it; or a kiosk or the counter, no tables to anybody but the orders."""

    __tablename__ = "tables"
    __table_args__ = (UniqueConstraint("outlet_id", "label"),)

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"), index=True)
    label: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True, default=new_uid)
    """What the sticker's address ends in. Rotating it kills the old sticker."""
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[TableKind] = mapped_column(default=TableKind.TABLE)
    sticker_seen_at: Mapped[datetime | None]
    """When somebody last found that the sticker on it is ours."""

    @property
    def is_kiosk(self) -> bool:
        return self.kind is TableKind.KIOSK

    @property
    def has_seats(self) -> bool:
        """Whether a party can sit there."""
        return self.kind is TableKind.TABLE
