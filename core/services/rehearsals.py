"""Plays a test payment from the QR to the notification, so that an owner sees whether payments work. No money moves.

Beside the gateway worker this is the only caller of the gateway, on one thread of its own: a test takes no place from
a guest who waits for a QR. What is cut short by the end of the process is over: nothing is lost with it.
"""

import enum
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.errors import N_, Busy, MejaError
from core.base.ids import new_rehearsal_reference
from core.events.record import Actor
from core.gateways.simulator_wallet import SimulatorDidNotPay, pay_in_simulator
from core.outlets.models import Outlet
from core.payments.gateway import (
    MONEY_CAME,
    AlreadyAtGateway,
    ChargeRequest,
    Gateway,
    GatewayRefused,
    GatewayState,
    GatewayUnavailable,
    UnknownToGateway,
)
from core.payments.rehearsal import Rehearsal
from core.services.breaker import WRONG_KEY

_log = structlog.get_logger()
AMOUNT: Final = 1_000
"""What a test payment is about, in whole rupiah."""
LASTS: Final = timedelta(minutes=15)
"""How long its QR may be paid."""
HEARD_WITHIN: Final = timedelta(minutes=1)
"""A notification that has not come by then after the payment is not on its way."""
_CHARGED_WITHIN: Final = timedelta(seconds=30)
_LOOKS_EVERY: Final = timedelta(seconds=2)
_ENDED: Final = {GatewayState.EXPIRED, GatewayState.CANCELLED, GatewayState.DENIED, GatewayState.FAILED}


class Trouble(enum.StrEnum):
    """Why a test payment went no further."""

    SILENT = "silent"
    """The gateway did not answer."""
    WRONG_KEY = "wrong_key"
    REFUSED = "refused"
    """It knows us, and will not make a QR: QRIS may not be active on the account."""
    NOT_PAID = "not_paid"
    """Nobody paid it in time, or the simulator did not."""
    CUT_SHORT = "cut_short"
    """The program ended while it asked."""
    NOT_HEARD = "not_heard"
    """It was paid, and no notification came."""


class NoRehearsal(MejaError):
    """At the gateway where money is real there are no test payments."""

    kind = "no-test-payments"
    status = 409
    sentence = N_("Midtrans takes real money here: there are no test payments. Order a cheap dish and pay for it.")


@dataclass(frozen=True, slots=True)
class Played:
    """A test payment as it stands."""

    row: Rehearsal
    now: datetime
    qr_address: str
    """Where the gateway shows the picture of its QR; empty while there is none."""

    @property
    def trouble(self) -> Trouble | None:
        """Say why it goes no further; nothing while it may, or when it came through."""
        row = self.row
        if row.problem is not None:
            return Trouble(row.problem)
        if row.charged_at is None:
            return Trouble.CUT_SHORT if self.now - row.asked_at > _CHARGED_WITHIN else None
        if row.paid_at is None:
            is_over = self.now - row.charged_at > LASTS
            return (Trouble.SILENT if row.heard_at else Trouble.NOT_PAID) if is_over else None
        return Trouble.NOT_HEARD if row.heard_at is None and self.now - row.paid_at > HEARD_WITHIN else None

    @property
    def came_through(self) -> bool:
        """Whether it was paid, told of, and found to be paid when the gateway was asked."""
        return self.row.paid_at is not None and self.row.heard_at is not None

    @property
    def goes_on(self) -> bool:
        """Whether something may still become of it."""
        return self.trouble is None and not self.came_through


