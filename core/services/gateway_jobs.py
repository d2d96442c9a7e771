"""What is done about one attempt when its time has come: charge, ask, adopt, close.

Runs on the gateway's own threads, with no transaction open while the gateway is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.sql import write_back
from core.events.record import GATEWAY
from core.orders.models import Order
from core.orders.queries import order_and_outlet_for_update
from core.orders.status import PaymentMethod
from core.orders.steps import tell_of
from core.payments.cases import open_case
from core.payments.gateway import (
    AlreadyAtGateway,
    CannotClose,
    Charge,
    ChargeRequest,
    Gateway,
    GatewayRefused,
    GatewayState,
    GatewayUnavailable,
    PaymentReport,
    UnknownToGateway,
)
from core.payments.leases import must_be_ours
from core.payments.models import Attempt, CaseKind, CloseReason
from core.payments.qris import BadQr, QrisText, check_qris
from core.payments.queries import attempt_for_update, is_open
from core.payments.schedule import LEAST_GAP, after_silence, next_look, put_back
from core.payments.status import AttemptState
from core.services.breaker import WRONG_KEY, Breaker, KeyRefused
from core.services.closing import attempt_is_over
from core.services.forgotten_attempts import believe_it_forgotten, is_done_with, look_after_an_end
from core.services.settlement import Settlement

_log = structlog.get_logger()
_MOST_CHARGES = 2
_BELIEVED_AFTER = 3


@dataclass(frozen=True, slots=True)
class GatewayJobs:
    """The steps of an attempt's life that need the gateway."""

    db: Database
    clock: Clock
    gateway: Gateway
    settlement: Settlement
    breaker: Breaker
    window: timedelta
    trusts_deadlines: Callable[[], bool] = field(default=lambda: True)
    """Whether our clock may say that a QR is over; while it may not, the gateway ends it by its own."""

    def carry_out(self, attempt: Attempt, *, is_uncharged: bool) -> None:
        """Do what an attempt that was leased to us needs next. Never raises for what the gateway does.

        `is_uncharged`: no charge was ever sent for it, which was certain when it was leased.
        """
        if self._ends_unmade(attempt):
            return
        if not self.breaker.lets_through():
            self._gave_no_answer(attempt, "not_asked", was_not_sent=is_uncharged)
            return
        try:
            if is_uncharged:
                self._charge(attempt)
            else:
                self._next_step(attempt)
            self.was_answered()
        except KeyRefused:
            self.breaker.key_was_refused()
        except UnknownToGateway:
            self.was_answered()
            _log.warning("gateway.forgot", reference=attempt.reference)
            self._was_forgotten(attempt)
        except GatewayUnavailable as silence:
            self.breaker.was_silent(silence.reason)
            _log.warning("gateway.silent", reference=attempt.reference, reason=silence.reason)
            self._gave_no_answer(attempt, silence.reason, was_not_sent=False)

    def was_answered(self) -> None:
        """Note that the gateway speaks; when it had been gone, nobody who waits for it waits any longer."""
        if self.breaker.was_answered():
            waiting = update(Attempt).where(is_open(), Attempt.tries > 0)
            with self.db.write() as session:
                session.execute(waiting.values(due_at=self.clock()))

    def _ends_unmade(self, attempt: Attempt) -> bool:
        """End an attempt that nobody wants and that was never charged, without asking anybody; tell whether it was one."""
        is_unmade = attempt.is_open and attempt.close_for is not None and attempt.charges_sent == 0
        if is_unmade:
            self._is_over(attempt, AttemptState.FAILED, "not_made")
        return is_unmade

    def _next_step(self, attempt: Attempt) -> None:
        if attempt.state in {AttemptState.CHARGING, AttemptState.UNKNOWN}:
            self._find_out(attempt)
        elif attempt.state is AttemptState.LIVE and self._is_wanted_closed(attempt):
            self._close(attempt)
        else:
            self._look(attempt)

    def _is_wanted_closed(self, attempt: Attempt) -> bool:
        return attempt.close_for is not None or (attempt.expires_at is not None and attempt.expires_at <= self.clock())

    def _charge(self, attempt: Attempt) -> None:
        try:
            charge = self.gateway.charge(
                ChargeRequest(
                    reference=attempt.reference,
                    amount=attempt.amount,
                    items=tuple((item["name"], item["price"], item["quantity"]) for item in attempt.items),
                    window_seconds=int(self.window.total_seconds()),
                )
            )
        except AlreadyAtGateway:
            self._find_out(attempt, may_charge=False)
        except GatewayRefused as refusal:
            _log.error("gateway.refused", reference=attempt.reference, reason=refusal.reason)
            self._is_over(attempt, AttemptState.FAILED, refusal.reason)
            if refusal.reason == WRONG_KEY:
                raise KeyRefused from None
        else:
            self._adopt(attempt, charge)

    def _find_out(self, attempt: Attempt, *, may_charge: bool = True) -> None:
        """Ask whether a charge that brought no answer did arrive; make it once more only if it certainly did not."""
        try:
            report = self.gateway.fetch_report(attempt.reference)
        except UnknownToGateway:
            if not may_charge:
                # It has just said that it holds this id: one of its two answers is behind, and neither is believed.
                raise GatewayUnavailable(reason="contradiction") from None
            if attempt.close_for is not None or attempt.charges_sent >= _MOST_CHARGES:
                self._is_over(attempt, AttemptState.FAILED, "not_made")
            else:
                self._count_charge(attempt)
                self._charge(attempt)
            return
        if report.state is not GatewayState.PENDING:
            self.settlement.apply(report, job=attempt)
        elif attempt.close_for is not None:
            self._close(attempt)
        else:
            qr_text = self.gateway.fetch_qr(report.transaction_id)
            self._adopt(attempt, _as_charge(report, qr_text, attempt, self.window))

    def _look(self, attempt: Attempt) -> None:
        self.settlement.apply(self.gateway.fetch_report(attempt.reference), job=attempt)

    def _close(self, attempt: Attempt) -> None:
        """Close a QR at the gateway: look first, as it may have been paid; then trust only a second look."""
        report = self.gateway.fetch_report(attempt.reference)
        wanted_only_by_time = attempt.close_for in {None, CloseReason.EXPIRY}
        if report.state is GatewayState.PENDING and (not wanted_only_by_time or self.trusts_deadlines()):
            close = self.gateway.expire if wanted_only_by_time else self.gateway.cancel
            try:
                close(attempt.reference)
            except CannotClose:
                _log.info("gateway.would_not_close", reference=attempt.reference)
            report = self.gateway.fetch_report(attempt.reference)
            if report.state is GatewayState.PENDING:
                self._stays_open(attempt)
                return
        self.settlement.apply(report, job=attempt)

    def _adopt(self, attempt: Attempt, charge: Charge) -> None:
        """Show a QR the gateway made, if paying it pays us exactly this; else show it to nobody."""
        with self.db.write() as session:
            order, mine = _locked(session, attempt)
            if mine.state not in {AttemptState.CHARGING, AttemptState.UNKNOWN}:
                return  # Paid before its charge was answered.
            mine.transaction_id = charge.transaction_id
            mine.expires_at = charge.expires_at
            try:
                qr = check_qris(charge.qr_text, amount=mine.amount, merchant_name=order.outlet.merchant_name)
            except BadQr as bad:
                self._hide_bad_qr(session, order, mine, bad)
            else:
                self._go_live(session, order, mine, charge, qr)
            now = self.clock()
            mine.tries = 0
            mine.looked_at = now
            put_back(mine, now if mine.close_for is not None else next_look(mine, now))
            write_back(session, order, mine)

    def _go_live(self, session: Session, order: Order, attempt: Attempt, charge: Charge, qr: QrisText) -> None:
        attempt.state = AttemptState.LIVE
        attempt.qr_text = charge.qr_text
        attempt.merchant_name = qr.merchant_name
        attempt.nmid = qr.nmid
        attempt.problem = None
        now = self.clock()
        if order.payment_method is PaymentMethod.QRIS:
            order.expires_at = charge.expires_at + ORDER_GRACE
        tell_of(session, order, "attempt.live", at=now, by=GATEWAY, reference=attempt.reference)

    def _hide_bad_qr(self, session: Session, order: Order, attempt: Attempt, bad: BadQr) -> None:
        now = self.clock()
        attempt.state = AttemptState.LIVE
        attempt.problem = "bad_qr"
        attempt.close_for = attempt.close_for or CloseReason.NEW_QR
        _log.error("gateway.bad_qr", reference=attempt.reference, reason=bad.reason)
        open_case(
            session,
            CaseKind.BAD_QR,
            outlet_id=order.outlet_id,
            reference=attempt.reference,
            at=now,
            attempt=attempt,
            order_id=order.id,
            difference=bad.reason,
        )
        tell_of(session, order, "attempt.bad_qr", at=now, by=GATEWAY, reason=bad.reason)

    def _count_charge(self, attempt: Attempt) -> None:
        with self.db.write() as session:
            _, mine = _locked(session, attempt)
            mine.charges_sent += 1

    def _is_over(self, attempt: Attempt, state: AttemptState, problem: str) -> None:
        with self.db.write() as session:
            order, mine = _locked(session, attempt)
            if not mine.is_open:
                return
            now = self.clock()
            mine.problem = problem
            attempt_is_over(session, order, mine, state, at=now, by=GATEWAY)
            put_back(mine, look_after_an_end(session, mine, now))

    def _gave_no_answer(self, attempt: Attempt, reason: str, *, was_not_sent: bool) -> None:
        with self.db.write() as session:
            order, mine = _locked(session, attempt)
            now = self.clock()
            mine.tries += 1
            if was_not_sent:
                mine.charges_sent = 0
            elif mine.state is AttemptState.CHARGING:
                mine.state = AttemptState.UNKNOWN
            if mine.tries == 1:
                tell_of(session, order, "attempt.unanswered", at=now, by=GATEWAY, reason=reason)
            put_back(mine, after_silence(mine.tries, now))

    def _stays_open(self, attempt: Attempt) -> None:
        """Note that the gateway goes on waiting for the money of a QR that it was told to close.

        It is tried again, ever more seldom; meanwhile cash is a manager's decision, as where the gateway says nothing.
        """
        with self.db.write() as session:
            order, mine = _locked(session, attempt)
            now = self.clock()
            mine.tries, mine.looked_at = mine.tries + 1, now
            # Said once, its answer may only be behind what it did.
            if mine.tries == 2:
                tell_of(session, order, "attempt.not_closed", at=now, by=GATEWAY)
            put_back(mine, max(now + LEAST_GAP, after_silence(mine.tries, now)))

    def _was_forgotten(self, attempt: Attempt) -> None:
        """Note that the gateway does not know an attempt which it once did.

        Said three times of one that nobody may pay any longer, or that is over and was heard of
        all the same, it is believed: the attempt is over, and a person is told.
        """
        with self.db.write() as session:
            order, mine = _locked(session, attempt)
            now = self.clock()
            mine.tries += 1
            mine.looked_at = now
            if mine.tries >= _BELIEVED_AFTER and is_done_with(session, mine, now):
                believe_it_forgotten(session, order, mine, at=now)
            put_back(mine, after_silence(mine.tries, now) if mine.is_open else look_after_an_end(session, mine, now))


ORDER_GRACE = timedelta(minutes=30)
"""How long an unpaid order keeps its portions after its QR has run out."""


def _locked(session: Session, attempt: Attempt) -> tuple[Order, Attempt]:
    """Lock what a job may write to. Raises LeaseLost when another process has it in hand by now."""
    order = order_and_outlet_for_update(session, attempt.order_id)
    mine = attempt_for_update(session, attempt.id)
    must_be_ours(mine, attempt.lease)
    return order, mine


def _as_charge(report: PaymentReport, qr_text: str, attempt: Attempt, window: timedelta) -> Charge:
    expires_at = report.expires_at or attempt.created_at + window
    return Charge(report.reference, report.transaction_id, qr_text, expires_at)
