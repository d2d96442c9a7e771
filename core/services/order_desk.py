"""Shows one order to whoever holds its address: what it is, where it stands, what to do next."""

import asyncio
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from core.base.clock import Clock, monotonic
from core.base.database import Database
from core.base.ids import is_uid
from core.events.bus import Bus
from core.events.models import Event
from core.events.record import events_of_order, order_topic
from core.orders.errors import UnknownOrder
from core.orders.models import Order, Visit
from core.orders.queries import WHOLE_BY_UID, order_and_more_by_uid, unpaid_orders_of_visit
from core.orders.status import OrderStatus, PaymentMethod
from core.outlets.models import Outlet
from core.payments.models import Attempt, CloseReason, MoneyCase, Refund, RefundState
from core.payments.queries import attempt_by_reference, attempts_of_order, cases_of_order, refunds_of_order
from core.payments.status import AttemptState

_SILENT_AFTER = timedelta(seconds=5)


class Stage(enum.StrEnum):
    """What an order's page has to show. Worked out fresh each time, from rows alone."""

    PREPARING_QR = "preparing_qr"
    QR = "qr"
    CHECKING = "checking"
    """The deadline is past or the outcome unknown: the gateway is being asked."""
    CLOSING = "closing"
    """The QR is being closed at the gateway, for cash or because the diner gave up."""
    QR_EXPIRED = "qr_expired"
    QR_REFUSED = "qr_refused"
    GATEWAY_SILENT = "gateway_silent"
    """There is no QR yet and the gateway does not answer; it is being tried again."""
    NEEDS_CASHIER = "needs_cashier"
    """Money came, but not as expected. A person must look."""
    AWAITING_CASH = "awaiting_cash"
    PAID = "paid"
    CANCELLED = "cancelled"
    ORDER_EXPIRED = "order_expired"

    @property
    def is_waiting(self) -> bool:
        """Whether the page goes on asking."""
        return self not in {Stage.CANCELLED, Stage.ORDER_EXPIRED}


_WENT_BACK = frozenset({RefundState.ACCEPTED, RefundState.CONFIRMED})
_SOON_OVER = frozenset({Stage.PREPARING_QR, Stage.CLOSING})
# Of most orders nothing goes back and nobody has to look into them: whether there is anything comes with the order.
_WITH_TROUBLE = WHOLE_BY_UID.add_columns(
    exists().where(Refund.order_id == Order.id), exists().where(MoneyCase.order_id == Order.id)
)
_WITH_NEWEST_ATTEMPT = (
    select(Order, Attempt)
    .outerjoin(Attempt, Attempt.order_id == Order.id)
    .where(Order.uid == bindparam("uid"))
    .order_by(Attempt.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Everything that an order's page shows."""

    order: Order
    outlet: Outlet
    attempt: Attempt | None
    """The QR whose money paid it, be it another order's; before that, the newest try to collect its money."""
    attempts: int
    refunds: tuple[Refund, ...]
    cases: tuple[MoneyCase, ...]
    stage: Stage
    now: datetime
    history: tuple[Event, ...]

    @property
    def event(self) -> int:
        """The number of the newest event that this page knows of."""
        return self.history[-1].id if self.history else 0

    @property
    def refunded(self) -> int:
        """What went back, in whole rupiah."""
        return sum(refund.amount for refund in self.refunds if refund.state in _WENT_BACK)


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """Reads orders for diners and integrators."""

    db: Database
    clock: Clock
    bus: Bus

    def page(self, order_uid: str) -> OrderPage:
        """Look an order up by its public uid. Raises UnknownOrder."""
        with self.db.read() as session:
            order, _, _, has_refunds, has_cases = order_and_more_by_uid(session, order_uid, _WITH_TROUBLE)
            attempts = attempts_of_order(session, order.id)
            newest = attempts[0] if attempts else None
            now = self.clock()
            history = tuple(events_of_order(session, order.id))
            return OrderPage(
                order=order,
                outlet=order.outlet,
                attempt=_paying(session, attempts, history) or newest,
                attempts=len(attempts),
                refunds=tuple(refunds_of_order(session, order.id)) if has_refunds else (),
                cases=tuple(cases_of_order(session, order.id)) if has_cases else (),
                stage=stage_of(order, newest, now),
                now=now,
                history=history,
            )

    def stage(self, order_uid: str) -> Stage:
        """Tell only where an order stands. Raises UnknownOrder."""
        with self.db.glance() as session:
            found = (
                session.execute(_WITH_NEWEST_ATTEMPT, {"uid": order_uid}).one_or_none() if is_uid(order_uid) else None
            )
        if found is None:
            raise UnknownOrder
        return stage_of(*found, self.clock())

    def waiting_for_money(self, visit: Visit | None) -> Sequence[Order]:
        """List what one phone has ordered at a table and not paid yet. None stands for a phone without a visit."""
        if visit is None:
            return ()
        with self.db.read() as session:
            return unpaid_orders_of_visit(session, visit)

    async def wait_until_settled_on_a_stage(self, order_uid: str, seconds: float) -> Stage:
        """Wait, holding no thread, until the QR is there (or closed, when that is wanted), or clearly not soon.

        Gives the stage reached when the time is over. Raises UnknownOrder.
        """
        deadline = monotonic() + seconds
        async with self.bus.subscribe(order_topic(order_uid)) as nudges:
            while True:
                stage = await asyncio.to_thread(self.stage, order_uid)
                left = deadline - monotonic()
                if stage not in _SOON_OVER or left <= 0:
                    return stage
                try:
                    await asyncio.wait_for(nudges.next(), left)
                except TimeoutError:
                    continue


def _paying(session: Session, attempts: Sequence[Attempt], history: Sequence[Event]) -> Attempt | None:
    """Find the QR whose money paid an order: another order's, where a person paid the bill from the desk."""
    paid_with = next((event.data.get("reference") for event in history if event.kind == "order.paid"), None)
    if paid_with is None:
        return None
    own = next((attempt for attempt in attempts if attempt.reference == paid_with), None)
    return own or attempt_by_reference(session, paid_with)


def stage_of(order: Order, attempt: Attempt | None, now: datetime) -> Stage:
    """Work out what an order's page shows."""
    if order.status is OrderStatus.CANCELLED:
        return Stage.CANCELLED
    if order.status is OrderStatus.EXPIRED:
        return Stage.ORDER_EXPIRED
    if order.status is not OrderStatus.AWAITING_PAYMENT:
        return Stage.PAID
    if order.payment_method is PaymentMethod.CASH:
        return Stage.AWAITING_CASH
    if attempt is None:
        return Stage.QR_REFUSED
    if attempt.problem in {"wrong_amount", "conflict"}:
        return Stage.NEEDS_CASHIER
    return _while_open(attempt, now) if attempt.is_open else _when_over(attempt)


def _while_open(attempt: Attempt, now: datetime) -> Stage:
    if attempt.close_for in {CloseReason.CASH, CloseReason.CANCEL}:
        return Stage.CLOSING
    if attempt.problem == "bad_qr":
        return Stage.QR_REFUSED
    if attempt.state is AttemptState.LIVE and attempt.expires_at is not None:
        return Stage.QR if now < attempt.expires_at else Stage.CHECKING
    if attempt.tries > 0 or now - attempt.created_at > _SILENT_AFTER:
        return Stage.GATEWAY_SILENT
    return Stage.PREPARING_QR


def _when_over(attempt: Attempt) -> Stage:
    if attempt.problem is not None or attempt.state in {AttemptState.DENIED, AttemptState.FAILED}:
        return Stage.QR_REFUSED
    return Stage.QR_EXPIRED
