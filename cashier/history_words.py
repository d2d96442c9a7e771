"""Tells the story of an order: what we did, what the gateway said, and who was at work. Words are message ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cashier.money_words import REFUSALS, REFUSED
from core.base.errors import N_
from core.events.models import Event
from core.orders.history import Ending
from core.orders.status import PaymentMethod
from core.payments.models import Outcome
from core.payments.status import AttemptState
from core.services.order_history import Heard, OrderFile
from core.services.payment_history import PaymentFate

METHODS: Final[Mapping[PaymentMethod, str]] = {PaymentMethod.QRIS: N_("QRIS"), PaymentMethod.CASH: N_("Cash")}
ENDINGS: Final[Mapping[Ending, str]] = {
    Ending.PAID: N_("Paid"),
    Ending.UNPAID: N_("Not paid"),
    Ending.REFUNDED: N_("Refunded"),
    Ending.CANCELLED: N_("Cancelled"),
}
FATES: Final[Mapping[PaymentFate, tuple[str, str]]] = {
    PaymentFate.SETTLED: (N_("PAID"), "good"),
    PaymentFate.PARTIALLY_REFUNDED: (N_("PARTLY REFUNDED"), "calm"),
    PaymentFate.REFUNDED: (N_("REFUNDED"), "calm"),
    PaymentFate.CHARGED_BACK: (N_("TAKEN BACK BY THE BANK"), "bad"),
    PaymentFate.REVERSED: (N_("DID NOT LAST"), "bad"),
}
"""What became of a payment: a badge's word and its look."""

TRIES: Final[Mapping[AttemptState, tuple[str, str]]] = {
    AttemptState.CHARGING: (N_("QR ASKED FOR"), "wait"),
    AttemptState.LIVE: (N_("QR OPEN"), "wait"),
    AttemptState.UNKNOWN: (N_("NOT KNOWN"), "wait"),
    AttemptState.SETTLED: (N_("PAID"), "good"),
    AttemptState.EXPIRED: (N_("QR RAN OUT"), ""),
    AttemptState.CANCELLED: (N_("QR CLOSED"), ""),
    AttemptState.DENIED: (N_("DENIED"), "bad"),
    AttemptState.FAILED: (N_("NO QR"), "bad"),
}
"""What became of a QR: a badge's word and its look."""

