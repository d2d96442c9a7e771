"""Gives money back: written down first, asked of the gateway afterwards, or counted out of the drawer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from core.base.clock import GATEWAY_ZONE, Clock
from core.base.database import Database
from core.base.ids import new_ulid
from core.base.money import with_dots
from core.base.outcomes import retried
from core.base.text import clean_text
from core.events.record import Actor
from core.ledger.models import Account, EntryKind
from core.ledger.queries import brought_by, payments_of_order, pots_of
from core.orders.errors import ReasonNeeded
from core.orders.models import Order
from core.orders.once import claim_key
from core.orders.queries import order_by_uid, order_for_update
from core.orders.status import OrderStatus
from core.orders.steps import tell_of
from core.payments.errors import (
    DrawerTooEmpty,
    GatewayCanRefund,
    NoPartialRefund,
    NothingToRefund,
    RefundTooMuch,
    RefundUnderWay,
    RefundWindowOver,
)
from core.payments.models import Attempt, Refund, RefundState, RefundWay
from core.payments.queries import (
    attempt_by_reference,
    cases_of_order,
    gone_back,
    refund_by_key,
    refunds_of_payment,
)
from core.payments.refund_rules import RefundTerms, terms_of
from core.payments.wallets import wallet_name
from core.services.money_back import Outflow, pay_back
from core.services.payment_lock import lock_payment
from core.shifts.errors import NoOpenShift
from core.shifts.queries import drawer_sums, open_shift_for_update

LONGEST_REASON = 140


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
    was_refused: bool
    """Whether the gateway has said no to a refund of this payment before."""
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
        return self.attempt is None or self.is_over or self.was_refused or (is_part and not self.takes_parts)


@dataclass(frozen=True, slots=True)
class Refunds:
    """A manager's way to give money back."""

    db: Database
    clock: Clock
    when_due: Callable[[], None] = field(default=lambda: None)

    def offer(self, order_uid: str, *, payment: str = "") -> RefundOffer:
        """Tell what can be given back of an order. Raises UnknownOrder, NothingToRefund.

        With a payment named: what this order holds of it, else what no order has a right to. Without
        one: first such money of this order's own cases, then what paid its bill.
        """
        with self.db.read() as session:
            order = order_by_uid(session, order_uid)
            chosen, from_case = _named(session, order, payment) if payment else _payment_of(session, order, 0)
            return offer_of(session, order, chosen, self.clock(), from_case=from_case)

    @retried
    def ask(
        self,
        order_uid: str,
        amount: int,
        reason: str,
        by: Actor,
        *,
        payment: str = "",
        from_case: bool = False,
        in_cash: bool = False,
        key: str = "",
        asked_by: str = "",
    ) -> Refund:
        """Write a refund down and have the gateway asked, or take it out of the open drawer at once.

        `amount` is whole rupiah. The same key again gives the refund that it made.
        `from_case` means only the money that no order has a right to. `asked_by` names whoever brought it to the one who allowed it. Raises UnknownOrder,
        ReasonNeeded, NothingToRefund, RefundTooMuch, RefundUnderWay, RefundWindowOver, NoPartialRefund,
        GatewayCanRefund, NoOpenShift, DrawerTooEmpty, KeyReused; nothing is written then.
        """
        said = clean_text(reason, limit=LONGEST_REASON, field="reason")
        if not said:
            raise ReasonNeeded
        now = self.clock()
        with self.db.write() as session:
            order = order_for_update(session, order_uid)
            refund_key = f"R{new_ulid(now)}"
            if key:
                wish = f"{order_uid} {amount} {payment} {in_cash}"
                earlier = claim_key(session, "refund", key, wish, refund_key, now)
                if earlier != refund_key:
                    return refund_by_key(session, earlier)
            chosen, is_beside = _named(session, order, payment) if payment else _payment_of(session, order, amount)
            from_case = from_case or is_beside
            # Its money may stand with another order by now: two managers meet at the payment itself.
            lock_payment(session, chosen)
            offer = offer_of(session, order, chosen, now, from_case=from_case)
            _hold_to_the_terms(offer, amount, in_cash=in_cash or offer.attempt is None)
            refund = Refund(
                payment=offer.payment,
                attempt_id=offer.attempt.id if offer.attempt else None,
                order_id=order.id,
                refund_key=refund_key,
                amount=amount,
                reason=said,
                from_case=from_case,
                by=str(by),
                seen_at=now,
            )
            if in_cash or offer.attempt is None:
                self._count_out(session, order, refund, now, by)
            else:
                refund.way, refund.state = RefundWay.GATEWAY, RefundState.ASKED
                refund.due_at = (offer.terms.asleep_until if offer.terms else None) or now
                session.add(refund)
            told = {"amount": amount, "reason": said, "way": str(refund.way), "name": by.name}
            if asked_by:
                told["asked_by"] = asked_by
            tell_of(session, order, "refund.asked", at=now, by=by, **told)
        self.when_due()
        return refund

    def _count_out(self, session: Session, order: Order, refund: Refund, now: datetime, by: Actor) -> None:
        shift = open_shift_for_update(session, order.outlet_id)
        if shift is None:
            raise NoOpenShift
        if refund.amount > sum(drawer_sums(session, shift.id).values()):
            raise DrawerTooEmpty
        refund.way, refund.state, refund.confirmed_at = RefundWay.DRAWER, RefundState.CONFIRMED, now
        session.add(refund)
        outflow = Outflow(
            refund.payment,
            refund.amount,
            EntryKind.REFUND,
            source="refund",
            source_id=f"{refund.payment}/{refund.refund_key}",
            from_account=Account.DRAWER,
            shift_id=shift.id,
            whose=order.id,
            even_sold=not refund.from_case,
        )
        pay_back(session, order, outflow, at=now, by=by)
        tell_of(session, order, "order.refunded", at=now, by=by, amount=refund.amount, way="drawer")


def _named(session: Session, order: Order, payment: str) -> tuple[str, bool]:
    """Take a payment by its name: what this order holds of it, else what no order has a right to."""
    return payment, payment not in payments_of_order(session, order.id)


def _payment_of(session: Session, order: Order, amount: int) -> tuple[str, bool]:
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
        was_refused=any(refund.state is RefundState.REFUSED for refund in refunds),
        now=now,
    )


def _hold_to_the_terms(offer: RefundOffer, amount: int, *, in_cash: bool) -> None:
    if offer.under_way is not None:
        raise RefundUnderWay(amount=with_dots(offer.under_way.amount))
    if not 0 < amount <= offer.left:
        raise RefundTooMuch(left=with_dots(offer.left)) if offer.left else NothingToRefund
    if in_cash:
        if not offer.by_drawer(amount):
            raise GatewayCanRefund
    elif offer.is_over and offer.terms is not None:
        raise RefundWindowOver(until=f"{offer.terms.until.astimezone(GATEWAY_ZONE):%d/%m/%Y}")
    elif not offer.takes_parts and amount != offer.brought:
        raise NoPartialRefund(wallet=wallet_name(offer.attempt.issuer if offer.attempt else None))
