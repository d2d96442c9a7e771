"""Says what can be given back of a payment, and how, before anybody presses a button."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.base.clock import GATEWAY_ZONE
from core.base.money import with_dots
from core.ledger.queries import brought_by, payments_of_order, pots_of
from core.orders.models import Order
from core.orders.status import OrderStatus
from core.payments.errors import (
    GatewayCanRefund,
    LossNotEntered,
    NoPartialRefund,
    NothingToRefund,
    NotLookedUp,
    RefundTooMuch,
    RefundUnderWay,
    RefundWindowOver,
)
from core.payments.models import Attempt, Refund, RefundState
from core.payments.queries import attempt_by_reference, cases_of_order, gone_back, loss_is_unknown, refunds_of_payment
from core.payments.refund_rules import RefundTerms, is_in_doubt, still_refused, terms_of
from core.payments.wallets import wallet_name


@dataclass(frozen=True, slots=True)
class RefundOffer:
    """What can be given back of one payment now, and how; said before anybody presses a button."""

    payment: str
    order_id: int
    attempt: Attempt | None
    """The QR that was paid; nothing for cash."""
    brought: int
    left: int
    """What neither went back nor is being asked for, in whole rupiah."""
    terms: RefundTerms | None
    under_way: Refund | None
    refused: int
    """What the gateway said no to and nobody has given back since, in whole rupiah."""
    from_case: bool
    """Whether it is the money that no order has a right to: of a payment that also pays an order, the rest."""
    loss_unknown: bool
    """Whether the payer's bank has taken a part of it, and nobody has entered how much."""
    is_in_doubt: bool
    """Whether an earlier refund was given up without anybody knowing if it went back."""
    now: datetime

    @property
    def is_over(self) -> bool:
        """Whether the gateway's window has closed."""
        return self.terms is not None and self.now > self.terms.until

    @property
    def takes_parts(self) -> bool:
        return self.terms is None or self.terms.takes_parts

    @property
    def by_gateway(self) -> bool:
        """Whether the gateway may be asked for the whole of what is left."""
        is_whole = self.left == self.brought
        return self.attempt is not None and not self.is_over and (self.takes_parts or is_whole)

    def by_drawer(self, amount: int) -> bool:
        """Tell whether this much may be counted out in cash: cash payments, and what the gateway cannot give back."""
        is_part = amount != self.brought
        return self.attempt is None or self.is_over or amount <= self.refused or (is_part and not self.takes_parts)


def named(session: Session, order: Order, payment: str) -> tuple[str, bool]:
    """Take a payment by its name: what this order holds of it, else what no order has a right to."""
    return payment, payment not in payments_of_order(session, order.id)


def payment_of(session: Session, order: Order, amount: int) -> tuple[str, bool]:
    """Choose which payment goes back: one that no bill has a right to, if it is enough, else what paid this bill.

    Tells also whether it is taken from a case.
    """
    held = payments_of_order(session, order.id)
    if held and order.status is OrderStatus.CANCELLED:
        return next(iter(held)), False
    beside = [case for case in cases_of_order(session, order.id) if case.amount > 0 and case.settled_at is None]
    for case in beside:
        if case.amount >= amount:
            return case.reference, True
    if not held and not beside:
        raise NothingToRefund
    return (next(iter(held)), False) if held else (beside[0].reference, True)


def offer_of(session: Session, order: Order, payment: str, now: datetime, *, from_case: bool) -> RefundOffer:
    """Tell what can be given back of one payment: what no order has a right to, or what this order holds of it.

    Raises NothingToRefund.
    """
    attempt = attempt_by_reference(session, payment)
    is_its_own = attempt.order_id == order.id if attempt else payment == order.uid
    is_named = any(case.reference == payment for case in cases_of_order(session, order.id))
    if not (is_its_own or is_named or payment in payments_of_order(session, order.id)):
        raise NothingToRefund
    refunds = refunds_of_payment(session, payment)
    brought = brought_by(session, payment)
    # What a bank has taken back, or the gateway undone, is no longer there to be given.
    pots = pots_of(session, payment)
    there = sum(pot.amount for pot in pots if (not pot.is_sold if from_case else pot.order_id == order.id))
    asked = sum(refund.amount for refund in refunds if refund.state is RefundState.ASKED)
    if brought == 0:
        raise NothingToRefund
    return RefundOffer(
        payment=payment,
        order_id=order.id,
        attempt=attempt,
        brought=brought,
        left=max(0, min(there - asked, brought - gone_back(session, payment, with_asked=True))),
        terms=terms_of(attempt, now) if attempt else None,
        under_way=next((refund for refund in refunds if refund.state is RefundState.ASKED), None),
        refused=still_refused(refunds),
        from_case=from_case,
        loss_unknown=loss_is_unknown(session, payment),
        is_in_doubt=is_in_doubt(refunds),
        now=now,
    )


def hold_to_the_terms(offer: RefundOffer, amount: int, *, in_cash: bool, looked_up: bool) -> None:
    """Refuse what the payment, the wallet or the gateway does not allow.

    Raises RefundUnderWay, RefundTooMuch, NothingToRefund, LossNotEntered, NotLookedUp, GatewayCanRefund, RefundWindowOver,
    NoPartialRefund.
    """
    _hold_to_what_is_known(offer, looked_up=looked_up)
    if not 0 < amount <= offer.left:
        raise RefundTooMuch(left=with_dots(offer.left)) if offer.left else NothingToRefund
    if in_cash:
        if not offer.by_drawer(amount):
            raise GatewayCanRefund
    elif offer.is_over and offer.terms is not None:
        raise RefundWindowOver(until=f"{offer.terms.until.astimezone(GATEWAY_ZONE):%d/%m/%Y}")
    elif not offer.takes_parts and amount != offer.brought:
        raise NoPartialRefund(wallet=wallet_name(offer.attempt.issuer if offer.attempt else None))


def _hold_to_what_is_known(offer: RefundOffer, *, looked_up: bool) -> None:
    """Refuse while nobody can say how much of the payment is still there."""
    if offer.under_way is not None:
        raise RefundUnderWay(amount=with_dots(offer.under_way.amount))
    if offer.loss_unknown:
        raise LossNotEntered
    if offer.is_in_doubt and not looked_up:
        raise NotLookedUp
