"""Tells a diner where the money that goes back stands. Words are message ids; the templates translate them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.base.errors import N_
from core.payments.models import Refund, RefundState, RefundWay
from core.payments.refund_rules import is_uncertain, is_withdrawn


@dataclass(frozen=True, slots=True)
class RefundNote:
    """One refund in words for the diner."""

    sentence: str
    """Holds %(amount)s, and %(time)s where `at` is known."""
    short: str
    """The same for a line of the receipt."""
    amount: int
    at: datetime | None
    look: str
    """Kind of its banner."""
    is_back: bool
    """Whether the money has left the house."""


def refund_notes(refunds: Sequence[Refund]) -> list[RefundNote]:
    """List what goes back, oldest first. A refusal is told until another refund of that payment takes its place."""
    told = [refund for refund in refunds if not is_withdrawn(refund)]
    newest = {refund.payment: refund.id for refund in told}
    return [
        _note(refund)
        for refund in told
        if refund.state is not RefundState.REFUSED or newest[refund.payment] == refund.id
    ]


def _note(refund: Refund) -> RefundNote:
    if is_uncertain(refund):
        sentence = N_("We do not know yet whether our refund of %(amount)s reached you. Please ask the cashier.")
        return RefundNote(sentence, N_("Refund being looked into"), refund.amount, None, "wait", is_back=False)
    if refund.state is RefundState.REFUSED:
        sentence = N_("The bank did not accept our refund of %(amount)s. The cashier gives it to you another way.")
        return RefundNote(sentence, N_("Refund not accepted"), refund.amount, None, "wait", is_back=False)
    if refund.state is RefundState.ASKED:
        sentence = N_("%(amount)s is on its way back to you.")
        return RefundNote(sentence, N_("On its way back"), refund.amount, None, "calm", is_back=False)
    if refund.way is RefundWay.DRAWER:
        sentence = N_("%(amount)s was given back to you in cash, %(time)s.")
        return RefundNote(sentence, N_("Returned in cash"), refund.amount, refund.confirmed_at, "good", is_back=True)
    if refund.state is RefundState.CONFIRMED:
        sentence = N_("%(amount)s has been given back to you. Your bank confirmed it %(time)s.")
        return RefundNote(sentence, N_("Returned"), refund.amount, refund.confirmed_at, "good", is_back=True)
    sentence = N_("%(amount)s has been sent back to you. Your bank has yet to confirm it.")
    return RefundNote(sentence, N_("Returned, not confirmed yet"), refund.amount, refund.seen_at, "calm", is_back=True)
