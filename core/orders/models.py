"""Orders, their lines, the baskets they grow from, and the parties that order them."""

import enum
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.base.database import Record
from core.base.ids import new_uid
from core.base.money import Rupiah
from core.orders.status import OrderStatus, PaymentMethod, PaymentStatus
from core.outlets.models import Outlet, Table
from core.outlets.serving import Serving

ON_THE_BOARD: Final = "status IN ('awaiting_payment', 'confirmed', 'preparing', 'ready')"
"""Which orders somebody has still to do something about, in the words of their index."""


class CallFor(enum.StrEnum):
    """What somebody at a table wants of whoever serves it."""

    HELP = "help"
    BILL = "bill"


class Sitting(Record):
    """The time one party sits at one table: its phones, its orders, its code. A table has one at a time."""

    __tablename__ = "sittings"
    __table_args__ = (
        Index(
            "uq_sittings_table_id_open",
            "table_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        # Which tables nobody orders from is asked again and again, and for two days only.
        Index("ix_sittings_outlet_id_opened_at", "outlet_id", "opened_at"),
        # The board reads who calls, however many parties have left.
        Index(
            "ix_sittings_calling",
            "outlet_id",
            sqlite_where=text("called_at IS NOT NULL"),
            postgresql_where=text("called_at IS NOT NULL"),
        ),
    )

    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    table_id: Mapped[int] = mapped_column(ForeignKey("tables.id"), index=True)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    """When one of its phones last did something; nothing before the first."""
    code: Mapped[str]
    """Four digits that staff say at the table, where the outlet asks for them."""
    wrong_codes: Mapped[int] = mapped_column(default=0)
    """In a row, by any phone."""
    locked_until: Mapped[datetime | None]
    """No code is listened to before."""
    phones: Mapped[int] = mapped_column(default=0)
    """How many have joined; each has its number."""
    called_at: Mapped[datetime | None]
    """Since when somebody is waited for at the table."""
    called_for: Mapped[CallFor | None]
    answered_at: Mapped[datetime | None]
    """When staff last came."""
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(default="")
    """Who said that the party has left: `staff:3`, or `system` when nothing had happened for long."""


class Visit(Record):
    """One phone at one table. The table comes from the scanned address, never from memory."""

    __tablename__ = "visits"
    __table_args__ = (UniqueConstraint("guest", "table_id"),)

    guest: Mapped[str]
    """What the diner's cookie holds."""
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    table_id: Mapped[int] = mapped_column(ForeignKey("tables.id"), index=True)
    opened_at: Mapped[datetime]
    serving: Mapped[Serving] = mapped_column(default=Serving.DINE_IN)
    stand: Mapped[int | None]
    """The number on the stand that a kiosk's guest has taken to a seat."""
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sittings.id"), index=True)
    """The party it joined last; that one may have left."""
    number: Mapped[int | None]
    """Which of the party's phones it is: Guest 2."""
    is_let_in: Mapped[bool] = mapped_column(default=False)
    """Whether it has named the party's code."""
    shares: Mapped[bool] = mapped_column(default=False)
    """Whether it orders from the basket of the whole table."""


class BasketLine(Record):
    """Something a diner means to order. Holds ids and counts only; prices are asked for each time."""

    __tablename__ = "basket_lines"
    __table_args__ = (CheckConstraint("quantity BETWEEN 1 AND 99", name="quantity_sane"),)

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), index=True)
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"))
    quantity: Mapped[int]
    option_ids: Mapped[list[int]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(default="")
    added_by: Mapped[int | None]
    """The number of the phone that put it into the table's basket; nothing in a phone's own."""


class Order(Record):
    """One diner's order, from basket to empty plate.

    Names and prices are copied onto its lines, so a later change to the menu
    never changes what somebody already owes.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("total >= 0", name="total_not_negative"),
        CheckConstraint("total = subtotal - discount + service + tax", name="total_adds_up"),
        CheckConstraint("stand BETWEEN 1 AND 999", name="stand_sane"),
        UniqueConstraint("outlet_id", "business_day", "number"),
        Index(
            "uq_orders_outlet_id_claim_code",
            "outlet_id",
            "claim_code",
            unique=True,
            sqlite_where=text("claim_code IS NOT NULL"),
            postgresql_where=text("claim_code IS NOT NULL"),
        ),
        # The board reads open orders only, however many are closed.
        Index(
            "ix_orders_on_the_board",
            "outlet_id",
            "id",
            sqlite_where=text(ON_THE_BOARD),
            postgresql_where=text(ON_THE_BOARD),
        ),
        Index("ix_orders_done", "outlet_id", "done_at"),
        Index(
            "ix_orders_ready",
            "outlet_id",
            "ready_at",
            sqlite_where=text("ready_at IS NOT NULL"),
            postgresql_where=text("ready_at IS NOT NULL"),
        ),
    )

    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    """What the diner's address bar shows. Unguessable, unlike the number."""
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    table_id: Mapped[int | None] = mapped_column(ForeignKey("tables.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"), index=True)
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sittings.id"), index=True)
    """The party at the table; nothing at a kiosk."""
    business_day: Mapped[date]
    number: Mapped[int]
    """What the counter calls out. Starts again at 1 each business day."""
    number_prefix: Mapped[str] = mapped_column(default="A")
    status: Mapped[OrderStatus] = mapped_column(default=OrderStatus.AWAITING_PAYMENT)
    payment_status: Mapped[PaymentStatus] = mapped_column(default=PaymentStatus.PENDING)
    payment_method: Mapped[PaymentMethod]
    claim_code: Mapped[str | None]
    """Four characters that the guest shows to pay cash; taken away when the order is over."""
    customer_name: Mapped[str] = mapped_column(default="")
    serving: Mapped[Serving] = mapped_column(default=Serving.DINE_IN)
    stand: Mapped[int | None]
    """The number on the stand that the guest has taken to a seat, where there are such."""

    subtotal: Mapped[Rupiah]
    discount: Mapped[Rupiah] = mapped_column(default=0)
    service: Mapped[Rupiah] = mapped_column(default=0)
    tax: Mapped[Rupiah] = mapped_column(default=0)
    total: Mapped[Rupiah]
    """What QRIS charges, to the rupiah."""
    cash_total: Mapped[Rupiah]
    """What the drawer takes: the total rounded to a coin."""
    service_rate: Mapped[int] = mapped_column(default=0)
    tax_rate: Mapped[int] = mapped_column(default=0)
    tendered: Mapped[Rupiah | None]

    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    """When an unpaid order gives its portions back. Moves with every new attempt."""
    paid_at: Mapped[datetime | None]
    promised_at: Mapped[datetime | None]
    """When it should be ready, as the guest was told on paying; nothing when nobody could know."""
    ready_at: Mapped[datetime | None]
    """When the kitchen called it ready."""
    moved_at: Mapped[datetime]
    """When the status last changed."""
    done_at: Mapped[datetime | None]
    """When it was served, cancelled or expired."""
    cancel_reason: Mapped[str] = mapped_column(default="")

    lines: Mapped[list["OrderLine"]] = relationship(lazy="raise", order_by="OrderLine.position")
    table: Mapped[Table | None] = relationship(lazy="raise")
    outlet: Mapped[Outlet] = relationship(lazy="raise")

    @property
    def label(self) -> str:
        """The number as it is called out: A17."""
        return f"{self.number_prefix}{self.number}"

    @property
    def rounding(self) -> int:
        return self.cash_total - self.total

    @property
    def due(self) -> int:
        """What the way of paying that was chosen asks for."""
        return self.cash_total if self.payment_method is PaymentMethod.CASH else self.total


class OrderLine(Record):
    """One dish of an order, with the name and price it had then."""

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 99", name="quantity_sane"),
        CheckConstraint("amount = unit_price * quantity", name="amount_adds_up"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    position: Mapped[int]
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"))
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    quantity: Mapped[int]
    unit_price: Mapped[Rupiah]
    """One piece with its options."""
    amount: Mapped[Rupiah]
    tax: Mapped[Rupiah] = mapped_column(default=0)
    """This line's share of the bill's tax."""
    options: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What was chosen: id, name, name_en, price."""
    note: Mapped[str] = mapped_column(default="")
    labels: Mapped[list[str]] = mapped_column(default=list)
    """What a cook goes by, as the menu said then: not halal, spicy, vegetarian, and what it contains."""
    station_id: Mapped[int | None] = mapped_column(ForeignKey("stations.id"))
    """Where it is made, as the menu said then: a later change moves no dish that is on the stove."""
    cooked_at: Mapped[datetime | None]
    """When a cook struck it off; nothing while it is still to be made."""
    stopped_at: Mapped[datetime | None]
    """When it was taken off, because its money goes back: nobody makes it any more."""


class Ticket(Record):
    """The kitchen's word to cook: one per order and batch, whatever is repeated."""

    __tablename__ = "tickets"
    __table_args__ = (UniqueConstraint("order_id", "batch"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    batch: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime]


class DayCounter(Record):
    """The last number given out on one business day."""

    __tablename__ = "day_counters"
    __table_args__ = (UniqueConstraint("outlet_id", "business_day"),)

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    business_day: Mapped[date]
    last_number: Mapped[int]


class OnceKey(Record):
    """An idempotency key that was used: the same key brings the same answer, never a second effect."""

    __tablename__ = "once_keys"
    __table_args__ = (UniqueConstraint("scope", "key"),)

    scope: Mapped[str]
    key: Mapped[str]
    request_digest: Mapped[str]
    """SHA-256 of what was asked, so that the same key with another wish is refused."""
    result: Mapped[str]
    """Uid of what it made."""
    at: Mapped[datetime]
