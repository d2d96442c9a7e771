"""The life of an order, and the two words that say where it stands."""

import enum
from collections.abc import Mapping
from typing import Final


class OrderStatus(enum.StrEnum):
    """What the kitchen and the table do with it."""

    AWAITING_PAYMENT = "awaiting_payment"
    CONFIRMED = "confirmed"
    PREPARING = "preparing"
    READY = "ready"
    SERVED = "served"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class PaymentStatus(enum.StrEnum):
    """What the ledger says about it. Kept equal to the ledger in the same transaction."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class PaymentMethod(enum.StrEnum):
    """How an order's money is to come."""

    QRIS = "qris"
    CASH = "cash"


_S = OrderStatus

STEPS: Final[Mapping[OrderStatus, frozenset[OrderStatus]]] = {
    _S.AWAITING_PAYMENT: frozenset({_S.CONFIRMED, _S.EXPIRED, _S.CANCELLED}),
    _S.CONFIRMED: frozenset({_S.PREPARING, _S.CANCELLED}),
    _S.PREPARING: frozenset({_S.READY, _S.CANCELLED}),
    _S.READY: frozenset({_S.SERVED, _S.CANCELLED}),
    _S.SERVED: frozenset(),
    # Late money: a person may still honour the order. Nothing does it by itself.
    _S.EXPIRED: frozenset({_S.CONFIRMED}),
    _S.CANCELLED: frozenset(),
}

UNDO_STEPS: Final[Mapping[OrderStatus, OrderStatus]] = {
    _S.PREPARING: _S.CONFIRMED,
    _S.READY: _S.PREPARING,
    _S.SERVED: _S.READY,
}
"""Where a slip of the finger goes back to. A cancellation is not undone: it may have given money back."""

IN_THE_KITCHEN: Final = frozenset({_S.CONFIRMED, _S.PREPARING, _S.READY})
CLOSED: Final = frozenset({_S.CANCELLED, _S.EXPIRED})