_WORDS: Final[Mapping[str, str]] = {
    "order.placed": N_("Ordered."),
    "order.awaits_cash": N_("Waits for cash at the counter."),
    "order.cash_wanted": N_("To be paid in cash instead of by QRIS."),
    "order.cancel_wanted": N_("The guest gave it up; its QR is being closed."),
    "order.paid": N_("Paid."),
    "order.confirmed": N_("Sent to the kitchen."),
    "order.started": N_("The kitchen began."),
    "order.made_ready": N_("Ready."),
    "order.served": N_("Handed out."),
    "order.undone": N_("The last step was taken back."),
    "ticket.started": N_("A station began."),
    "ticket.made_ready": N_("A station was through."),
    "ticket.undone": N_("A station took its last step back."),
    "ticket.recalled": N_("The kitchen called it back."),
    "ticket.seen": N_("The kitchen saw that it is not wanted any more."),
    "line.cooked": N_("A line was struck off."),
    "line.uncooked": N_("A line was put back."),
    "line.stopped": N_("A line was taken off."),
    "order.cancelled": N_("Cancelled."),
    "order.expired": N_("It ran out unpaid."),
    "order.refunded": N_("Money went back."),
    "order.charged_back": N_("The payer's bank took money back."),
    "cash.taken_in_doubt": N_("Cash was taken while a QR could still be paid."),
    "attempt.started": N_("A QR was asked for."),
    "attempt.live": N_("The QR was there."),
    "attempt.settled": N_("Midtrans says that it was paid."),
    "attempt.expired": N_("The QR ran out."),
    "attempt.cancelled": N_("The QR was closed."),
    "attempt.denied": N_("The payment was denied."),
    "attempt.failed": N_("There was no QR to be had."),
    "attempt.unanswered": N_("Midtrans did not answer."),
    "attempt.bad_qr": N_("The QR named somebody else or another amount, and was shown to nobody."),
    "attempt.conflicted": N_("Midtrans contradicted what it had said. Nothing was changed."),
    "attempt.reversed": N_("Midtrans says that the payment did not last."),
    "refund.asked": N_("A refund was asked for."),
    "refund.refused": N_("The refund came to nothing."),
    "refund.confirmed": N_("The bank confirmed the refund."),
    "refund.undone": N_("A manager found that the refund had not gone back."),
    "refund.withdrawn": N_("The refund was withdrawn before it went out."),
    "case.opened": N_("It was put on the money desk."),
    "case.taken_up": N_("Somebody looks after its money."),
    "case.settled": N_("Its money case ended."),
}
_OUTCOMES: Final[Mapping[Outcome | None, str]] = {
    None: N_("It waits to be looked at."),
    Outcome.APPLIED: N_("Acted upon."),
    Outcome.NOTHING_NEW: N_("Nothing new."),
    Outcome.UNMATCHED: N_("It fits no payment of ours."),
    Outcome.CONFLICTED: N_("It contradicts what was said before."),
}
_ACTORS: Final[Mapping[str, str]] = {
    "diner": N_("Guest"),
    "gateway": N_("Midtrans"),
    "system": N_("Meja"),
}
_AMOUNTS: Final = ("amount", "total")
_REMARKS: Final = ("reason", "station", "line")
_CONTRADICTIONS: Final[Mapping[str, str]] = {
    "currency": N_("It named another currency."),
    "merchant": N_("It named another merchant."),
    "transaction": N_("It named another transaction."),
    "fraud": N_("Midtrans holds the payment to be doubtful."),
    "amount": N_("It named no amount."),
}
_CONTRADICTION: Final = N_("It does not follow from what was said before.")


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a story."""

    at: datetime
    what: str
    """A message id."""
    who: str
    """A person's name, as it is; or a message id for whoever has none."""
    is_named: bool = False
    """Whether `who` is a name."""
    amount: int | None = None
    """Whole rupiah."""
    remark: str = ""
    """Somebody's own words, a word of the gateway, or what of the order is meant."""
    why: str = ""
    """A message id: our words for a reason that is written down as a code."""
    outcome: str = ""
    """A message id: what came of a notification."""
    is_notification: bool = field(default=False)


def story_of(file: OrderFile) -> Sequence[Moment]:
    """Put what happened and what was heard into one order of time."""
    happened = [_happened(event, file.names) for event in file.events]
    # What happened within one second stands as it was written.
    return sorted([*happened, *(_heard(heard) for heard in file.heard)], key=lambda moment: moment.at)


def _happened(event: Event, names: Mapping[str, str]) -> Moment:
    data: Mapping[str, Any] = event.data
    name = names.get(event.by)
    kind_of_actor = event.by.partition(":")[0]
    why = _why(event)
    return Moment(
        at=event.at,
        # A kind that a later version wrote is still told.
        what=_WORDS.get(event.kind, event.kind),
        who=name or _ACTORS.get(kind_of_actor, event.by),
        is_named=name is not None or kind_of_actor not in _ACTORS,
        # A case about no money is told without an amount.
        amount=next((data[name] for name in _AMOUNTS if isinstance(data.get(name), int) and data[name]), None),
        remark="" if why else str(next((data[name] for name in _REMARKS if data.get(name)), "")),
        why=why,
    )


def _why(event: Event) -> str:
    """Say a code in words, where the event holds one; whatever else it holds somebody has typed."""
    if event.kind == "refund.refused":
        return REFUSALS.get(str(event.data.get("reason")), REFUSED)
    if event.kind == "attempt.conflicted":
        return _CONTRADICTIONS.get(str(event.data.get("difference")), _CONTRADICTION)
    return ""


def _heard(heard: Heard) -> Moment:
    return Moment(
        at=heard.message.received_at,
        what=N_("A notification came."),
        who=_ACTORS["gateway"],
        remark=heard.message.said,
        outcome=_OUTCOMES[heard.outcome],
        is_notification=True,
    )
