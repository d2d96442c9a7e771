"""Reads which refunds a report tells of: one by one, as a sum, or as nothing but the word that all went back."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from sqlalchemy.orm import Session

from core.ledger.models import Account
from core.ledger.queries import held_of
from core.payments.gateway import (
    EVERYTHING,
    GatewayState,
    PaymentReport,
    RefundReport,
    is_name_of_a_sum,
    name_of_a_sum,
)
from core.payments.models import Attempt, Refund, RefundState, RefundWay
from core.payments.queries import refunds_of_payment
from core.payments.refund_rules import is_disbelieved

WENT_BACK: Final = frozenset({RefundState.ACCEPTED, RefundState.CONFIRMED})
_FEW: Final = 12
"""So many refunds are tried in all their combinations."""


def refunds_told_of(session: Session, attempt: Attempt, report: PaymentReport) -> Sequence[RefundReport]:
    """Tell the refunds to follow, each under the name that it keeps, and with what it alone gave back."""
    if not report.refunds and report.state is not GatewayState.REFUNDED:
        return ()
    session.flush()
    known = refunds_by_gateway(session, attempt.reference)
    if report.refunds:
        alone = [part for one in report.refunds for part in _without_what_was_known(known, one)]
        named = {one.key for one in report.refunds}
        unnamed = [one for one in known if one.refund_key not in named]
        return _without_what_a_sum_told(known, [_as_ours(unnamed, one) for one in alone])
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


def _without_what_was_known(known: Collection[Refund], said: RefundReport) -> Sequence[RefundReport]:
    """Give what a sum tells anew. Where it names a refund of ours, what goes beyond that one is another's."""
    if not said.is_sum:
        return [said]
    others = [one for one in known if one.refund_key != said.key]
    left = said.amount - known_to_have_gone(others)
    ours = next((one for one in known if one.refund_key == said.key and one.state not in WENT_BACK), None)
    if ours is None or left <= ours.amount:
        return [replace(said, amount=left)]
    beyond = RefundReport(name_of_a_sum(said.amount), left - ours.amount, "", None, is_sum=True)
    return [replace(said, amount=ours.amount), beyond]


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
    room = sum(one.amount for one in sums) + _too_much_under_one_name(known, listed)
    parts = _parts_of_a_sum(known, listed, room)
    news = [said for said in listed if said not in parts]
    moments = [said.confirmed_at for said in parts if said.confirmed_at is not None]
    if parts and sum(said.amount for said in parts) == room and len(moments) == len(parts):
        news += [RefundReport(one.refund_key, one.amount, "", max(moments)) for one in sums]
    return news


def _too_much_under_one_name(known: Collection[Refund], listed: Sequence[RefundReport]) -> int:
    """Add up what was followed beyond what is listed under the same keys: a sum may have borne the last one's."""
    followed = {one.refund_key: one.amount for one in known if one.state in WENT_BACK}
    return sum(max(0, followed.get(said.key, 0) - said.amount) for said in listed if not said.is_sum)


def _parts_of_a_sum(known: Collection[Refund], listed: Sequence[RefundReport], room: int) -> Sequence[RefundReport]:
    """Choose what a sum was made of: what comes to the whole of it together, else whatever fits into it.

    What was not asked for here comes first; what is known to have gone stands in no sum.
    """
    asked = {one.refund_key for one in known}
    gone = {one.refund_key for one in known if one.state in WENT_BACK or is_disbelieved(one)}
    likely = sorted(
        (said for said in listed if not said.is_sum and said.key not in gone), key=lambda said: said.key in asked
    )
    if room and len(likely) <= _FEW:
        exact = (chosen for count in range(1, len(likely) + 1) for chosen in combinations(likely, count))
        whole = next((chosen for chosen in exact if sum(said.amount for said in chosen) == room), None)
        if whole is not None:
            return whole
    parts: list[RefundReport] = []
    for said in likely:
        if said.amount <= room:
            parts.append(said)
            room -= said.amount
    return parts
