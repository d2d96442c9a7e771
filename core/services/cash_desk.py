"""Takes money over the counter, into the drawer of an open shift."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.money import with_dots
from core.base.outcomes import retried
from core.events.record import Actor, allowed, events_of_order
from core.ledger.models import Account, EntryKind
from core.ledger.posting import Line, post
from core.orders.errors import (
    AlreadyPaid,
    CashAlreadyTaken,
    PaymentClosed,
    QrIsClosing,
    QrStillLive,
    TooLittleCash,
    TooMuchCash,
)
from core.orders.models import Order
from core.orders.queries import order_by_claim_code, order_by_uid, order_for_update
from core.orders.status import OrderStatus, PaymentMethod
from core.orders.steps import send_to_kitchen, tell_of
from core.outlets.queries import outlet_of
from core.payments.cases import open_case
from core.payments.models import Attempt, CaseKind, CloseReason, is_in_doubt
from core.payments.queries import open_attempt_for_update
from core.payments.schedule import want
from core.printing.jobs import print_after_cash
from core.services.paid import sales_lines, sync_payment_status
from core.shifts.errors import NoOpenShift
from core.shifts.queries import open_shift_for_update
from core.staff.queries import names_of_actors

_MOST_TENDERED = 1_000_000_000


@dataclass(frozen=True, slots=True)
class CashReceipt:
    """A bill that was paid in cash, in whole rupiah."""

    order: Order
    tendered: int
    change: int


@dataclass(frozen=True, slots=True)
class CashDesk:
    """The counter."""

    db: Database
    clock: Clock

    def order_by_code(self, outlet_id: int, code: str) -> Order:
        """Find the order that a guest's claim code stands for, however it was typed. Raises UnknownClaimCode."""
        typed = "".join(character for character in code.upper() if character.isalnum())[:8]
        with self.db.read() as session:
            return order_by_claim_code(session, outlet_id, typed)

    @retried
    def take(self, order_uid: str, tendered: int, by: Actor, *, vouched_by: Actor | None = None) -> CashReceipt:
        """Take cash for an order: drawer, ledger, kitchen and change, in one transaction.

        `vouched_by` is the manager on whose word it is taken while the gateway does not say whether
        the QR was paid: a case then watches for the double. Raises UnknownOrder, AlreadyPaid,
        PaymentClosed, QrIsClosing, QrStillLive, TooLittleCash, TooMuchCash, NoOpenShift; nothing is written then.
        """
        with self.db.write() as session:
            order = order_for_update(session, order_uid)
            _hold_to_the_bill(session, order, tendered)
            doubtful = _doubtful_attempt(session, order, is_vouched=vouched_by is not None)
            shift = open_shift_for_update(session, order.outlet_id)
            if shift is None:
                raise NoOpenShift
            self._post(session, order, shift.id, by)
            # A guest whose QR is over may come to the counter without having chosen cash first.
            order.payment_method = PaymentMethod.CASH
            order.tendered = tendered
            send_to_kitchen(session, order, at=self.clock(), by=by)
            sync_payment_status(session, order)
            told = {"method": "cash", "amount": order.cash_total, "tendered": tendered}
            tell_of(session, order, "order.paid", at=self.clock(), by=by, **told)
            print_after_cash(session, order.outlet_id, order.id, at=self.clock(), by=str(by))
            if doubtful is not None and vouched_by is not None:
                self._watch_for_the_double(session, order, doubtful, vouched_by, asked_by=by)
        with self.db.read() as session:
            whole = order_by_uid(session, order_uid)
        return CashReceipt(whole, tendered, tendered - whole.cash_total)

    def _watch_for_the_double(
        self, session: Session, order: Order, attempt: Attempt, vouched_by: Actor, *, asked_by: Actor
    ) -> None:
        now = self.clock()
        attempt.close_for = CloseReason.PAID_ELSEWHERE
        want(attempt, now)
        open_case(
            session,
            CaseKind.POSSIBLE_DOUBLE,
            outlet_id=order.outlet_id,
            reference=attempt.reference,
            at=now,
            attempt=attempt,
            order_id=order.id,
            vouched_by=vouched_by.name,
        )
        told = {"reference": attempt.reference, "amount": order.cash_total, **allowed(vouched_by, asked_by)}
        tell_of(session, order, "cash.taken_in_doubt", at=now, by=vouched_by, **told)

    def _post(self, session: Session, order: Order, shift_id: int, by: Actor) -> None:
        lines = [
            Line(Account.DRAWER, order.cash_total, order.id, shift_id=shift_id, payment=order.uid),
            Line(Account.ROUNDING, -order.rounding, order_id=order.id),
            *sales_lines(order),
        ]
        outlet = outlet_of(session, order.outlet_id)
        post(session, outlet, EntryKind.CASH, lines, source="drawer", source_id=order.uid, at=self.clock(), by=str(by))


def _hold_to_the_bill(session: Session, order: Order, tendered: int) -> None:
    if order.paid_at is not None:
        raise _paid_already(session, order)
    if order.status is not OrderStatus.AWAITING_PAYMENT:
        raise PaymentClosed
    if tendered < order.cash_total:
        raise TooLittleCash(missing=with_dots(order.cash_total - tendered), due=with_dots(order.cash_total))
    if tendered > _MOST_TENDERED:
        raise TooMuchCash


def _paid_already(session: Session, order: Order) -> AlreadyPaid:
    """Say who took the money, where somebody at the counter did: two of them may have had the same guest before them."""
    paid = [event.by for event in events_of_order(session, order.id) if event.kind == "order.paid"]
    names = names_of_actors(session, paid)
    if taker := next((names[by] for by in reversed(paid) if by in names), ""):
        return CashAlreadyTaken(number=order.label, name=taker)
    return AlreadyPaid(number=order.label)


def _doubtful_attempt(session: Session, order: Order, *, is_vouched: bool) -> Attempt | None:
    """Find a QR that may still be paid; with a manager's word it may stay in doubt.

    Raises QrIsClosing or QrStillLive: while the gateway can still be asked to close it, it is.
    """
    attempt = open_attempt_for_update(session, order.id)
    # One that was never shown cannot be paid: the guest has been let go to the counter already.
    if attempt is None or order.payment_method is PaymentMethod.CASH:
        return None
    if is_vouched and is_in_doubt(attempt):
        return attempt
    raise QrIsClosing if attempt.close_for is CloseReason.CASH else QrStillLive
