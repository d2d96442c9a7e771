"""The port: what Meja asks of any payment gateway, in Meja's own words."""

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol


class GatewayUnavailable(Exception):
    """The gateway did not answer in time, or answered nonsense. What it did is not known."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class GatewayRefused(Exception):
    """The gateway understood and said no. Nothing was made."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownToGateway(Exception):
    """The gateway has never heard of this reference."""


class AlreadyAtGateway(Exception):
    """The gateway holds this reference already: an earlier call did arrive."""


class CannotClose(Exception):
    """The gateway will not close it: it is no longer waiting for money. Ask for its status."""


class AlreadyRefunded(Exception):
    """The gateway has made this refund before, whether its status lists it already or not."""


class RefundUnclear(Exception):
    """The gateway will not make this refund, perhaps because it has made it before. Ask for its status."""


class GatewayState(enum.StrEnum):
    """Where the gateway says a payment stands."""

    PENDING = "pending"
    SETTLED = "settled"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    DENIED = "denied"
    FAILED = "failed"
    REFUNDED = "refunded"
    PARTIALLY_REFUNDED = "partially_refunded"
    CHARGED_BACK = "charged_back"
    PARTIALLY_CHARGED_BACK = "partially_charged_back"


MONEY_CAME = frozenset(
    {
        GatewayState.SETTLED,
        GatewayState.REFUNDED,
        GatewayState.PARTIALLY_REFUNDED,
        GatewayState.CHARGED_BACK,
        GatewayState.PARTIALLY_CHARGED_BACK,
    }
)
"""States that mean the payer's money did arrive, whatever happened to it afterwards."""


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """A QR we want: for which reference, how much, what for, and how long it may be paid."""

    reference: str
    amount: int
    """Whole rupiah."""
    items: tuple[tuple[str, int, int], ...]
    """Name, price of one, count; sums to the amount. A discount has a negative price."""
    window_seconds: int
    """How long it may be paid, from the moment the gateway makes it, by the gateway's clock."""


@dataclass(frozen=True, slots=True)
class Charge:
    """A QR the gateway made."""

    reference: str
    transaction_id: str
    qr_text: str
    expires_at: datetime


EVERYTHING: Final = "gateway"
"""Names the refund of a payment of which a gateway says no more than that all of it went back."""
_SUM: Final = "sum-"
_LINE: Final = "line-"


def name_of_a_sum(amount: int) -> str:
    """Name the refunds that a gateway tells as one sum: each sum is another step."""
    return f"{_SUM}{amount}"


def is_name_of_a_sum(key: str) -> bool:
    """Tell whether a key names refunds that were told as one sum, or as nothing but that all went back."""
    return key == EVERYTHING or key.startswith(_SUM)


def name_of_a_line(amount: int, number: int) -> str:
    """Name a refund that is listed without a key: of those that are as large, by its number."""
    return f"{_LINE}{amount}-{number}"


def is_name_of_a_line(key: str) -> bool:
    """Tell whether a key is one of ours, for a refund that was listed without any."""
    return key.startswith(_LINE)


@dataclass(frozen=True, slots=True)
class RefundReport:
    """One refund as the gateway lists it."""

    key: str
    amount: int
    reason: str
    confirmed_at: datetime | None
    is_sum: bool = False
    """Whether the amount is the sum of all refunds so far: some answers list none of them."""

    @property
    def is_nameless(self) -> bool:
        """Whether its key is one of ours, for want of any."""
        return self.is_sum and is_name_of_a_sum(self.key)


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Money we want given back: of which payment, under which key for ever, how much, and why."""

    reference: str
    key: str
    amount: int
    """Whole rupiah."""
    reason: str
    """The payer may read it."""


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """What the gateway says became of one attempt, when we asked by our own id."""

    reference: str
    state: GatewayState
    amount: int
    currency: str
    transaction_id: str
    merchant_id: str | None = None
    is_trusted: bool = True
    """False when the gateway's fraud check has not accepted it."""
    issuer: str | None = None
    acquirer: str | None = None
    paid_at: datetime | None = None
    expires_at: datetime | None = None
    refunds: tuple[RefundReport, ...] = field(default=())


class Gateway(Protocol):
    """A payment gateway. Every call goes over the network and may raise GatewayUnavailable."""

    def charge(self, request: ChargeRequest) -> Charge:
        """Have a QR made. Raises GatewayRefused, AlreadyAtGateway."""
        ...

    def fetch_report(self, reference: str) -> PaymentReport:
        """Ask what became of an attempt. Raises UnknownToGateway."""
        ...

    def fetch_qr(self, transaction_id: str) -> str:
        """Read the QR text of a payment made earlier. Raises UnknownToGateway."""
        ...

    def cancel(self, reference: str) -> None:
        """Close a payment that waits for money. Raises CannotClose, UnknownToGateway."""
        ...

    def expire(self, reference: str) -> None:
        """Close a payment whose time is over. Raises CannotClose, UnknownToGateway."""
        ...

    def refund(self, request: RefundRequest) -> None:
        """Have money given back. The same key again is the same refund.

        Raises GatewayRefused when nothing goes back, AlreadyRefunded, RefundUnclear, UnknownToGateway.
        """
        ...
