"""What a diner may want of a payment: another QR, another look, cash instead, or none of it.

Everything here only writes down a wish; the worker talks to the gateway.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.money import QRIS_LIMIT
from core.base.outcomes import retried
from core.events.record import DINER, Actor
from core.menu.errors import OverQrisLimit
from core.orders.errors import PaymentClosed, TooManyQrs
from core.orders.models import Order, OrderLine
from core.orders.queries import order_by_uid, order_for_update
from core.orders.status import OrderStatus
from core.orders.steps import tell_of
from core.payments.models import Attempt, CloseReason
from core.payments.queries import attempt_for_update, attempts_of_order, newest_attempt, open_attempt_for_update
from core.payments.schedule import soonest_look, want
from core.payments.status import AttemptState
from core.services.attempts import await_qr, start_attempt
from core.services.closing import give_up, switch_to_cash

_MOST_QRS = 6
_QRS_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class PaymentDesk:
    """The diner's side of an unpaid order."""

    db: Database
    clock: Clock
    when_due: Callable[[], None] = field(default=lambda: None)

    @retried
    def new_qr(self, order_uid: str) -> None:
        """Ask for a QR. One that can still be paid is kept; one that is over is followed by a new attempt.

        Raises UnknownOrder, PaymentClosed, TooManyQrs, OverQrisLimit.
        """
        with self.db.write() as session:
            order = self._unpaid(session, order_uid)
            now = self.clock()
            attempt = open_attempt_for_update(session, order.id)
            if attempt is None:
                self._start(session, order, now)
            else:
                if attempt.close_for is CloseReason.CASH:
                    # It was never on a screen, and has not been closed yet: it will do.
                    attempt.close_for = None
                    await_qr(order, at=now)
                want(attempt, now)
        self.when_due()

    def to_qris(self, order_uid: str) -> None:
        """Pay by QRIS after all. Raises UnknownOrder, PaymentClosed, TooManyQrs, OverQrisLimit."""
        self.new_qr(order_uid)

    def ask_again(self, order_uid: str) -> bool:
        """Have the gateway asked as soon as may be: now, or when ten seconds have passed since the last answer.

        Tells whether it is asked now. An open page calls this each time it looks, so that its
        order turns paid soon even where no notification arrives. Raises UnknownOrder.
        """
        now = self.clock()
        with self.db.read() as session:
            attempt = newest_attempt(session, order_by_uid(session, order_uid).id)
        if attempt is None or not _may_be_sooner(attempt, now):
            return False
        with self.db.write() as session:
            order_for_update(session, order_uid)
            attempt = attempt_for_update(session, attempt.id)
            earliest = soonest_look(attempt, now)
            if _may_be_sooner(attempt, now):
                want(attempt, now, due_at=min(attempt.due_at or earliest, earliest))
        self.when_due()
        return earliest <= now

    @retried
    def ask_about_all(self, order_uid: str) -> bool:
        """Have the gateway asked about every QR of an order that money could have come to, however long it is over.

        For staff, whose guest says that they paid: it may have been an earlier QR. Tells whether one is asked
        about now, and not only when ten seconds have passed since the last answer. Raises UnknownOrder.
        """
        now = self.clock()
        is_now = False
        with self.db.write() as session:
            order = order_for_update(session, order_uid)
            for known in attempts_of_order(session, order.id):
                attempt = attempt_for_update(session, known.id)
                if attempt.charges_sent and attempt.state is not AttemptState.SETTLED:
                    earliest = soonest_look(attempt, now)
                    want(attempt, now, due_at=min(attempt.due_at or earliest, earliest))
                    is_now |= earliest <= now
        self.when_due()
        return is_now

    @retried
    def to_cash(self, order_uid: str) -> None:
        """Pay at the counter instead. A QR that somebody could still pay is closed at the gateway first.

        Raises UnknownOrder, PaymentClosed.
        """
        with self.db.write() as session:
            order = self._unpaid(session, order_uid)
            now = self.clock()
            if self._close_first(session, order, CloseReason.CASH):
                tell_of(session, order, "order.cash_wanted", at=now, by=DINER)
            else:
                switch_to_cash(session, order, at=now)
        self.when_due()

    @retried
    def cancel(self, order_uid: str, *, by: Actor = DINER, reason: str = "") -> None:
        """Give the order up before it is paid. A QR that somebody could still pay is closed first.

        Raises UnknownOrder, PaymentClosed.
        """
        with self.db.write() as session:
            order = self._unpaid(session, order_uid)
            now = self.clock()
            if self._close_first(session, order, CloseReason.CANCEL):
                order.cancel_reason = reason
                tell_of(session, order, "order.cancel_wanted", at=now, by=by, reason=reason)
            else:
                give_up(session, order, OrderStatus.CANCELLED, at=now, by=by, reason=reason)
        self.when_due()

    def qr_text(self, order_uid: str) -> str | None:
        """Tell what the QR of an order says that can be paid now; nothing when there is none. Raises UnknownOrder."""
        with self.db.read() as session:
            attempt = newest_attempt(session, order_by_uid(session, order_uid).id)
            is_payable = attempt is not None and attempt.is_open and attempt.close_for is None
            return attempt.qr_text if attempt is not None and is_payable else None

    def _unpaid(self, session: Session, order_uid: str) -> Order:
        order = order_for_update(session, order_uid)
        if order.status is not OrderStatus.AWAITING_PAYMENT:
            raise PaymentClosed
        return order

    def _close_first(self, session: Session, order: Order, reason: CloseReason) -> bool:
        """Have an open attempt closed at the gateway; tell whether the wish must wait for that.

        A QR that was never shown to anybody cannot be paid: then nobody waits, though it is closed too.
        """
        attempt = open_attempt_for_update(session, order.id)
        if attempt is None:
            return False
        if attempt.close_for is CloseReason.CANCEL and reason is not CloseReason.CANCEL:
            # Somebody has given this order up already; a later wish does not bring it back.
            raise PaymentClosed
        attempt.close_for = reason
        want(attempt, self.clock())
        return attempt.qr_text is not None

    def _start(self, session: Session, order: Order, now: datetime) -> None:
        if order.total > QRIS_LIMIT:
            raise OverQrisLimit(limit=QRIS_LIMIT)
        recent = Attempt.order_id == order.id, Attempt.created_at > now - _QRS_WITHIN
        if (session.scalar(select(func.count()).select_from(Attempt).where(*recent)) or 0) >= _MOST_QRS:
            raise TooManyQrs
        lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position))
        await_qr(order, at=now)
        start_attempt(session, order, lines.all(), at=now)


def _may_be_sooner(attempt: Attempt, now: datetime) -> bool:
    """Tell whether a wish brings the next look forward, and is worth it: nobody asks for a settled one."""
    if attempt.state is AttemptState.SETTLED or attempt.due_at is None:
        return False
    stands_in_line = attempt.due_at <= now and attempt.wanted_at is None
    return stands_in_line or attempt.due_at > soonest_look(attempt, now)
