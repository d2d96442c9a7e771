"""Says why money stands on the desk, how a case ended, and why a refund came to nothing. Words are message ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.base.errors import N_
from core.orders.status import OrderStatus
from core.payments.models import CaseKind, MoneyCase, Resolution
from core.payments.refund_cases import MISSING, UNCONFIRMED, said_of

_AFTER_UNDONE: Final = "after it was undone"
_AFTER_PAID: Final = "after it was paid"

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
        N_(
            "Speak to the guest before more is handed out. This order takes no second payment: "
            "order the same anew and let the guest pay for that. Then close this with a reason."
        ),
    ),
    CaseKind.POSSIBLE_DOUBLE: (
        N_("Cash was taken while a QR of the order could still be paid."),
        N_("Nothing to do yet: Meja goes on asking. It closes by itself, or becomes a double payment."),
    ),
    CaseKind.STRANGE_FILE: (
        N_("Most payments of a settlement file are unknown here."),
        N_(
            "Was the database brought back from a copy? Then guests may have paid these afterwards: look them up in the "
            "Midtrans dashboard. Is it the file of another restaurant, close this with a reason."
        ),
    ),
}
"""Why money stands here, and what to do about it."""

_DASHBOARD: Final = N_("Look the reference up in the Midtrans dashboard before anything is handed out.")
_CONTRADICTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "currency": (N_("Midtrans names another currency than rupiah."), _DASHBOARD),
    "merchant": (
        N_("Midtrans says that this payment is another merchant's."),
        N_(
            "Tell the owner: the key or the merchant id in the settings may be wrong. Hand nothing out before that is known."
        ),
    ),
    "transaction": (N_("Midtrans names another transaction than the one that made this QR."), _DASHBOARD),
    "fraud": (
        N_("Money came, and Midtrans does not trust it: its check for fraud did not let it pass."),
        N_("Look it up in the Midtrans dashboard: accept or refuse it there. It does not count here before that."),
    ),
    "amount": (N_("Midtrans says that this was paid, and names no amount."), _DASHBOARD),
    "forgotten": (
        N_("Midtrans does not know this payment any more, though it did before or told of it."),
        N_("Look the reference up in the Midtrans dashboard. Did the guest pay, write to Midtrans."),
    ),
    "refund": (
        N_(
            "Midtrans speaks of a refund that cannot be right: nothing, more than came, or money that was given back before."
        ),
        N_(
            "Look its refunds up in the Midtrans dashboard. Was it given back twice, ask the guest. Then close this with a reason."
        ),
    ),
    _AFTER_UNDONE: (
        N_("Midtrans says again that this was paid, after it had taken that back."),
        N_(
            "Look the reference up in the Midtrans dashboard. It does not pay the order: ask the owner what to do with it."
        ),
    ),
    _AFTER_PAID: (
        N_("Midtrans had said that this was paid, and now says that it was not."),
        _DASHBOARD,
    ),
    "refund_unconfirmed": (
        N_("A refund was sent two weeks ago, and the bank has not confirmed it."),
        N_("Look it up in the Midtrans dashboard and ask the bank. Did it not go back, say so below; else close this."),
    ),
    "refund_missing": (
        N_("Midtrans listed a refund, and lists it no longer."),
        N_("Look it up in the Midtrans dashboard. Did it not go back, say so below: then it can be given back anew."),
    ),
    "refund_refused": (
        N_("A refund came to nothing: Midtrans refused it, and the guest does not have the money."),
        N_(
            "Give it back another way. Sent by bank transfer, close this with a reason. It ends by itself once it is back."
        ),
    ),
    "refund_unknown": (
        N_("Nobody knows whether a refund went back: Midtrans gave no clear answer."),
        N_("Look it up in the Midtrans dashboard. If it did not go back, give it back another way, else close this."),
    ),
    "refund_held_back": (
        N_("A refund was held back: the database was brought back from an older copy, and it may have gone since."),
        N_("Look it up in the Midtrans dashboard. If it did not go back, give it back another way, else close this."),
    ),
    "credited": (
        N_("Money that had been used for this order has left again."),
        N_(
            "The order is no longer paid in full, and its food may be out. "
            "Speak to the guest, then close this with a reason."
        ),
    ),
}
"""The same, for contradictions that can be told more clearly, by what is different."""


def cause_of(case: MoneyCase, said: Mapping[str, Any] | None = None) -> tuple[str, str]:
    """Say why a case stands here and what to do about it, by what was said of it last, or by `said`."""
    usual = CAUSES[case.kind]
    if case.kind is not CaseKind.CONFLICTING:
        return usual
    difference = str((said or said_of(case)[-1]).get("difference", ""))
    _, after, before = difference.partition(" after ")
    if after:
        difference = _AFTER_UNDONE if before == "it was undone" else _AFTER_PAID
    return _CONTRADICTIONS.get(difference, usual)


@dataclass(frozen=True, slots=True)
class Said:
    """What the gateway said of a case last, as far as it is known. Nothing of it is money that Meja holds."""

    claimed: int | None
    """How much a message spoke of that nobody could ask about, in whole rupiah."""
    amount: int | None
    """How much an answer of the gateway, or a refund, is about."""
    state: str
    """The gateway's own word; empty where none is known."""
    refund: str
    """Key of the refund that is meant; empty where none is."""
    file: str
    """Name of the settlement file that it is about."""
    payments: int
    """How many payments of that file are meant; 0 where it is about one, and no file."""
    lost: int
    """How much left again, in whole rupiah; 0 where nothing did, or nobody knows."""


