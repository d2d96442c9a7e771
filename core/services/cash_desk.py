"""Takes money over the counter, into the drawer of an open shift."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.events.record import Actor
from core.ledger.models import Account, EntryKind
from core.ledger.posting import Line, post
from core.orders.errors import AlreadyPaid, PaymentClosed, QrIsClosing, QrStillLive, TooLittleCash, TooMuchCash
from core.orders.models import Order
from core.orders.queries import order_by_claim_code, order_by_uid, order_for_update
from core.orders.status import OrderStatus, PaymentMethod
from core.orders.steps import send_to_kitchen, tell_of
from core.outlets.queries import outlet_of
from core.payments.models import CloseReason
from core.payments.queries import newest_attempt
from core.services.paid import sales_lines, sync_payment_status
from core.shifts.errors import NoOpenShift
from core.shifts.queries import open_shift_for_update

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

    def take(self, order_uid: str, tendered: int, by: Actor) -> CashReceipt:
        """Take cash for an order: drawer, ledger, kitchen and change, in one transaction.

        Raises UnknownOrder, AlreadyPaid, PaymentClosed, QrStillLive, TooLittleCash, TooMuchCash,
        NoOpenShift; nothing is written then.
        """
        with self.db.write() as session:
            order = order_for_update(session, order_uid)
            _hold_to_the_bill(session, order, tendered)
            shift = open_shift_for_update(session, order.outlet_id)
            if shift is None:
                raise NoOpenShift
            self._post(session, order, shift.id, by)
            # A guest whose QR is over may come to the counter without having chosen cash first.
            order.payment_method = PaymentMethod.CASH
            order.tendered = tendered
            send_to_kitchen(session, order, at=self.clock(), by=by)
            sync_payment_status(session, order)
            tell_of(session, order, "order.paid", at=self.clock(), by=by, method="cash", tendered=tendered)
        with self.db.read() as session:
            whole = order_by_uid(session, order_uid)
        return CashReceipt(whole, tendered, tendered - whole.cash_total)

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
        raise AlreadyPaid(number=order.label)
    if order.status is not OrderStatus.AWAITING_PAYMENT:
        raise PaymentClosed
    attempt = newest_attempt(session, order.id)
    if order.payment_method is not PaymentMethod.CASH and attempt is not None and attempt.is_open:
        raise QrIsClosing if attempt.close_for is CloseReason.CASH else QrStillLive
    if tendered < order.cash_total:
        raise TooLittleCash(missing=_spell(order.cash_total - tendered), due=_spell(order.cash_total))
    if tendered > _MOST_TENDERED:
        raise TooMuchCash


def _spell(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")
