"""Tries to collect money, what the gateway sent, and money that needs a person."""

import enum
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.base.database import Record
from core.base.ids import new_uid
from core.base.money import Rupiah
from core.payments.status import AttemptState
from core.payments.wallets import wallet_name


class CloseReason(enum.StrEnum):
    """Why an attempt is wanted closed at the gateway."""

    CASH = "cash"
    CANCEL = "cancel"
    NEW_QR = "new_qr"
    EXPIRY = "expiry"
    PAID_ELSEWHERE = "paid_elsewhere"


OPEN_ATTEMPTS: Final = "state IN ('charging', 'live', 'unknown')"
"""Which attempts may still bring money by themselves, in the words of their index."""


class Attempt(Record):
    """One QR, with a gateway order id of its own that is used once for ever.

    It knows its order by id only: money never learns about dishes.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        Index(
            "uq_attempts_one_open_per_order",
            "order_id",
            unique=True,
            sqlite_where=text(OPEN_ATTEMPTS),
            postgresql_where=text(OPEN_ATTEMPTS),
        ),
        Index(
            "ix_attempts_due_at",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)
    """Our order id at the gateway: `K`, 26 characters, `Q`."""
    state: Mapped[AttemptState] = mapped_column(default=AttemptState.CHARGING)
    amount: Mapped[Rupiah]
    created_at: Mapped[datetime]
    items: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """The gateway's item list: name, price, quantity; sums to the amount."""

    # What the gateway told us.
    transaction_id: Mapped[str | None]
    qr_text: Mapped[str | None]
    merchant_name: Mapped[str | None]
    """Read from the QR text itself, as the payer's wallet will read it."""
    nmid: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    issuer: Mapped[str | None]
    acquirer: Mapped[str | None]
    gateway_paid_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    """Why there is no QR, as one of our own words: `refused`, `channel_off`, `bad_qr`, …"""

    # What is to be done next, and by whom.
    due_at: Mapped[datetime | None]
    """When the worker looks at it again; nothing when the story is over."""
    wanted_at: Mapped[datetime | None]
    """Since when somebody waits for that look: a person, or a notification. Nothing when only our timetable asks."""
    leased_until: Mapped[datetime | None]
    lease: Mapped[str | None]
    looked_at: Mapped[datetime | None]
    """When the gateway last answered about it."""
    tries: Mapped[int] = mapped_column(default=0)
    """Calls in a row that brought no answer, or did not close it; spaces the next ones out."""
    charges_sent: Mapped[int] = mapped_column(default=0)
    """Written before a charge leaves: at most two, the second only after a certain "unknown order"."""
    close_for: Mapped[CloseReason | None]
    final_at: Mapped[datetime | None]
    """When it stopped being open. It is watched for a day longer: money may come late."""

    @property
    def wallet(self) -> str:
        """Who paid, as people know it: GoPay, DANA."""
        return wallet_name(self.issuer)

    @property
    def is_open(self) -> bool:
        return self.state in {AttemptState.CHARGING, AttemptState.LIVE, AttemptState.UNKNOWN}


def is_in_doubt(attempt: Attempt) -> bool:
    """Tell whether nobody can say for now if an open QR was or will be paid.

    The gateway gives no answer about it, or will not close it.
    """
    return attempt.is_open and (attempt.state is AttemptState.UNKNOWN or attempt.tries > 0)


class RefundState(enum.StrEnum):
    """Where money on its way back stands."""

    ASKED = "asked"
    """Written down; the gateway is being asked, or will be."""
    ACCEPTED = "accepted"
    """The gateway lists it; the bank has not confirmed it yet."""
    CONFIRMED = "confirmed"
    """The bank has confirmed it, or it left the drawer."""
    REFUSED = "refused"
    """Nothing went back."""


class RefundWay(enum.StrEnum):
    """How money goes back."""

    GATEWAY = "gateway"
    DRAWER = "drawer"


