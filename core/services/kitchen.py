"""Moves paid orders through the kitchen to the table, and takes back a slip of the finger."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.outcomes import retried
from core.base.text import clean_text
from core.events.record import Actor, allowed
from core.ledger.models import Account, EntryKind
from core.ledger.posting import Line, post
from core.ledger.queries import balances_of_order, payments_of_order
from core.orders.errors import ReasonNeeded, TooLateToUndo
from core.orders.models import Order
from core.orders.queries import order_by_uid, order_for_update
from core.orders.status import OrderStatus
from core.orders.steps import move, undo
from core.outlets.queries import outlet_of
from core.payments.cases import open_case
from core.payments.models import CaseKind
from core.payments.queries import attempt_by_reference
from core.services.paid import SALES_SIDE, sync_payment_status
from core.services.payment_desk import PaymentDesk
from core.services.payment_lock import lock_payment
from core.staff.errors import NotAllowed

UNDO_WITHIN = timedelta(seconds=8)
_LONGEST_REASON = 140


@dataclass(frozen=True, slots=True)
class Kitchen:
    """The steps of a paid order, one event each."""

    db: Database
    clock: Clock
    payments: PaymentDesk

    def start(self, order_uid: str, by: Actor) -> None:
        """Begin to cook. Raises UnknownOrder, IllegalStep."""
        self._move(order_uid, OrderStatus.PREPARING, by)

    def ready(self, order_uid: str, by: Actor) -> None:
        """Call the number out. Raises UnknownOrder, IllegalStep."""
        self._move(order_uid, OrderStatus.READY, by)

    def serve(self, order_uid: str, by: Actor) -> None:
        """Bring it to the table. Raises UnknownOrder, IllegalStep."""
        self._move(order_uid, OrderStatus.SERVED, by)

    def undo(self, order_uid: str, by: Actor) -> None:
        """Take the last step back, within eight seconds. Raises UnknownOrder, IllegalStep, TooLateToUndo."""

        def take_back(session: Session, order: Order) -> None:
            if self.clock() - order.moved_at > UNDO_WITHIN:
                raise TooLateToUndo
            undo(session, order, at=self.clock(), by=by)

        self._change(order_uid, take_back)

    def cancel(self, order_uid: str, reason: str, by: Actor, *, may_void: bool, asked_by: Actor | None = None) -> None:
        """Cancel an order with a reason. Unpaid, its QR is closed first; paid, its money opens a case.

        `may_void` says whether this person may cancel a paid one, which it may have become this
        moment; `asked_by` is whoever brought it to them. Raises UnknownOrder, IllegalStep, PaymentClosed,
        ReasonNeeded, NotAllowed.
        """
        said = clean_text(reason, limit=_LONGEST_REASON, field="reason")
        if not said:
            raise ReasonNeeded
        with self.db.read() as session:
            is_unpaid = order_by_uid(session, order_uid).status is OrderStatus.AWAITING_PAYMENT
        if is_unpaid:
            self.payments.cancel(order_uid, by=by, reason=said)
        elif not may_void:
            raise NotAllowed
        else:
            self._change(order_uid, lambda session, order: self._void(session, order, said, by, asked_by))

    def _move(self, order_uid: str, status: OrderStatus, by: Actor) -> None:
        self._change(order_uid, lambda session, order: move(session, order, status, at=self.clock(), by=by))

    @retried
    def _change(self, order_uid: str, change: Callable[[Session, Order], None]) -> None:
        with self.db.write() as session:
            change(session, order_for_update(session, order_uid))

    def _void(self, session: Session, order: Order, reason: str, by: Actor, asked_by: Actor | None) -> None:
        """Cancel a paid order: what is left of its money loses its home and waits on the desk for a person."""
        now = self.clock()
        order.cancel_reason = reason
        was = order.status
        for payment in sorted(payments_of_order(session, order.id)):
            lock_payment(session, payment)
        # Once more: until here somebody else may have moved it.
        held = payments_of_order(session, order.id)
        told = {"reason": reason, "amount": sum(held.values()), "before": str(was)} | allowed(by, asked_by)
        move(session, order, OrderStatus.CANCELLED, at=now, by=by, **told)
        balances = balances_of_order(session, order.id)
        lines = [Line(account, -balances.get(account, 0), order_id=order.id) for account in SALES_SIDE]
        lines += [Line(Account.UNAPPLIED, -left, order_id=order.id, payment=payment) for payment, left in held.items()]
        # Without the order's id: the rounding still belongs to what was received for it.
        lines.append(Line(Account.ROUNDING, -sum(line.amount for line in lines)))
        if any(line.amount for line in lines):
            outlet = outlet_of(session, order.outlet_id)
            post(session, outlet, EntryKind.VOID, lines, source="order", source_id=order.uid, at=now, by=str(by))
        for payment, left in held.items():
            self._open_home(session, order, payment, left, reason)
        sync_payment_status(session, order)

    def _open_home(self, session: Session, order: Order, payment: str, amount: int, reason: str) -> None:
        attempt = attempt_by_reference(session, payment)
        open_case(
            session,
            CaseKind.AFTER_CANCEL,
            outlet_id=order.outlet_id,
            reference=payment,
            at=self.clock(),
            amount=amount,
            attempt=attempt,
            order_id=order.id,
            issuer=attempt.issuer if attempt else None,
            reason=reason,
            came=amount,
        )
