"""What the cashier and the kitchen see: every order that somebody still has to do something about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.events.record import last_event_number, last_number_of
from core.orders.glances import OrderGlance, orders_just_done, orders_on_the_board
from core.orders.models import CallFor, Sitting
from core.orders.status import UNDO_STEPS, OrderStatus, PaymentMethod
from core.outlets.models import Table
from core.payments.models import MoneyCase
from core.printing.queries import SilentPrinter, silent_printers
from core.services.breaker import Breaker, GatewayTrouble
from core.services.kitchen import UNDO_WITHIN

_DONE_SHOWN = 20
_DONE_WITHIN = timedelta(hours=12)
"""What was served yesterday is nobody's work any more."""
URGENT_WITHIN = timedelta(hours=24)
"""Money that the gateway gives back no longer than this calls from the board."""
_RUNS_OUT = (MoneyCase.amount > 0) & (MoneyCase.deadline_at <= bindparam("soon"))
_CASES = select(func.count(), func.count(case((_RUNS_OUT, 1)))).where(
    MoneyCase.outlet_id == bindparam("outlet_id"), MoneyCase.settled_at.is_(None)
)
_CALLING = (
    select(Sitting.uid, Table.label, Sitting.called_for, Sitting.called_at)
    .join(Table, Sitting.table_id == Table.id)
    .where(Sitting.outlet_id == bindparam("outlet_id"), Sitting.called_at.is_not(None))
    .order_by(Sitting.called_at)
)


@dataclass(frozen=True, slots=True)
class BoardCard:
    """One order as the board shows it."""

    order: OrderGlance
    minutes: int
    """Since it was paid; since it was placed while it is not."""
    rings: bool
    """New and paid, and nobody has begun it: the board sounds until somebody touches it."""

    def can_undo_at(self, now: datetime) -> bool:
        """Tell whether its last step may still be taken back."""
        return self.order.status in UNDO_STEPS and now - self.order.moved_at <= UNDO_WITHIN

    @property
    def promised_minutes(self) -> int | None:
        """How many minutes after paying it was promised; what ages are measured by. Nothing without a promise."""
        promised, paid = self.order.promised_at, self.order.paid_at
        return None if promised is None or paid is None else int((promised - paid).total_seconds() // 60)

    @property
    def table_label(self) -> str:
        return self.order.table.label if self.order.table is not None else ""


@dataclass(frozen=True, slots=True)
class TableCall:
    """Somebody who is waited for at a table."""

    sitting_uid: str
    table_label: str
    wanted: CallFor
    minutes: int


@dataclass(frozen=True, slots=True)
class BoardView:
    """The columns of the board, each oldest first; what is done, newest first."""

    now: datetime
    event: int
    open_cases: int
    urgent_cases: int
    """Those of them whose refund window ends within a day, or has ended."""
    newest_case: int
    """Number of the event by which one of them was opened last, for the first time or again; 0 without any."""
    calls: list[TableCall] = field(default_factory=list)
    """The longest wait first."""
    silent_printers: Sequence[SilentPrinter] = ()
    gateway_trouble: GatewayTrouble | None = None
    awaiting_cash: list[BoardCard] = field(default_factory=list)
    awaiting_qris: list[BoardCard] = field(default_factory=list)
    new: list[BoardCard] = field(default_factory=list)
    preparing: list[BoardCard] = field(default_factory=list)
    ready: list[BoardCard] = field(default_factory=list)
    done: list[BoardCard] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.awaiting_cash or self.awaiting_qris or self.new or self.preparing or self.ready or self.done)


@dataclass(frozen=True, slots=True)
class Board:
    """Reads the live board. Its cost grows with open orders only, however many are closed."""

    db: Database
    clock: Clock
    breaker: Breaker

    def gateway_trouble(self) -> GatewayTrouble | None:
        """Tell what people are to be told of the gateway; nothing while it answers."""
        with self.db.read() as session:
            return self.breaker.trouble_of_all(session, self.clock())

    def snapshot(self, outlet_id: int) -> BoardView:
        """Look at every open order and the last ones done. The event number is read first, so it is never too new."""
        now = self.clock()
        with self.db.read() as session:
            event = last_event_number(session, outlet_id)
            cases = session.execute(_CASES, {"outlet_id": outlet_id, "soon": now + URGENT_WITHIN})
            open_cases, urgent_cases = cases.one()
            board = BoardView(
                done=[
                    _card(order, now) for order in orders_just_done(session, outlet_id, _DONE_SHOWN, now - _DONE_WITHIN)
                ],
                open_cases=open_cases,
                urgent_cases=urgent_cases,
                newest_case=last_number_of(session, outlet_id, "case.opened") if open_cases else 0,
                calls=_calls(session, outlet_id, now),
                silent_printers=silent_printers(session, outlet_id, now),
                gateway_trouble=self.breaker.trouble_of_all(session, now),
                event=event,
                now=now,
            )
            for order in orders_on_the_board(session, outlet_id):
                _column(board, order).append(_card(order, now))
        return board


def _calls(session: Session, outlet_id: int, now: datetime) -> list[TableCall]:
    return [
        TableCall(uid, label, wanted, int((now - since).total_seconds() // 60))
        for uid, label, wanted, since in session.execute(_CALLING, {"outlet_id": outlet_id})
        if wanted is not None and since is not None
    ]


def _column(board: BoardView, order: OrderGlance) -> list[BoardCard]:
    if order.status is OrderStatus.AWAITING_PAYMENT:
        return board.awaiting_cash if order.payment_method is PaymentMethod.CASH else board.awaiting_qris
    columns = {
        OrderStatus.CONFIRMED: board.new,
        OrderStatus.PREPARING: board.preparing,
        OrderStatus.READY: board.ready,
    }
    return columns[order.status]


def _card(order: OrderGlance, now: datetime) -> BoardCard:
    since = order.paid_at or order.created_at
    return BoardCard(
        order=order,
        minutes=int((now - since).total_seconds() // 60),
        rings=order.status is OrderStatus.CONFIRMED,
    )
