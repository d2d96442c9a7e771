"""Undoes a refund that the gateway had taken and that did not go back after all: a counter entry, never a change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.outcomes import retried
from core.base.text import clean_text
from core.events.record import Actor, allowed
from core.ledger.models import Account, EntryKind
from core.ledger.posting import Line, post
from core.ledger.queries import is_posted
from core.ledger.refund_entries import UNDONE, countered, entry_of_refund
from core.orders.errors import ReasonNeeded
from core.orders.models import Order
from core.orders.queries import order_by_id_for_update, orders_for_update
from core.orders.status import OrderStatus
from core.orders.steps import tell_of
from core.outlets.queries import outlet_of
from core.payments.cases import fill_cases, open_case, settle_case
from core.payments.errors import CaseClosed, NoWayOut, RefundNotChosen, UnknownCase
from core.payments.models import Attempt, CaseKind, MoneyCase, Refund, RefundState, Resolution
from core.payments.queries import attempt_for_update, case_by_uid, case_for_update, refund_for_update
from core.payments.refund_cases import MISSING, LostRefund, is_explained, lost_refunds
from core.payments.refund_rules import NEVER_CONFIRMED, VANISHED
from core.payments.schedule import want
from core.services.money_back import Outflow, pay_back
from core.services.paid import sync_payment_status
from core.services.payment_lock import lock_payment
from core.services.refunds import LONGEST_REASON


@dataclass(frozen=True, slots=True)
class LostRefunds:
    """Where a manager says that a refund did not go back, having looked it up in the gateway's dashboard."""

    db: Database
    clock: Clock
    when_due: Callable[[], None] = field(default=lambda: None)

    @retried
    def undo(
        self,
        outlet_id: int,
        case_uid: str,
        reason: str,
        by: Actor,
        *,
        refund_key: str = "",
        asked_by: Actor | None = None,
    ) -> None:
        """Take one refund that a case names back out of the books; its money can be given back anew.

        `refund_key` says which, and is needed where there are several: the case stays open until each thing that
        it tells of is explained. The gateway is asked about the payment once more right after: what it lists
        counts. Raises UnknownCase, CaseClosed, ReasonNeeded, NoWayOut, RefundNotChosen.
        """
        said = clean_text(reason, limit=LONGEST_REASON, field="reason")
        if not said:
            raise ReasonNeeded
        with self.db.write() as session:
            case, attempt, lost = _locked(session, outlet_id, case_uid, refund_key)
            refund = refund_for_update(session, lost.refund.id)
            self._take_back(session, case, attempt, refund, by)
            refund.state, refund.due_at = RefundState.REFUSED, None
            refund.refused_for = VANISHED if lost.difference == MISSING else NEVER_CONFIRMED
            if is_explained(session, case):
                settle_case(session, case, Resolution.UNDONE, at=self.clock(), by=by, note=said)
            order = order_by_id_for_update(session, refund.order_id)
            told = {"amount": refund.amount, "reason": said, "refund": refund.refund_key, **allowed(by, asked_by)}
            tell_of(session, order, "refund.undone", at=self.clock(), by=by, **told)
            want(attempt, self.clock())
        self.when_due()

    def _take_back(self, session: Session, case: MoneyCase, attempt: Attempt, refund: Refund, by: Actor) -> None:
        at = self.clock()
        entry = entry_of_refund(session, refund.payment, refund.refund_key)
        lines = countered(session, entry)
        outlet = outlet_of(session, case.outlet_id)
        counter_id, said_by = entry.counter_id, str(by)
        post(session, outlet, EntryKind.REFUND, lines, source=UNDONE, source_id=counter_id, at=at, by=said_by)
        unapplied = -sum(line.amount for line in lines if line.account is Account.UNAPPLIED)
        if unapplied:
            fill_cases(session, refund.payment, unapplied, at=at, by=by, first=refund.order_id)
        whose = _orders_of(lines) | {refund.order_id}
        orders = [order_by_id_for_update(session, one) for one in sorted(whose)]
        sold = {line.order_id: -line.amount for line in lines if line.account is Account.REFUNDS}
        homeless = [(one, sold[one.id]) for one in orders if one.id in sold and one.status is OrderStatus.CANCELLED]
        if homeless:
            # Cancelled since it went: what came back of it was never sold, as if it had been there then.
            voided = [line for one, part in homeless for line in _unsold(one, refund.payment, part)]
            post(session, outlet, EntryKind.VOID, voided, source=UNDONE, source_id=counter_id, at=at, by=said_by)
        for one, part in homeless:
            open_case(
                session,
                CaseKind.AFTER_CANCEL,
                outlet_id=one.outlet_id,
                reference=refund.payment,
                at=at,
                amount=part,
                attempt=attempt,
                order_id=one.id,
                issuer=attempt.issuer,
                reason=one.cancel_reason,
                came=part,
            )
        if is_posted(session, EntryKind.REVERSE, "gateway", refund.payment):
            # The gateway says of the whole payment that it did not last: of this part too, then.
            never = Outflow(refund.payment, refund.amount, EntryKind.REVERSE, source=UNDONE, source_id=counter_id)
            pay_back(session, orders[0], never, at=at, by=by)
        for one in orders:
            sync_payment_status(session, one)
            if one.id != refund.order_id:
                tell_of(session, one, "refund.undone", at=at, by=by, amount=sold.get(one.id, 0))


def _unsold(order: Order, payment: str, part: int) -> Sequence[Line]:
    return (
        Line(Account.REFUNDS, part, order_id=order.id),
        Line(Account.UNAPPLIED, -part, order_id=order.id, payment=payment),
    )


def _orders_of(lines: Sequence[Line]) -> set[int]:
    return {line.order_id for line in lines if line.order_id is not None}


def _chosen(session: Session, case: MoneyCase, refund_key: str) -> LostRefund:
    lost = [one for one in lost_refunds(session, case) if refund_key in {"", one.refund.refund_key}]
    if not lost:
        raise NoWayOut
    if len(lost) > 1:
        raise RefundNotChosen
    return lost[0]


def _locked(session: Session, outlet_id: int, case_uid: str, refund_key: str) -> tuple[MoneyCase, Attempt, LostRefund]:
    """Lock a case with every order that its refund took money of, and the payment, in the house's order of locks.

    Raises UnknownCase, CaseClosed, NoWayOut, RefundNotChosen.
    """
    known = case_by_uid(session, case_uid)
    if known.outlet_id != outlet_id:
        raise UnknownCase
    if known.settled_at is not None:
        raise CaseClosed
    lost = _chosen(session, known, refund_key)
    if lost.refund.attempt_id is None:
        raise NoWayOut
    entry = entry_of_refund(session, lost.refund.payment, lost.refund.refund_key)
    orders_for_update(session, {lost.refund.order_id, *_orders_of(countered(session, entry))})
    lock_payment(session, known.reference)
    # What was read before may have changed while the locks were waited for: another manager undoes another refund.
    session.expire_all()
    attempt = attempt_for_update(session, lost.refund.attempt_id)
    case = case_for_update(session, known.id)
    if case.settled_at is not None:
        raise CaseClosed
    return case, attempt, _chosen(session, case, lost.refund.refund_key)