def what_was_said(case: MoneyCase, last: Mapping[str, Any] | None = None) -> Said:
    """Gather what is known of a case beside the money that it holds: by what was said of it last, or by `last`."""
    last = last or said_of(case)[-1]
    said = str(last.get("said", ""))
    is_of_refund = str(last.get("difference", "")).startswith(("refund", "credited"))
    return Said(
        claimed=last.get("claimed"),
        amount=last.get("gateway_amount"),
        state="" if is_of_refund else said,
        refund=said if is_of_refund else "",
        file=str(last.get("file", "")),
        payments=int(last.get("payments", 0)),
        lost=int(last.get("lost", case.details.get("lost", 0))),
    )


ENDINGS: Final[Mapping[Resolution, str]] = {
    Resolution.HONOURED: N_("Cooked after all"),
    Resolution.CREDITED: N_("Used to pay an order"),
    Resolution.REFUNDED: N_("Given back"),
    Resolution.WRITTEN_OFF: N_("Closed with a reason"),
    Resolution.TAKEN_BACK: N_("Taken back by the bank"),
    Resolution.UNDONE: N_("It did not go back"),
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

LOST: Final[Mapping[str, str]] = {
    UNCONFIRMED: N_("The bank has not confirmed it."),
    MISSING: N_("Midtrans lists it no longer."),
}
"""Why a refund may not have gone back."""

REFUSALS: Final[Mapping[str, str]] = {
    "denied": N_("The payer's bank or wallet said no."),
    "amount": N_("There is not enough money in your account at Midtrans, or the amount was refused."),
    "state": N_("Midtrans says that this payment cannot be given back in its present state."),
    "channel_off": N_("Midtrans has not switched refunds on for this way of paying. Ask Midtrans to do so."),
    "wrong_key": N_("Midtrans did not accept the server key. Whoever looks after Meja has to check it."),
    "no_answer": N_("Midtrans gave no clear answer for six days."),
    "vanished": N_("Midtrans listed it, lists it no longer, and did not send it, as a manager found."),
    "never_confirmed": N_("Midtrans listed it, but the bank never sent it, as a manager found."),
    "unknown": N_("For six days Midtrans said that it does not know this payment."),
    "restored": N_("The database was brought back from a copy in which it was still to be made."),
}
REFUSED: Final = N_("Midtrans refused it.")
"""For a refusal whose reason has no words of its own."""