@dataclass(frozen=True, slots=True)
class Rehearsals:
    """Where test payments are played."""

    db: Database
    clock: Clock
    gateway: Gateway
    core_url: str
    environment: str
    """`simulator`, `sandbox` or `production`."""
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="rehearsal"))

    def latest(self, outlet_id: int) -> Played | None:
        """Look the last test payment of an outlet up; nothing where there was none."""
        with self.db.read() as session:
            row = _latest(session, outlet_id)
        return self._played(row) if row is not None else None

    def begin(self, outlet_id: int, by: Actor) -> None:
        """Play one, unless one is being played. Raises NoRehearsal."""
        if self.environment == "production":
            raise NoRehearsal
        now = self.clock()
        with self.db.write() as session:
            # Who presses twice, or from two screens, plays one.
            session.get_one(Outlet, outlet_id, with_for_update=True)
            last = _latest(session, outlet_id)
            if last is not None and self._played(last).goes_on:
                return
            row = Rehearsal(
                outlet_id=outlet_id,
                reference=new_rehearsal_reference(now),
                amount=AMOUNT,
                asked_at=now,
                asked_by=str(by),
            )
            session.add(row)
        self._do(row, self._charge)

    def look(self, outlet_id: int) -> Played | None:
        """Look the last one up, and have the gateway asked what became of it while nobody knows."""
        played = self.latest(outlet_id)
        if played is not None and played.goes_on and played.row.charged_at and not played.row.paid_at:
            self._have_it_asked(played.row)
        return played

    def close(self) -> None:
        """Wait for the call that is under way."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _have_it_asked(self, row: Rehearsal) -> None:
        now = self.clock()
        if row.looked_at is not None and now - row.looked_at < _LOOKS_EVERY:
            return
        # Of several screens and processes one asks.
        turn = update(Rehearsal).where(Rehearsal.id == row.id, Rehearsal.looked_at.is_not_distinct_from(row.looked_at))
        with self.db.write() as session:
            is_ours = session.scalar(turn.values(looked_at=now).returning(Rehearsal.id)) is not None
        if is_ours:
            self._do(row, self._ask)

    def _do(self, row: Rehearsal, step: Callable[[Rehearsal], None]) -> None:
        self._pool.submit(self._carry_out, row, step)

    def _carry_out(self, row: Rehearsal, step: Callable[[Rehearsal], None]) -> None:
        try:
            step(row)
        except Busy:
            _log.warning("rehearsal.database_busy", reference=row.reference)
        except Exception:  # noqa: BLE001 - nobody waits on this thread: a fault of ours is told in the log
            _log.exception("rehearsal.failed", reference=row.reference)

    def _charge(self, row: Rehearsal) -> None:
        wish = ChargeRequest(row.reference, row.amount, (("Test", row.amount, 1),), int(LASTS.total_seconds()))
        try:
            charge = self.gateway.charge(wish)
        except GatewayRefused as refusal:
            self._note(row, problem=Trouble.WRONG_KEY if refusal.reason == WRONG_KEY else Trouble.REFUSED)
        except (GatewayUnavailable, AlreadyAtGateway) as silence:
            _log.warning("rehearsal.silent", reference=row.reference, reason=str(silence))
            self._note(row, problem=Trouble.SILENT)
        else:
            self._note(row, charged_at=self.clock(), transaction_id=charge.transaction_id)
            if self.environment == "simulator":
                self._pay(row)

    def _pay(self, row: Rehearsal) -> None:
        try:
            pay_in_simulator(self.core_url, row.reference)
        except SimulatorDidNotPay:
            self._note(row, problem=Trouble.NOT_PAID)

    def _ask(self, row: Rehearsal) -> None:
        try:
            report = self.gateway.fetch_report(row.reference)
        except UnknownToGateway:
            self._note(row, problem=Trouble.NOT_PAID)
        except GatewayUnavailable as silence:
            _log.warning("rehearsal.silent", reference=row.reference, reason=silence.reason)
        else:
            if report.state in MONEY_CAME:
                self._note(row, paid_at=self.clock())
            elif report.state in _ENDED:
                self._note(row, problem=Trouble.NOT_PAID)

    def _note(self, row: Rehearsal, **found: datetime | str) -> None:
        with self.db.write() as session:
            session.execute(update(Rehearsal).where(Rehearsal.id == row.id).values(**found))

    def _played(self, row: Rehearsal) -> Played:
        address = f"{self.core_url}/v2/qris/{row.transaction_id}/qr-code" if row.transaction_id else ""
        return Played(row, self.clock(), address)


def _latest(session: Session, outlet_id: int) -> Rehearsal | None:
    of_outlet = select(Rehearsal).where(Rehearsal.outlet_id == outlet_id)
    return session.scalars(of_outlet.order_by(Rehearsal.id.desc()).limit(1)).first()
