"""Reads which refunds a report tells of: one by one, as a sum, or as nothing but the word that all went back."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from core.ledger.models import Account
from core.ledger.queries import held_of
from core.payments.gateway import EVERYTHING, GatewayState, PaymentReport, RefundReport, is_name_of_a_sum
from core.payments.models import Attempt, Refund, RefundState, RefundWay
from core.payments.queries import refunds_of_payment
from core.payments.refund_rules import is_disbelieved

WENT_BACK: Final = frozenset({RefundState.ACCEPTED, RefundState.CONFIRMED})


def refunds_told_of(session: Session, attempt: Attempt, report: PaymentReport) -> Sequence[RefundReport]:
    """Tell the refunds to follow, each under the name that it keeps, and with what it alone gave back."""
    session.flush()
    known = refunds_by_gateway(session, attempt.reference)
    if report.refunds:
        alone = [_without_what_was_known(known, one) for one in report.refunds]
        return _without_what_a_sum_told(known, [_as_ours(known, one) for one in alone])
    if report.state is not GatewayState.REFUNDED:
        return ()
    left = held_of(session, attempt.reference, Account.GATEWAY) - disbelieved(known)
    whole = RefundReport(EVERYTHING, left, "", None, is_sum=True)
    return (_as_ours(known, whole),) if left > 0 else ()


def refunds_by_gateway(session: Session, payment: str) -> Sequence[Refund]:
    """List what the gateway counts, or may count, as given back of a payment: cash it knows nothing of."""
    return [refund for refund in refunds_of_payment(session, payment) if refund.way is RefundWay.GATEWAY]


def known_to_have_gone(known: Collection[Refund]) -> int:
    """Add up what the gateway is known to count as given back, in whole rupiah."""
    return sum(refund.amount for refund in known if refund.state in WENT_BACK or is_disbelieved(refund))


def disbelieved(known: Collection[Refund]) -> int:
    """Add up what the gateway may go on counting as given back, though it is known not to have gone."""
    return sum(refund.amount for refund in known if is_disbelieved(refund))


def _without_what_was_known(known: Collection[Refund], said: RefundReport) -> RefundReport:
    if not said.is_sum:
        return said
    others = [one for one in known if one.refund_key != said.key]
    return replace(said, amount=said.amount - known_to_have_gone(others))


def _as_ours(known: Collection[Refund], said: RefundReport) -> RefundReport:
    """Take a sum without a name for the one refund of ours that is under way and fits."""
    if not said.is_nameless:
        return said
    under_way = [one for one in known if one.state is RefundState.ASKED and one.first_sent_at is not None]
    fitting = [one for one in under_way if one.amount == said.amount]
    return replace(said, key=fitting[0].refund_key) if len(fitting) == 1 else said


def _without_what_a_sum_told(known: Collection[Refund], listed: Sequence[RefundReport]) -> Sequence[RefundReport]:
    """Leave out what was followed before it was listed: as a part of a sum that had no names in it.

    Once all the parts of such a sum are listed and confirmed, the sum is.
    """
    sums = [one for one in known if is_name_of_a_sum(one.refund_key) and one.state in WENT_BACK]
    seen, room = {one.refund_key for one in known}, sum(one.amount for one in sums)
    news, parts = [], []
    for said in listed:
        if said.is_sum or said.key in seen or said.amount > room:
            news.append(said)
        else:
            parts.append(said)
            room -= said.amount
    moments = [said.confirmed_at for said in parts if said.confirmed_at is not None]
    if parts and room == 0 and len(moments) == len(parts):
        news += [RefundReport(one.refund_key, one.amount, "", max(moments)) for one in sums]
    return news
