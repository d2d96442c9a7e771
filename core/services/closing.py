"""What follows when an attempt can no longer be paid, and when an order is given up."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.events.record import SYSTEM, Actor
from core.menu.stock import release
from core.orders.models import Order
from core.orders.numbers import take_claim_code
from core.orders.status import OrderStatus, PaymentMethod
from core.orders.steps import move, tell_of
from core.payments.cases import clear_doubt
from core.payments.models import Attempt, CloseReason
from core.payments.status import AttemptState
from core.services.paid import sync_payment_status

CASH_LIFE = timedelta(hours=2)
"""How long a claim code waits at the counter before the portions go back."""


def attempt_is_over(
    session: Session, order: Order, attempt: Attempt, state: AttemptState, *, at: datetime, by: Actor
) -> None:
    """Close an attempt without money, and do what its closing was wanted for."""
    attempt.state = state
    attempt.final_at = at
    tell_of(session, order, f"attempt.{state}", at=at, by=by, reference=attempt.reference)
    clear_doubt(session, attempt, at=at)
    do_what_it_was_closed_for(session, order, attempt, at=at)
    sync_payment_status(session, order)


def do_what_it_was_closed_for(session: Session, order: Order, attempt: Attempt, *, at: datetime) -> None:
    """Switch to cash or cancel the order, if that is what somebody asked for and it still can be."""
    if order.status is not OrderStatus.AWAITING_PAYMENT:
        return
    if attempt.close_for is CloseReason.CASH:
        switch_to_cash(session, order, at=at)
    elif attempt.close_for is CloseReason.CANCEL:
        give_up(session, order, OrderStatus.CANCELLED, at=at, by=SYSTEM, reason=order.cancel_reason)


def switch_to_cash(session: Session, order: Order, *, at: datetime) -> None:
    """Let an order be paid at the counter from now on."""
    if order.payment_method is PaymentMethod.CASH:
        return
    order.payment_method = PaymentMethod.CASH
    order.claim_code = take_claim_code(session, order.outlet_id)
    order.expires_at = at + CASH_LIFE
    tell_of(session, order, "order.awaits_cash", at=at, by=SYSTEM)


def give_up(session: Session, order: Order, status: OrderStatus, *, at: datetime, by: Actor, reason: str = "") -> None:
    """Cancel or expire an order, and give its portions back."""
    order.cancel_reason = reason
    move(session, order, status, at=at, by=by, reason=reason)
    release(session, order.id, at)
    sync_payment_status(session, order)
