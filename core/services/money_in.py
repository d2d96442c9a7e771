"""What the ledger, the attempt and the order learn when the gateway has taken a diner's money."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.events.record import GATEWAY
from core.ledger.models import Account, EntryKind
from core.ledger.posting import Line, post
from core.ledger.queries import is_posted
from core.orders.models import Order, Sitting
from core.orders.status import OrderStatus, PaymentMethod
from core.orders.steps import send_to_kitchen, tell_of
from core.payments.cases import clear_doubt, open_case
from core.payments.gateway import PaymentReport
from core.payments.models import Attempt, CaseKind, CloseReason
from core.payments.queries import open_attempt_for_update
from core.payments.schedule import want
from core.payments.status import AttemptState
from core.services.closing import attempt_is_over
from core.services.paid import sales_lines, sync_payment_status

_HOMELESS = {
    OrderStatus.CANCELLED: CaseKind.AFTER_CANCEL,
    OrderStatus.EXPIRED: CaseKind.LATE,
}


def take_settlement(session: Session, order: Order, attempt: Attempt, report: PaymentReport, *, at: datetime) -> bool:
    """Write down that the gateway took a diner's money, once; tell whether it was news.

    It pays the order when the order still waits for exactly this; where its QR was over before, only while its
    party is still there. Otherwise the money goes to the unapplied account and a case opens: the order does not
    come back, nothing is swallowed.
    """
    if is_posted(session, EntryKind.SETTLE, "gateway", attempt.reference):
        return False
    wrong = report.amount != attempt.amount
    waits = order.status is OrderStatus.AWAITING_PAYMENT and attempt.amount == order.total
    fits = not wrong and waits and (attempt.is_open or not _has_left(session, order))
    # The database lets an order have one attempt that is open: beside this one there is none.
    was_the_open_one = attempt.is_open
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
        # Nothing that is asked on the way depends on what is still to be written: it is written once, at the end.
        with session.no_autoflush:
            _pay_order(session, order, attempt, at, by_the_open_one=was_the_open_one)
    elif not wrong:
        clear_doubt(session, attempt, at=at)
        kind = CaseKind.LATE if waits else _HOMELESS.get(order.status, CaseKind.DOUBLE)
        _open_home(session, kind, order, attempt, report, at)
    sync_payment_status(session, order)
    tell_of(session, order, "attempt.settled", at=at, by=GATEWAY, amount=report.amount, reference=attempt.reference)
    return True


def _has_left(session: Session, order: Order) -> bool:
    """Tell whether staff have cleared the table since: nobody is there to eat what late money would have cooked."""
    sitting = session.get(Sitting, order.sitting_id) if order.sitting_id is not None else None
    return sitting is not None and sitting.ended_at is not None


def _post_settlement(
    session: Session, order: Order, attempt: Attempt, report: PaymentReport, *, fits: bool, at: datetime
) -> None:
    if fits:
        lines = [Line(Account.GATEWAY, report.amount, order.id, payment=attempt.reference), *sales_lines(order)]
    else:
        lines = [
            Line(Account.GATEWAY, report.amount, payment=attempt.reference),
            Line(Account.UNAPPLIED, -report.amount, order.id, payment=attempt.reference),
        ]
    post(
        session,
        order.outlet,
        EntryKind.SETTLE,
        lines,
        source="gateway",
        source_id=attempt.reference,
        at=at,
        by=str(GATEWAY),
    )


def _pay_order(session: Session, order: Order, attempt: Attempt, at: datetime, *, by_the_open_one: bool) -> None:
    order.payment_method = PaymentMethod.QRIS
    send_to_kitchen(session, order, at=at, by=GATEWAY)
    tell_of(session, order, "order.paid", at=at, by=GATEWAY, method="qris", reference=attempt.reference)
    if not by_the_open_one:
        close_other_qr(session, order, at=at)


def close_other_qr(session: Session, order: Order, *, at: datetime) -> None:
    """Have a QR of a paid order closed that may still be on a screen: it must not be paid as well.

    What pays the order is not open: it would be closed itself.
    """
    other = open_attempt_for_update(session, order.id)
    if other is not None:
        other.close_for = CloseReason.PAID_ELSEWHERE
        want(other, at)


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
