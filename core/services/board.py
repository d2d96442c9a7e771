"""What the cashier and the kitchen see: every order that somebody still has to do something about."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from core.base.clock import Clock
from core.base.database import Database
from core.events.record import last_event_number
from core.orders.models import Order
from core.orders.queries import orders_just_done, orders_on_the_board
from core.orders.status import UNDO_STEPS, OrderStatus, PaymentMethod
from core.payments.models import MoneyCase
from core.services.kitchen import UNDO_WITHIN

_DONE_SHOWN = 20
URGENT_WITHIN = timedelta(hours=24)
"""Money that the gateway gives back no longer than this calls from the board."""


@dataclass(frozen=True, slots=True)
class BoardCard:
    """One order as the board shows it."""

    order: Order
    minutes: int
    """Since it was paid; since it was placed while it is not."""
    can_undo: bool
    rings: bool
    """New and paid, and nobody has begun it: the board sounds until somebody touches it."""

    @property
    def table_label(self) -> str:
        return self.order.table.label if self.order.table is not None else ""


@dataclass(frozen=True, slots=True)
class BoardView:
    """The columns of the board, each oldest first; what is done, newest first."""

    now: datetime
    event: int
    open_cases: int
    urgent_cases: int
    """Those of them whose refund window ends within a day, or has ended."""
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

    def snapshot(self, outlet_id: int) -> BoardView:
        """Look at every open order and the last ones done. The event number is read first, so it is never too new."""
        now = self.clock()
        with self.db.read() as session:
            event = last_event_number(session, outlet_id)
            runs_out = (MoneyCase.amount > 0) & (MoneyCase.deadline_at <= now + URGENT_WITHIN)
            cases = select(func.count(), func.count(case((runs_out, 1)))).where(
                MoneyCase.outlet_id == outlet_id, MoneyCase.settled_at.is_(None)
            )
            open_cases, urgent_cases = session.execute(cases).one()
            board = BoardView(
                done=[_card(order, now) for order in orders_just_done(session, outlet_id, _DONE_SHOWN)],
                open_cases=open_cases,
                urgent_cases=urgent_cases,
                event=event,
                now=now,
            )
            for order in orders_on_the_board(session, outlet_id):
                _column(board, order).append(_card(order, now))
        return board


def _column(board: BoardView, order: Order) -> list[BoardCard]:
    if order.status is OrderStatus.AWAITING_PAYMENT:
        return board.awaiting_cash if order.payment_method is PaymentMethod.CASH else board.awaiting_qris
    columns = {
        OrderStatus.CONFIRMED: board.new,
        OrderStatus.PREPARING: board.preparing,
        OrderStatus.READY: board.ready,
    }
    return columns[order.status]


def _card(order: Order, now: datetime) -> BoardCard:
    since = order.paid_at or order.created_at
    return BoardCard(
        order=order,
        minutes=int((now - since).total_seconds() // 60),
        can_undo=order.status in UNDO_STEPS and now - order.moved_at <= UNDO_WITHIN,
        rings=order.status is OrderStatus.CONFIRMED,
    )
