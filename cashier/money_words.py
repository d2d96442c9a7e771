"""Says why money stands on the desk, how a case ended, and why a refund came to nothing. Words are message ids."""

from collections.abc import Mapping
from typing import Final

from core.base.errors import N_
from core.orders.status import OrderStatus
from core.payments.models import CaseKind, Resolution

CAUSES: Final[Mapping[CaseKind, tuple[str, str]]] = {
    CaseKind.LATE: (
        N_("The money came after the order had expired."),
        N_("Ask the guest: cook it after all, use the money for another order, or give it back."),
    ),
    CaseKind.DOUBLE: (
        N_("The order was paid twice."),
        N_("Give the second payment back. The order itself is in order."),
    ),
    CaseKind.AFTER_CANCEL: (
        N_("There is money for an order that was cancelled."),
        N_("Give it back, or use it for another order of the guest. The order does not return."),
    ),
    CaseKind.WRONG_AMOUNT: (
        N_("Another amount came than the order asked for."),
        N_("Compare it with the order. Pay the order with it where it is enough, or give it back."),
    ),
    CaseKind.CONFLICTING: (
        N_("The gateway contradicts what it said before."),
        N_("Look the reference up in the Midtrans dashboard before anything is handed out."),
    ),
    CaseKind.UNMATCHED: (
        N_("Money came that belongs to no order of ours."),
        N_("Look the reference up in the Midtrans dashboard and ask the owner."),
    ),
    CaseKind.BAD_QR: (
        N_("The gateway drew a QR with another merchant name or amount. It was not shown to anybody."),
        N_("Tell the owner. Take cash until it is cleared up."),
    ),
    CaseKind.CHARGEBACK: (
        N_("The payer's bank took money back."),
        N_("It has left your account at Midtrans already. Check it in the dashboard, then close this with a reason."),
    ),
    CaseKind.REVERSED: (
        N_("A payment did not last: the order is unpaid again."),
        N_("If the food is not out yet, speak to the guest first. Then close this with a reason."),
    ),
    CaseKind.POSSIBLE_DOUBLE: (
        N_("Cash was taken while a QR of the order could still be paid."),
        N_("Nothing to do yet: Meja goes on asking. It closes by itself, or becomes a double payment."),
    ),
}
"""Why money stands here, and what to do about it."""

ENDINGS: Final[Mapping[Resolution, str]] = {
    Resolution.HONOURED: N_("Cooked after all"),
    Resolution.CREDITED: N_("Paid another order"),
    Resolution.REFUNDED: N_("Given back"),
    Resolution.WRITTEN_OFF: N_("Closed with a reason"),
    Resolution.TAKEN_BACK: N_("Taken back by the bank"),
    Resolution.CLEARED: N_("Cleared up by itself"),
}

ORDER_STATES: Final[Mapping[OrderStatus, str]] = {
    OrderStatus.AWAITING_PAYMENT: N_("not paid yet"),
    OrderStatus.CONFIRMED: N_("in the kitchen"),
    OrderStatus.PREPARING: N_("in the kitchen"),
    OrderStatus.READY: N_("ready to serve"),
    OrderStatus.SERVED: N_("served"),
    OrderStatus.CANCELLED: N_("cancelled"),
    OrderStatus.EXPIRED: N_("expired"),
}
"""Where the order of a case stands now."""

REFUSALS: Final[Mapping[str, str]] = {
    "denied": N_("The payer's bank or wallet said no."),
    "amount": N_("There is not enough money in your account at Midtrans, or the amount was refused."),
    "state": N_("Midtrans says that this payment cannot be given back in its present state."),
    "no_answer": N_("Midtrans gave no clear answer for six days. Look it up in the dashboard before you pay it out."),
    "unknown": N_("Midtrans does not know this payment."),
}
REFUSED: Final = N_("Midtrans refused it.")
"""For a refusal whose reason has no words of its own."""