class Refund(Record):
    """Money that goes back to one payer. Written before the gateway is asked, or when it tells of one.

    Its key never changes: asking again with the same key can give the money back once only.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("payment", "refund_key"),
        CheckConstraint("amount > 0", name="amount_positive"),
        Index(
            "ix_refunds_due_at",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )

    payment: Mapped[str]
    """Which payment it gives back: the gateway's order id, or the order's uid for cash."""
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempts.id"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    refund_key: Mapped[str]
    amount: Mapped[Rupiah]
    reason: Mapped[str] = mapped_column(default="")
    from_case: Mapped[bool] = mapped_column(default=True)
    """Whether it gives back what no order has a right to first; else first what its order holds."""
    way: Mapped[RefundWay] = mapped_column(default=RefundWay.GATEWAY)
    state: Mapped[RefundState]
    by: Mapped[str]
    """Who asked for it, as `staff:7`; `gateway` when it was made in the gateway's dashboard."""
    seen_at: Mapped[datetime]
    """When it was written down."""
    confirmed_at: Mapped[datetime | None]
    """When the bank confirmed it; before that the money is only promised."""
    refused_for: Mapped[str | None]
    """Why nothing went back, as one of our own words: `denied`, `amount`, `state`, or `withdrawn` by a manager.

    `vanished` and `never_confirmed` say that the gateway had listed it, and a manager found that it did not go.
    After `no_answer` and `unknown` nobody knows whether it did.
    """

    # What is to be done next, and by whom.
    due_at: Mapped[datetime | None]
    """When the worker looks at it again; nothing when its story is over."""
    leased_until: Mapped[datetime | None]
    lease: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    """Looks in a row that brought nothing new; spaces the next ones out."""
    first_sent_at: Mapped[datetime | None]
    """When the gateway was first asked, written before: the same key is good for seven days."""


class GatewayMessage(Record):
    """The inbox: a notification exactly as it came. Never changed, never deleted."""

    __tablename__ = "gateway_messages"

    digest: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the raw bytes: the same message twice is one row."""
    raw: Mapped[bytes]
    reference: Mapped[str] = mapped_column(index=True)
    said: Mapped[str]
    """The status the message claims: a hint, as nobody signs it."""
    received_at: Mapped[datetime]


class Outcome(enum.StrEnum):
    """What a stored message led to."""

    APPLIED = "applied"
    NOTHING_NEW = "noop"
    UNMATCHED = "unmatched"
    CONFLICTED = "conflicted"
    REHEARSED = "rehearsed"
    """About a test payment: no order waits for it, and no money came."""


class MessageOutcome(Record):
    """What became of a message, written once after the gateway was asked. Never changed, never deleted."""

    __tablename__ = "message_outcomes"

    message_id: Mapped[int] = mapped_column(ForeignKey("gateway_messages.id"), unique=True)
    outcome: Mapped[Outcome]
    at: Mapped[datetime]


class CaseKind(enum.StrEnum):
    """Why money needs a person."""

    LATE = "late"
    DOUBLE = "double"
    AFTER_CANCEL = "after_cancel"
    WRONG_AMOUNT = "wrong_amount"
    CONFLICTING = "conflicting"
    UNMATCHED = "unmatched"
    BAD_QR = "bad_qr"
    CHARGEBACK = "chargeback"
    REVERSED = "reversed"
    """Settled, and denied afterwards: the order is unpaid again, and the food may be out."""
    POSSIBLE_DOUBLE = "possible_double"
    """Cash was taken on a manager's word while a QR of the order could still be paid."""
    STRANGE_FILE = "strange_file"
    """A settlement file lists more payments that no attempt of ours made than others: one case for all of them."""


class Resolution(enum.StrEnum):
    """How a money case ended."""

    HONOURED = "honoured"
    """The order that had expired was cooked after all."""
    CREDITED = "credited"
    """It paid another order of the same guest."""
    REFUNDED = "refunded"
    WRITTEN_OFF = "written_off"
    """A manager closed it with a reason."""
    TAKEN_BACK = "taken_back"
    """The payer's bank took the money back itself."""
    UNDONE = "undone"
    """A refund turned out not to have gone back, and was taken out of the books again."""
    CLEARED = "cleared"
    """What was feared did not happen."""


class MoneyCase(Record):
    """Trouble with money that stands on the cashier's desk until a person settles it."""

    __tablename__ = "money_cases"
    __table_args__ = (
        UniqueConstraint("kind", "reference"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        # The board counts what is open, however much was settled.
        Index(
            "ix_money_cases_open",
            "outlet_id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    kind: Mapped[CaseKind]
    reference: Mapped[str]
    """The gateway order id the money came with; of a settlement file its uid."""
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempts.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    amount: Mapped[Rupiah]
    """What stands on the unapplied account for it; 0 when it is a contradiction and no money."""
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opened_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    """When the gateway will no longer give the money back; the payer's wallet sets the window."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who has taken it up."""
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    resolution: Mapped[Resolution | None]
    note: Mapped[str] = mapped_column(default="")
    """What the person who settled it had to say."""

    @property
    def lacks_loss(self) -> bool:
        """Whether a bank took a part of its payment, and nobody has entered yet how much, or how much more."""
        return self.kind is CaseKind.CHARGEBACK and ("lost" not in self.details or "took_more" in self.details)
