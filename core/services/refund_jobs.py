"""What is done about one refund when its time has come: ask for it, find out what became of it, wait for the bank.

Runs on the gateway's own threads, with no transaction open while the gateway is asked.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.orders.models import Order
from core.orders.queries import order_by_id_for_update
from core.payments.gateway import (
    AlreadyRefunded,
    Gateway,
    GatewayRefused,
    GatewayState,
    GatewayUnavailable,
    RefundRequest,
    RefundUnclear,
    UnknownToGateway,
)
from core.payments.leases import must_be_ours
from core.payments.missing_refunds import is_missing
from core.payments.models import Refund, RefundState
from core.payments.queries import attempt_by_reference, refund_for_update, refunds_of_payment
from core.payments.refund_cases import MISSING, UNCONFIRMED, open_refund_case
from core.payments.refund_rules import SAME_KEY_FOR, terms_of
from core.payments.schedule import after_silence, next_look_at_refund
from core.services.breaker import Breaker
from core.services.refused_refunds import end_refused
from core.services.settlement import Settlement

_log = structlog.get_logger()
_REFUNDABLE: Final = {GatewayState.SETTLED, GatewayState.PARTIALLY_REFUNDED}
_LISTED_BY_NOW: Final = 3
"""Looks after which the gateway's list is no longer behind: what is not in it then has gone from it."""
_ASKED_ENOUGH: Final = 8
"""Looks after which a gateway that will not refund, and does not say why, is believed."""


@dataclass(frozen=True, slots=True)
class _Seen:
    is_asked: bool
    """Whether the refund is not listed, and not given up."""
    is_refundable: bool
    tries: int


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
        was_not_sent = is_unsent
        try:
            # Looked up before every sending: somebody may have given it back in the gateway's dashboard,
            # and only where the gateway certainly does not have it is it asked for, with the same key.
            if self._look(refund).is_asked and self._may_be_sent(refund, is_unsent=is_unsent):
                was_not_sent = False
                self._send(refund)
            self.when_answered()
        except UnknownToGateway:
            # Said once, it may be a slip: an order that was paid there does not go away.
            self.when_answered()
            self._learnt_nothing(refund, "unknown", was_not_sent=was_not_sent)
        except GatewayUnavailable as silence:
            self.breaker.was_silent(silence.reason)
            _log.warning("refund.unanswered", reference=refund.payment, reason=silence.reason)
            self._learnt_nothing(refund, "no_answer", was_not_sent=was_not_sent)

    def _send(self, refund: Refund) -> None:
        try:
            self.gateway.refund(RefundRequest(refund.payment, refund.refund_key, refund.amount, refund.reason))
        except GatewayRefused as refusal:
            # What has gone back meanwhile must be known before cash is offered for it.
            if self._look(refund).is_asked:
                self._is_refused(refund, refusal.reason)
        except RefundUnclear:
            seen = self._look(refund)
            if seen.is_asked and (not seen.is_refundable or seen.tries >= _ASKED_ENOUGH):
                self._is_refused(refund, "state")
        except AlreadyRefunded:
            # It has this very refund: its list is behind, and is looked at until it is not.
            self._look(refund)
        else:
            self._look(refund)

    def _may_be_sent(self, refund: Refund, *, is_unsent: bool) -> bool:
        first = refund.first_sent_at
        if not is_unsent and first is not None and self.clock() > first + SAME_KEY_FOR:
            # The gateway forgets a key after a week: asked for once more, it could go back twice.
            self._is_refused(refund, "no_answer")
            return False
        morning = self._asleep_until(refund)
        if morning is not None:
            with self._mine(refund) as (_, _, mine):
                mine.due_at = morning
                if is_unsent:
                    mine.first_sent_at = None
        return morning is None

    def _look(self, refund: Refund) -> _Seen:
        """Ask for the payment's status and let it count; tell whether the refund is still only asked for."""
        report = self.gateway.fetch_report(refund.payment)
        self.settlement.apply(report, job=refund)
        with self._mine(refund) as (session, order, mine):
            is_listed_by_now = mine.state is RefundState.ACCEPTED and mine.tries >= _LISTED_BY_NOW
            if is_listed_by_now and is_missing(report, mine, refunds_of_payment(session, mine.payment)):
                self._tell_a_person(session, order, mine, MISSING)
            self._plan(session, order, mine)
            return _Seen(mine.state is RefundState.ASKED, report.state in _REFUNDABLE, mine.tries)

    def _plan(self, session: Session, order: Order, mine: Refund) -> None:
        """Name the next look; where there is none though the bank has confirmed nothing, a person asks the bank."""
        now = self.clock()
        is_asked = mine.state is RefundState.ASKED
        mine.due_at = after_silence(mine.tries + 1, now) if is_asked else next_look_at_refund(mine, now)
        mine.tries += 1
        if mine.state is RefundState.ACCEPTED and mine.due_at is None:
            self._tell_a_person(session, order, mine, UNCONFIRMED)

    def _tell_a_person(self, session: Session, order: Order, mine: Refund, difference: str) -> None:
        _log.warning("refund.in_doubt", reference=mine.payment, difference=difference)
        open_refund_case(session, order.outlet_id, mine, difference, at=self.clock())

    def _asleep_until(self, refund: Refund) -> datetime | None:
        with self.db.read() as session:
            attempt = attempt_by_reference(session, refund.payment)
        return terms_of(attempt, self.clock()).asleep_until if attempt is not None else None

    def _is_refused(self, refund: Refund, reason: str) -> None:
        with self._mine(refund) as (session, order, mine):
            if mine.state is not RefundState.ASKED:
                return
            _log.warning("refund.refused", reference=mine.payment, reason=reason)
            end_refused(session, order, mine, reason, at=self.clock())

    def _learnt_nothing(self, refund: Refund, reason: str, *, was_not_sent: bool) -> None:
        """Try again later; after six days give up: until then nobody may do anything else with this money."""
        since = refund.seen_at if was_not_sent else refund.first_sent_at or refund.seen_at
        if self.clock() > since + SAME_KEY_FOR:
            self._is_refused(refund, reason)
        self._try_later(refund, was_not_sent=was_not_sent)

    def _try_later(self, refund: Refund, *, was_not_sent: bool) -> None:
        with self._mine(refund) as (session, order, mine):
            if was_not_sent:
                mine.first_sent_at = None
            self._plan(session, order, mine)

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
