"""Gives money back: written down first, asked of the gateway afterwards, or counted out of the drawer."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.ids import new_ulid
from core.base.outcomes import retried
from core.base.text import clean_text
from core.events.record import Actor, allowed
from core.ledger.models import Account, EntryKind
from core.orders.errors import ReasonNeeded
from core.orders.models import Order
from core.orders.once import claim_key
from core.orders.queries import order_by_id_for_update, order_by_uid, order_for_update
from core.orders.steps import take_off, tell_of
from core.payments.errors import DrawerTooEmpty, RefundIsOut, UnknownRefund
from core.payments.models import Refund, RefundState, RefundWay
from core.payments.queries import refund_by_key, refund_for_update
from core.payments.refund_rules import WITHDRAWN, can_be_withdrawn, is_withdrawn
from core.printing.jobs import open_drawer
from core.services.money_back import Outflow, pay_back
from core.services.payment_lock import lock_payment
from core.services.refund_limit import hold_to_the_day
from core.services.refund_offer import RefundOffer, hold_to_the_terms, named, offer_of, payment_of
from core.shifts.errors import NoOpenShift
from core.shifts.queries import drawer_sums, open_shift_for_update

LONGEST_REASON = 140


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
            chosen, from_case = named(session, order, payment) if payment else payment_of(session, order, 0)
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
        looked_up: bool = False,
        key: str = "",
        asked_by: Actor | None = None,
        not_made: Collection[int] = (),
    ) -> Refund:
        """Write a refund down and have the gateway asked, or take it out of the open drawer at once.

        `amount` is whole rupiah. The same key again gives the refund that it made. `from_case` means
        only the money that no order has a right to. `looked_up`: somebody saw in the gateway's dashboard
        that an earlier refund, of which nobody knows, did not go back. `asked_by` names whoever brought it
        to the one who allowed it. `not_made` are lines, by id, that the kitchen is told not to make any more.
        Raises UnknownOrder, ReasonNeeded, NothingToRefund, RefundTooMuch, RefundUnderWay, NotLookedUp,
        RefundWindowOver, NoPartialRefund, GatewayCanRefund, RefundLimitReached, NoOpenShift, DrawerTooEmpty,
        KeyReused, and for `not_made` UnknownLine, NothingLeftToMake, IllegalStep; nothing is written then.
        """
        said = clean_text(reason, limit=LONGEST_REASON, field="reason")
        if not said:
            raise ReasonNeeded
        now = self.clock()
        with self.db.write() as session:
            order = order_for_update(session, order_uid)
            refund_key = f"R{new_ulid(now)}"
            if key:
                wish = f"{order_uid} {amount} {payment} {from_case} {in_cash}"
                earlier = claim_key(session, "refund", key, wish, refund_key, now)
                if earlier != refund_key:
                    return refund_by_key(session, earlier)
            chosen, is_beside = named(session, order, payment) if payment else payment_of(session, order, amount)
            from_case = from_case or is_beside
            # Its money may stand with another order by now: two managers meet at the payment itself.
            lock_payment(session, chosen)
            offer = offer_of(session, order, chosen, now, from_case=from_case)
            hold_to_the_terms(offer, amount, in_cash=in_cash or offer.attempt is None, looked_up=looked_up)
            hold_to_the_day(session, order.outlet_id, amount, by, at=now)
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
            told = {"amount": amount, "reason": said, "before": offer.left, "after": offer.left - amount}
            told |= {"way": str(refund.way)} | ({"looked_up": looked_up} if offer.is_in_doubt else {})
            tell_of(session, order, "refund.asked", at=now, by=by, **told, **allowed(by, asked_by))
            take_off(session, order, not_made, at=now, by=by)
        self.when_due()
        return refund

    @retried
    def withdraw(self, outlet_id: int, refund_key: str, by: Actor, *, asked_by: Actor | None = None) -> None:
        """Take back a refund that was certainly never sent; its money may go another way then.

        Said twice it is done once. Raises UnknownRefund, or RefundIsOut once the gateway may have it.
        """
        with self.db.write() as session:
            known = session.scalar(select(Refund).where(Refund.refund_key == refund_key))
            if known is None:
                raise UnknownRefund
            order = order_by_id_for_update(session, known.order_id)
            if order.outlet_id != outlet_id:
                raise UnknownRefund
            lock_payment(session, known.payment)
            # The worker takes a refund in hand under this same lock, and notes with it that it will be sent.
            refund = refund_for_update(session, known.id)
            if is_withdrawn(refund):
                return
            if not can_be_withdrawn(refund):
                raise RefundIsOut
            refund.state, refund.refused_for, refund.due_at = RefundState.REFUSED, WITHDRAWN, None
            told = {"amount": refund.amount, **allowed(by, asked_by)}
            tell_of(session, order, "refund.withdrawn", at=self.clock(), by=by, **told)

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
        open_drawer(session, order.outlet_id, at=now, by=str(by), order_id=order.id)
