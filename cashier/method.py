"""Says how an order is paid, in one word and one colour."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from core.base.errors import N_
from core.orders.glances import OrderGlance
from core.orders.models import Order
from core.orders.status import IN_THE_KITCHEN, OrderStatus, PaymentMethod, PaymentStatus


class Method(NamedTuple):
    """A badge: the word (an English message id) and the kind."""

    word: str
    look: str


_GOOD = "good"
_OVER: Final[Mapping[OrderStatus, Method]] = {
    OrderStatus.CANCELLED: Method(N_("CANCELLED"), "bad"),
    OrderStatus.EXPIRED: Method(N_("EXPIRED"), "bad"),
}
_PART_REFUNDED: Final = Method(N_("PARTLY REFUNDED"), "calm")
_REFUNDED: Final = Method(N_("REFUNDED"), "calm")
_UNDONE: Final = Method(N_("UNPAID AGAIN"), "bad")
_PAID: Final[Mapping[PaymentMethod, Method]] = {
    PaymentMethod.CASH: Method(N_("CASH PAID"), _GOOD),
    PaymentMethod.QRIS: Method(N_("QRIS PAID"), _GOOD),
}
_UNPAID: Final[Mapping[PaymentMethod, Method]] = {
    PaymentMethod.CASH: Method(N_("CASH"), "wait"),
    PaymentMethod.QRIS: Method(N_("WAITING"), ""),
}


def method_of(order: Order | OrderGlance) -> Method:
    """Choose the badge of an order. The colour is never alone; the word is always there."""
    if order.status in _OVER:
        return _OVER[order.status]
    if order.payment_status is PaymentStatus.PAID:
        return _PAID[order.payment_method]
    if order.payment_status is PaymentStatus.REFUNDED:
        return _REFUNDED
    if order.payment_status is PaymentStatus.PARTIALLY_REFUNDED:
        return _PART_REFUNDED
    return _UNDONE if was_undone(order) else _UNPAID[order.payment_method]


def was_undone(order: Order | OrderGlance) -> bool:
    """Tell whether the bank took back the payment of an order that is being cooked, or was."""
    is_cooked = order.status in IN_THE_KITCHEN or order.status is OrderStatus.SERVED
    return is_cooked and order.payment_status is PaymentStatus.FAILED
