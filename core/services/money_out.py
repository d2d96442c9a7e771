"""Follows what the gateway says about money that left again: refunds, chargebacks, settlements that did not last."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.events.record import GATEWAY
from core.ledger.models import Account, EntryKind
from core.ledger.queries import brought_by, held_of, is_posted, moved_by
from core.ledger.refund_entries import RefundEntry, entry_of_refund
from core.orders.models import Order
from core.orders.steps import tell_of
from core.payments.cases import open_case, reopen
from core.payments.gateway import GatewayState, PaymentReport, RefundReport
from core.payments.models import Attempt, CaseKind, GatewayMessage, MoneyCase, Refund, RefundState, RefundWay
from core.payments.queries import gone_back, messages_without_outcome, refunds_of_payment
from core.payments.refund_cases import clear_refunds
from core.payments.refund_rules import is_disbelieved
from core.payments.schedule import next_look_at_refund
from core.payments.status import AttemptState
from core.services.money_back import Outflow, pay_back
from core.services.refused_refunds import end_refused
from core.services.told_refunds import WENT_BACK, known_to_have_gone, refunds_by_gateway, refunds_told_of

_AT_THE_GATEWAY: Final = (Account.GATEWAY,)
REVERSED: Final = "reversed"
"""The problem of an attempt whose settlement did not last."""


def follow_refunds(session: Session, order: Order, attempt: Attempt, report: PaymentReport, *, at: datetime) -> bool:
    """Write down every refund the gateway lists that we had not seen; tell whether there was one.

    One made in the gateway's own dashboard is followed like one that was asked for here.
    """
    told = refunds_told_of(session, attempt, report)
    news = [_follow_refund(session, order, attempt, refund, at) for refund in told]
    if report.state is GatewayState.PARTIALLY_REFUNDED and _nothing_is_known_to_have_gone(session, attempt):
        # It says that something went back, and neither what nor how much.
        _refuse_refund(session, order, attempt, RefundReport("unlisted", 0, "", None), at)
    return any(news)


def _nothing_is_known_to_have_gone(session: Session, attempt: Attempt) -> bool:
    session.flush()
    return known_to_have_gone(refunds_by_gateway(session, attempt.reference)) == 0


def _follow_refund(session: Session, order: Order, attempt: Attempt, said: RefundReport, at: datetime) -> bool:
    found = select(Refund).where(Refund.payment == attempt.reference, Refund.refund_key == said.key)
    refund = session.scalar(found.with_for_update())
    entry = entry_of_refund(session, attempt.reference, said.key)
    if entry.stands:
        # One that is posted and stays refused went back twice, as a loss: the payment has no room for it.
        return refund is not None and refund.state in WENT_BACK and _confirm(session, order, refund, said, at)
    if refund is not None and is_disbelieved(refund) and said.confirmed_at is None:
        return False
    is_new = refund is None or refund.state in {RefundState.ASKED, RefundState.REFUSED}
    if said.is_sum and said.amount == 0:
        return False
    if not is_new or not 0 < said.amount <= held_of(session, attempt.reference, Account.GATEWAY):
        _refuse_refund(session, order, attempt, said, at)
        return False
    # Whose money was meant is known of our own refunds only.
    meant = (refund.order_id, not refund.from_case) if refund is not None else (None, False)
    refund = _write_refund(session, attempt, refund, said, at)
    pay_back(session, order, _outflow(attempt, said, entry, *meant), at=at, by=GATEWAY)
    _give_up_what_no_longer_fits(session, order, attempt, at)
    tell_of(session, order, "order.refunded", at=at, by=GATEWAY, amount=said.amount, reference=attempt.reference)
    if refund is None:
        # It was given back in cash before: the ledger shows the loss, a person asks for it.
        _refuse_refund(session, order, attempt, said, at)
    else:
        _confirm(session, order, refund, said, at)
    return True


def _write_refund(
    session: Session, attempt: Attempt, refund: Refund | None, said: RefundReport, at: datetime
) -> Refund | None:
    """Note what the gateway lists; nothing when that is more than the payment ever brought."""
    others = gone_back(session, attempt.reference, with_asked=False)
    if others + said.amount > brought_by(session, attempt.reference):
        return None
    if refund is None:
        refund = Refund(
            payment=attempt.reference,
            attempt_id=attempt.id,
            order_id=attempt.order_id,
            refund_key=said.key,
            reason=said.reason,
            way=RefundWay.GATEWAY,
            by=str(GATEWAY),
            seen_at=at,
        )
        session.add(refund)
    refund.amount = said.amount
    refund.state = RefundState.ACCEPTED
    refund.refused_for = None
    refund.tries = 0
    refund.due_at = next_look_at_refund(refund, at)
    return refund


def _give_up_what_no_longer_fits(session: Session, order: Order, attempt: Attempt, at: datetime) -> None:
    """End our own wish for money that somebody has given back in the gateway's dashboard meanwhile.

    Should the gateway list it all the same, it is followed like any other that was believed refused.
    """
    session.flush()
    left = brought_by(session, attempt.reference) - gone_back(session, attempt.reference, with_asked=False)
    for wish in refunds_of_payment(session, attempt.reference):
        if wish.state is RefundState.ASKED and wish.amount > left:
            end_refused(session, order, wish, "amount", at=at)


def _confirm(session: Session, order: Order, refund: Refund, said: RefundReport, at: datetime) -> bool:
    if said.confirmed_at is None or refund.state is RefundState.CONFIRMED:
        return False
    refund.state = RefundState.CONFIRMED
    refund.confirmed_at = said.confirmed_at
    refund.due_at = None
    clear_refunds(session, refund.payment, at=at)
    tell_of(session, order, "refund.confirmed", at=at, by=GATEWAY, amount=refund.amount, reference=refund.payment)
    return True


def _outflow(attempt: Attempt, said: RefundReport, entry: RefundEntry, whose: int | None, even_sold: bool) -> Outflow:
    return Outflow(
        attempt.reference,
        said.amount,
        EntryKind.REFUND,
        source=entry.source,
        source_id=entry.source_id,
        whose=whose,
        even_sold=even_sold,
        refund_key=said.key,
    )


def follow_chargeback(session: Session, order: Order, attempt: Attempt, report: PaymentReport, *, at: datetime) -> bool:
    """Write down that the payer's bank took money back; tell whether it was news.

    The gateway does not say how much of a payment a partial chargeback took: then a person enters it.
    """
    whole = report.state is GatewayState.CHARGED_BACK
    left = held_of(session, attempt.reference, Account.GATEWAY)
    if whole and left == 0 and moved_by(session, attempt.reference, EntryKind.CHARGEBACK, accounts=_AT_THE_GATEWAY):
        return False
    case = open_case(
        session,
        CaseKind.CHARGEBACK,
        outlet_id=order.outlet_id,
        reference=attempt.reference,
        at=at,
        attempt=attempt,
        order_id=order.id,
        said=str(report.state),
    )
    if not whole and _is_told_anew(session, attempt):
        _ask_for_more(session, case, at=at)
    if not whole or left == 0:
        return True
    take_chargeback(session, order, attempt, left, at=at)
    note_loss(case, left)
    return True


def _ask_for_more(session: Session, case: MoneyCase, *, at: datetime) -> None:
    if "lost" in case.details:
        case.details = case.details | {"took_more": True}
    reopen(session, case, at=at)


def note_loss(case: MoneyCase, amount: int) -> None:
    """Note on its case how much a bank took, beside what it took before. The caller has posted it."""
    known = {name: value for name, value in case.details.items() if name != "took_more"}
    case.details = known | {"lost": known.get("lost", 0) + amount}


def _is_told_anew(session: Session, attempt: Attempt) -> bool:
    """Tell whether a message speaks of a partial chargeback that nobody has acted on: it may be another one."""
    waiting = messages_without_outcome(session, attempt.reference)
    told = select(GatewayMessage.id).where(GatewayMessage.id.in_(waiting), GatewayMessage.said == "partial_chargeback")
    return session.scalar(told.limit(1)) is not None


def take_chargeback(session: Session, order: Order, attempt: Attempt, amount: int, *, at: datetime) -> None:
    """Post what the payer's bank took. Each step of it is named by how much is gone by then."""
    before = -moved_by(session, attempt.reference, EntryKind.CHARGEBACK, accounts=_AT_THE_GATEWAY)
    source_id = f"{attempt.reference}/{before + amount}"
    outflow = Outflow(attempt.reference, amount, EntryKind.CHARGEBACK, source="gateway", source_id=source_id)
    pay_back(session, order, outflow, at=at, by=GATEWAY)
    tell_of(session, order, "order.charged_back", at=at, by=GATEWAY, amount=amount, reference=attempt.reference)


