"""What is done about one refund when its time has come: ask for it, find out what became of it, wait for the bank.

Runs on the gateway's own threads, with no transaction open while the gateway is asked.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.events.record import GATEWAY
from core.orders.models import Order
from core.orders.queries import order_by_id_for_update
from core.orders.steps import tell_of
from core.payments.gateway import (
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
    RefundRequest,
    RefundUnclear,
    UnknownToGateway,
)
from core.payments.leases import must_be_ours
from core.payments.models import Refund, RefundState
from core.payments.queries import refund_for_update
from core.payments.refund_rules import SAME_KEY_FOR
from core.payments.schedule import after_silence, next_look_at_refund
from core.services.breaker import Breaker
from core.services.settlement import Settlement

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RefundJobs:
    """The steps of a refund's life that need the gateway. The same key is asked for, however often."""

    db: Database
    clock: Clock
    gateway: Gateway
    settlement: Settlement
    breaker: Breaker
    when_answered: Callable[[], None]
    """Notes that the gateway speaks."""

    def carry_out(self, refund: Refund, *, is_unsent: bool) -> None:
        """Do what a refund that was leased to us needs next. Never raises for what the gateway does.

        `is_unsent`: the gateway was never asked, which was certain when it was leased.
        """
        try:
            if not self.breaker.lets_through():
                self._try_later(refund, was_not_sent=is_unsent)
            else:
                self._ask(refund, is_unsent=is_unsent)
        finally:
            self._release(refund)

    def _ask(self, refund: Refund, *, is_unsent: bool) -> None:
        try:
            # Where it is certain that the gateway does not have it, it is asked for again, with the same key.
            if is_unsent or self._look(refund):
                self._send(refund)
            self.when_answered()
        except UnknownToGateway:
            self.when_answered()
            self._is_refused(refund, "unknown")
        except GatewayUnavailable as silence:
            self.breaker.was_silent()
            _log.warning("refund.unanswered", reference=refund.payment, reason=silence.reason)
            self._try_later(refund, was_not_sent=False)

    def _send(self, refund: Refund) -> None:
        first = refund.first_sent_at
        if first is not None and self.clock() > first + SAME_KEY_FOR:
            # The gateway forgets a key after a week: asked for once more, it could go back twice.
            self._is_refused(refund, "no_answer")
            return
        try:
            self.gateway.refund(RefundRequest(refund.payment, refund.refund_key, refund.amount, refund.reason))
        except GatewayRefused as refusal:
            self._is_refused(refund, refusal.reason)
        except RefundUnclear:
            if self._look(refund):
                self._is_refused(refund, "state")
        else:
            self._look(refund)

    def _look(self, refund: Refund) -> bool:
        """Ask for the payment's status and let it count; tell whether the refund is still only asked for."""
        self.settlement.apply(self.gateway.fetch_report(refund.payment), lease=refund.lease)
        with self._mine(refund) as (_, _, mine):
            now = self.clock()
            if mine.state is RefundState.ASKED:
                mine.tries += 1
                mine.due_at = after_silence(mine.tries, now)
                return True
            mine.due_at = next_look_at_refund(mine, now)
            mine.tries += 1
            return False

    def _is_refused(self, refund: Refund, reason: str) -> None:
        with self._mine(refund) as (session, order, mine):
            if mine.state is not RefundState.ASKED:
                return
            mine.state = RefundState.REFUSED
            mine.refused_for = reason
            mine.due_at = None
            _log.warning("refund.refused", reference=mine.payment, reason=reason)
            tell_of(session, order, "refund.refused", at=self.clock(), by=GATEWAY, amount=mine.amount, reason=reason)

    def _try_later(self, refund: Refund, *, was_not_sent: bool) -> None:
        with self._mine(refund) as (_, _, mine):
            if was_not_sent:
                mine.first_sent_at = None
            mine.tries += 1
            mine.due_at = after_silence(mine.tries, self.clock())

    def _release(self, refund: Refund) -> None:
        mine = update(Refund).where(Refund.id == refund.id, Refund.lease == refund.lease)
        with self.db.write() as session:
            session.execute(mine.values(lease=None, leased_until=None))

    @contextmanager
    def _mine(self, refund: Refund) -> Iterator[tuple[Session, Order, Refund]]:
        """Lock what the job may write to. Raises LeaseLost when another process has it."""
        with self.db.write() as session:
            order = order_by_id_for_update(session, refund.order_id)
            mine = refund_for_update(session, refund.id)
            must_be_ours(mine, refund.lease)
            yield session, order, mine
