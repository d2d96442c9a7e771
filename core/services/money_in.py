"""What the ledger, the attempt and the order learn when the gateway has taken or returned money."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.events.record import GATEWAY
from core.ledger.models import Account, EntryKind
from core.ledger.posting import Line, post
from core.ledger.queries import is_posted, is_settled_for_order, settled_by
from core.orders.models import Order
from core.orders.status import OrderStatus, PaymentMethod
from core.orders.steps import send_to_kitchen, tell_of
from core.outlets.models import Outlet
from core.payments.cases import lower_case, open_case
from core.payments.gateway import GatewayState, PaymentReport, RefundReport
from core.payments.models import Attempt, CaseKind, CloseReason, Refund
from core.payments.queries import open_attempt_for_update, refunded_of_attempt
from core.payments.status import AttemptState
from core.services.closing import attempt_is_over
from core.services.paid import sales_lines, sync_payment_status

_HOMELESS = {
    OrderStatus.CANCELLED: CaseKind.AFTER_CANCEL,
    OrderStatus.EXPIRED: CaseKind.LATE,
}


def take_settlement(session: Session, order: Order, attempt: Attempt, report: PaymentReport, *, at: datetime) -> bool:
    """Write down that the gateway took a diner's money, once; tell whether it was news.

    It pays the order when the order still waits for exactly this. Otherwise the money goes to
    the unapplied account and a case opens: the order does not come back, nothing is swallowed.
    """
    if is_posted(session, EntryKind.SETTLE, "gateway", attempt.reference):
        return False
    wrong = report.amount != attempt.amount
    fits = not wrong and order.status is OrderStatus.AWAITING_PAYMENT and attempt.amount == order.total
    _post_settlement(session, order, attempt, report, fits=fits, at=at)
    attempt.issuer = report.issuer
    attempt.acquirer = report.acquirer
    attempt.gateway_paid_at = report.paid_at
    attempt.transaction_id = attempt.transaction_id or report.transaction_id
    if wrong:
        _open_home(session, CaseKind.WRONG_AMOUNT, order, attempt, report, at)
        attempt.problem = "wrong_amount"
        if attempt.is_open:
            # Over all the same: an attempt that stayed open would hold its order, and its portions, for ever.
            attempt_is_over(session, order, attempt, AttemptState.FAILED, at=at, by=GATEWAY)
    else:
        attempt.state = AttemptState.SETTLED
        attempt.final_at = at
        attempt.problem = None
    if fits:
        _pay_order(session, order, attempt, at)
    elif not wrong:
        _open_home(session, _HOMELESS.get(order.status, CaseKind.DOUBLE), order, attempt, report, at)
    sync_payment_status(session, order)
    tell_of(session, order, "attempt.settled", at=at, by=GATEWAY, amount=report.amount, reference=attempt.reference)
    return True


def follow_refunds(session: Session, order: Order, attempt: Attempt, report: PaymentReport, *, at: datetime) -> bool:
    """Write down every refund the gateway lists that we had not seen; tell whether there was one.

    A refund made in the gateway's own dashboard is followed like one of ours.
    """
    listed = report.refunds
    if report.state is GatewayState.REFUNDED and not listed:
        listed = (RefundReport("gateway", report.amount, "", None),)
    news = [_follow_refund(session, order, attempt, refund, at) for refund in listed]
    if any(news):
        sync_payment_status(session, order)
    return any(news)


def _post_settlement(
    session: Session, order: Order, attempt: Attempt, report: PaymentReport, *, fits: bool, at: datetime
) -> None:
    if fits:
        lines = [Line(Account.GATEWAY, report.amount, order_id=order.id), *sales_lines(order)]
    else:
        lines = [
            Line(Account.GATEWAY, report.amount),
            Line(Account.UNAPPLIED, -report.amount, order_id=order.id),
        ]
    outlet = session.get_one(Outlet, order.outlet_id)
    post(
        session, outlet, EntryKind.SETTLE, lines, source="gateway", source_id=attempt.reference, at=at, by=str(GATEWAY)
    )


def _pay_order(session: Session, order: Order, attempt: Attempt, at: datetime) -> None:
    order.payment_method = PaymentMethod.QRIS
    send_to_kitchen(session, order, at=at, by=GATEWAY)
    tell_of(session, order, "order.paid", at=at, by=GATEWAY, method="qris", reference=attempt.reference)
    # A younger QR of the same order may still be on a screen: it must not be paid as well.
    session.flush()
    other = open_attempt_for_update(session, order.id)
    if other is not None:
        other.close_for = CloseReason.PAID_ELSEWHERE
        other.due_at = at


def _open_home(
    session: Session, kind: CaseKind, order: Order, attempt: Attempt, report: PaymentReport, at: datetime
) -> None:
    open_case(
        session,
        kind,
        outlet_id=order.outlet_id,
        reference=attempt.reference,
        at=at,
        amount=report.amount,
        attempt=attempt,
        order_id=order.id,
        issuer=report.issuer,
        came=report.amount,
        expected=attempt.amount,
    )


def _follow_refund(session: Session, order: Order, attempt: Attempt, refund: RefundReport, at: datetime) -> bool:
    found = select(Refund).where(Refund.attempt_id == attempt.id, Refund.refund_key == refund.key)
    known = session.scalar(found)
    if known is not None:
        is_news = known.confirmed_at is None and refund.confirmed_at is not None
        known.confirmed_at = known.confirmed_at or refund.confirmed_at
        return is_news
    most = settled_by(session, attempt.reference)
    if refund.amount <= 0 or refunded_of_attempt(session, attempt.id) + refund.amount > most:
        _refuse_refund(session, order, attempt, refund, at)
        return False
    session.add(
        Refund(
            attempt_id=attempt.id,
            refund_key=refund.key,
            amount=refund.amount,
            reason=refund.reason,
            seen_at=at,
            confirmed_at=refund.confirmed_at,
        )
    )
    _post_refund(session, order, attempt, refund, at)
    tell_of(session, order, "order.refunded", at=at, by=GATEWAY, amount=refund.amount, reference=attempt.reference)
    return True


def _post_refund(session: Session, order: Order, attempt: Attempt, refund: RefundReport, at: datetime) -> None:
    was_applied = is_settled_for_order(session, attempt.reference)
    was_voided = was_applied and is_posted(session, EntryKind.VOID, "order", order.uid)
    from_account = Account.REFUNDS if was_applied and not was_voided else Account.UNAPPLIED
    lines = [
        Line(from_account, refund.amount, order_id=order.id),
        Line(Account.GATEWAY, -refund.amount, order_id=order.id if was_applied else None),
    ]
    source_id = f"{attempt.reference}/{refund.key}"
    outlet = session.get_one(Outlet, order.outlet_id)
    post(session, outlet, EntryKind.REFUND, lines, source="refund", source_id=source_id, at=at, by=str(GATEWAY))
    if from_account is Account.UNAPPLIED:
        lower_case(session, attempt.reference, refund.amount, at=at)


def _refuse_refund(session: Session, order: Order, attempt: Attempt, refund: RefundReport, at: datetime) -> None:
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
        said=refund.key,
        gateway_amount=refund.amount,
    )
