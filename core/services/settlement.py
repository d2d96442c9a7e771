"""Lets the gateway's word change what it still can. The one door for news of money."""

from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.outcomes import retried
from core.base.sql import table_of, write_back
from core.base.traces import traced
from core.events.record import GATEWAY
from core.ledger.models import EntryKind
from core.ledger.queries import is_posted
from core.orders.models import Order
from core.orders.queries import order_and_outlet_for_update
from core.orders.steps import tell_of
from core.payments.cases import open_case
from core.payments.gateway import MONEY_CAME, GatewayState, PaymentReport
from core.payments.models import Attempt, CaseKind, MessageOutcome, Outcome, Refund
from core.payments.queries import (
    CAME,
    LEFT,
    attempt_by_reference,
    attempt_for_update,
    messages_heard,
)
from core.payments.schedule import earliest, next_look, put_back, taken_at
from core.payments.status import STEPS, AttemptState
from core.services.closing import attempt_is_over
from core.services.money_in import take_settlement
from core.services.money_out import REVERSED, follow_chargeback, follow_refunds, undo_settlement

_ENDS = {
    GatewayState.EXPIRED: AttemptState.EXPIRED,
    GatewayState.CANCELLED: AttemptState.CANCELLED,
    GatewayState.DENIED: AttemptState.DENIED,
    GatewayState.FAILED: AttemptState.FAILED,
}
_WRITE_OUTCOMES = insert(table_of(MessageOutcome))
_TAKEN_BACK = {GatewayState.CHARGED_BACK, GatewayState.PARTIALLY_CHARGED_BACK}


@dataclass(frozen=True, slots=True)
class Settlement:
    """Makes attempts, the ledger and orders agree with what the gateway answers when asked."""

    db: Database
    clock: Clock
    merchant_id: str | None

    @traced("settlement")
    @retried
    def apply(self, report: PaymentReport, *, job: Attempt | Refund | None = None) -> Outcome:
        """Make an attempt, its ledger entry and its order agree with what the gateway says.

        The same report may come twice, or after a newer one: money already in is never
        undone by it. Money we no longer expected opens a case for a person to settle.
        Only a report that we asked for by our own id may come here: nobody signs a
        notification's status. `job` is the row that was in hand when we asked: only the attempt's
        own job gives it back, and a message that came after it began waits for another look.
        """
        with self.db.write() as session:
            # Our own job's row is known by its ids, which never change; all else is read under the lock.
            is_its_own = isinstance(job, Attempt) and job.reference == report.reference
            known = job if is_its_own else attempt_by_reference(session, report.reference)
            if known is None:
                return Outcome.UNMATCHED
            order = order_and_outlet_for_update(session, known.order_id)
            attempt = attempt_for_update(session, known.id)
            now = self.clock()
            asked_at = taken_at(job) if job else None
            # What is only read comes first: a question in between would have everything written twice.
            # Money that came may have been told to have left, and how much of it only a later answer may list.
            ahead = LEFT if report.state in MONEY_CAME else CAME
            heard, look_for_words = messages_heard(session, ahead, report.reference, asked_at or now, now)
            outcome = self._apply(session, order, attempt, report)
            attempt.looked_at = now
            attempt.tries = 0
            put_back(attempt, earliest(next_look(attempt, now), look_for_words), lease=job.lease if job else None)
            # The last that happens to both.
            write_back(session, order, attempt)
            if heard:
                session.execute(_WRITE_OUTCOMES, [{"message_id": one, "outcome": outcome, "at": now} for one in heard])
            return outcome

    def _apply(self, session: Session, order: Order, attempt: Attempt, report: PaymentReport) -> Outcome:
        if report.state is GatewayState.PENDING:
            return Outcome.NOTHING_NEW
        if (difference := self._difference(attempt, report)) is not None:
            return self._conflict(session, order, attempt, report, difference)
        if report.state in MONEY_CAME:
            return self._money_came(session, order, attempt, report)
        return self._no_money(session, order, attempt, report)

    def _no_money(self, session: Session, order: Order, attempt: Attempt, report: PaymentReport) -> Outcome:
        if not is_posted(session, EntryKind.SETTLE, "gateway", attempt.reference):
            return self._ended(session, order, attempt, _ENDS[report.state])
        if report.state is GatewayState.DENIED:
            undone = undo_settlement(session, order, attempt, at=self.clock())
            return Outcome.APPLIED if undone else Outcome.NOTHING_NEW
        return self._conflict(session, order, attempt, report, f"{report.state} after {attempt.state}")

    def _difference(self, attempt: Attempt, report: PaymentReport) -> str | None:
        """Name what does not fit between our attempt and the report; a wrong amount is no contradiction."""
        if report.currency != "IDR":
            return "currency"
        if self.merchant_id and report.merchant_id and report.merchant_id != self.merchant_id:
            return "merchant"
        if attempt.transaction_id is not None and report.transaction_id != attempt.transaction_id:
            return "transaction"
        if report.state in MONEY_CAME and not report.is_trusted:
            return "fraud"
        if report.state in MONEY_CAME and report.amount <= 0:
            return "amount"
        return None

    def _money_came(self, session: Session, order: Order, attempt: Attempt, report: PaymentReport) -> Outcome:
        if attempt.problem == REVERSED:
            return self._conflict(session, order, attempt, report, f"{report.state} after it was undone")
        now = self.clock()
        news = [
            take_settlement(session, order, attempt, report, at=now),
            follow_refunds(session, order, attempt, report, at=now),
        ]
        if report.state in _TAKEN_BACK:
            news.append(follow_chargeback(session, order, attempt, report, at=now))
        return Outcome.APPLIED if any(news) else Outcome.NOTHING_NEW

    def _ended(self, session: Session, order: Order, attempt: Attempt, state: AttemptState) -> Outcome:
        if state not in STEPS[attempt.state]:
            return Outcome.NOTHING_NEW
        attempt_is_over(session, order, attempt, state, at=self.clock(), by=GATEWAY)
        return Outcome.APPLIED

    def _conflict(
        self, session: Session, order: Order, attempt: Attempt, report: PaymentReport, difference: str
    ) -> Outcome:
        now = self.clock()
        open_case(
            session,
            CaseKind.CONFLICTING,
            outlet_id=order.outlet_id,
            reference=attempt.reference,
            at=now,
            attempt=attempt,
            order_id=order.id,
            difference=difference,
            said=str(report.state),
            gateway_amount=report.amount,
        )
        if attempt.is_open:
            # What is to become of the order is for people to say; an open attempt would not let them.
            attempt_is_over(session, order, attempt, AttemptState.FAILED, at=now, by=GATEWAY)
        attempt.problem = "conflict"
        tell_of(session, order, "attempt.conflicted", at=now, by=GATEWAY, difference=difference)
        return Outcome.CONFLICTED