def undo_settlement(session: Session, order: Order, attempt: Attempt, *, at: datetime) -> bool:
    """Write down that a settlement did not last: the order is unpaid again, though its food may be out."""
    if is_posted(session, EntryKind.REVERSE, "gateway", attempt.reference):
        return False
    amount = held_of(session, attempt.reference, Account.GATEWAY)
    if attempt.state is AttemptState.SETTLED:
        attempt.state = AttemptState.DENIED
    attempt.problem = REVERSED
    if amount > 0:
        outflow = Outflow(attempt.reference, amount, EntryKind.REVERSE, source="gateway", source_id=attempt.reference)
        pay_back(session, order, outflow, at=at, by=GATEWAY)
    open_case(
        session,
        CaseKind.REVERSED,
        outlet_id=order.outlet_id,
        reference=attempt.reference,
        at=at,
        attempt=attempt,
        order_id=order.id,
        lost=amount,
    )
    tell_of(session, order, "attempt.reversed", at=at, by=GATEWAY, amount=amount, reference=attempt.reference)
    return True


def _refuse_refund(session: Session, order: Order, attempt: Attempt, said: RefundReport, at: datetime) -> None:
    """Put a refund that cannot be one before a person: it is nothing, or more than the payment brought."""
    open_case(
        session,
        CaseKind.CONFLICTING,
        outlet_id=order.outlet_id,
        reference=attempt.reference,
        at=at,
        attempt=attempt,
        order_id=order.id,
        difference="refund",
        said=said.key,
        gateway_amount=said.amount,
    )
