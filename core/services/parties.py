"""What the phones of one party share: its code, its basket, its orders, and a call for whoever serves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.outcomes import retried
from core.events.record import DINER, board_topic, tell
from core.orders.errors import CalledJustNow, TableCodeNeeded, UnknownSitting, WrongTableCode
from core.orders.models import BasketLine, CallFor, Order, Sitting, Visit
from core.orders.sittings import count_wrong_code, hold_to_code, orders_at, sat_down, sitting_at
from core.orders.status import OrderStatus
from core.outlets.models import Outlet, Table
from core.outlets.queries import outlet_of, table_by_token
from core.services.basket_lines import bring, open_visit, share_basket, visit_of

BETWEEN_CALLS: Final = timedelta(minutes=1)
"""After somebody came to a table."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A basket that this phone left at another table."""

    table: Table
    count: int
    """Pieces in it."""


@dataclass(frozen=True, slots=True)
class Party:
    """The party at a table as one phone sees it."""

    sitting: Sitting | None = None
    """Nothing before anybody has ordered, called or filled a basket."""
    number: int | None = None
    """Which of its phones this one is; nothing when it has not joined."""
    visit_id: int | None = None
    needs_code: bool = False
    """Whether this phone has to name the table's code before it may order."""
    shares: bool = False
    phones: int = 0
    orders: Sequence[Order] = field(default_factory=tuple)
    """What all of them ordered; nothing for a phone that is not one of them."""

    @property
    def total(self) -> int:
        """What all orders cost together, in whole rupiah, each as it is paid."""
        return sum(order.due for order in self.orders)

    @property
    def unpaid(self) -> int:
        """What of it nobody has paid yet."""
        return sum(order.due for order in self.orders if order.status is OrderStatus.AWAITING_PAYMENT)

    @property
    def is_called(self) -> bool:
        """Whether somebody is on the way to the table."""
        return self.sitting is not None and self.sitting.called_at is not None


@dataclass(frozen=True, slots=True)
class Parties:
    """What diners do together at a table."""

    db: Database
    clock: Clock

    def party(self, table_token: str, guest: str | None) -> Party:
        """Tell who sits at the table and whether this phone is one of them. Raises UnknownTable."""
        with self.db.read() as session:
            table = table_by_token(session, table_token)
            sitting = sitting_at(session, table, self.clock())
            visit = None if guest is None else visit_of(session, table, guest)
            is_in = visit is not None and sitting is not None and visit.sitting_id == sitting.id
            here = visit if is_in else None
            needs_code = _needs_code(outlet_of(session, table.outlet_id), table, here)
            return Party(
                sitting=sitting,
                visit_id=visit.id if visit is not None else None,
                number=here.number if here is not None else None,
                needs_code=needs_code,
                shares=here is not None and here.shares,
                phones=sitting.phones if sitting is not None else 0,
                orders=orders_at(session, sitting) if sitting is not None and is_in and not needs_code else (),
            )

    def elsewhere(self, table_token: str, guest: str | None) -> Elsewhere | None:
        """Tell what this phone has picked at another table of the house. Raises UnknownTable."""
        with self.db.read() as session:
            table = table_by_token(session, table_token)
            return None if guest is None else _elsewhere(session, table, guest)

    def name_code(self, table_token: str, guest: str, code: str) -> None:
        """Let a phone in by the code that staff told at the table.

        Raises UnknownTable, TableCodeNeeded, WrongTableCode, TooManyTableCodes.
        """
        said = code.strip()
        try:
            self._let_in(table_token, guest, said)
        except WrongTableCode:
            with self.db.write() as session:
                count_wrong_code(session, table_by_token(session, table_token), self.clock())
            raise

    @retried
    def _let_in(self, table_token: str, guest: str, code: str) -> None:
        with self.db.write() as session:
            visit = open_visit(session, table_by_token(session, table_token), guest, self.clock())
            if visit.sitting_id is None or visit.is_let_in:
                return
            sitting = session.get_one(Sitting, visit.sitting_id)
            hold_to_code(sitting, code, self.clock())
            visit.is_let_in, sitting.wrong_codes = True, 0

    @retried
    def share(self, table_token: str, guest: str, *, shares: bool) -> None:
        """Order from the table's one basket from here on, or from this phone's own again.

        What this phone has picked goes with it. Raises UnknownTable, TableCodeNeeded, TooManyLines, BadQuantity.
        """
        with self.db.write() as session:
            table = table_by_token(session, table_token)
            visit = self._member(session, table, guest)
            if visit.sitting_id is not None and visit.shares != shares:
                share_basket(session, visit, shares=shares)

    @retried
    def bring_basket(self, table_token: str, guest: str) -> None:
        """Carry what this phone picked at other tables of the house to this one. Raises UnknownTable."""
        with self.db.write() as session:
            table = table_by_token(session, table_token)
            bring(session, open_visit(session, table, guest, self.clock()))

    @retried
    def call(self, table_token: str, guest: str, wanted: CallFor) -> None:
        """Ask for somebody to come to the table; it stands on the board until staff have been there.

        Again while it stands changes nothing, but that a bill is wanted too. Raises UnknownTable, TableCodeNeeded, CalledJustNow.
        """
        with self.db.write() as session:
            table = table_by_token(session, table_token)
            self._member(session, table, guest)
            self._call(session, table, sat_down(session, table, self.clock()), wanted)

    def _member(self, session: Session, table: Table, guest: str) -> Visit:
        visit = open_visit(session, table, guest, self.clock())
        if _needs_code(outlet_of(session, table.outlet_id), table, visit):
            raise TableCodeNeeded
        return visit

    def _call(self, session: Session, table: Table, sitting: Sitting | None, wanted: CallFor) -> None:
        if sitting is None:
            raise UnknownSitting
        now = self.clock()
        if sitting.called_at is not None and wanted in (sitting.called_for, CallFor.HELP):
            return
        if sitting.called_at is None and sitting.answered_at is not None and now < sitting.answered_at + BETWEEN_CALLS:
            raise CalledJustNow
        sitting.called_at, sitting.called_for = sitting.called_at or now, wanted
        topics = (board_topic(table.outlet_id),)
        tell(session, "table.called", outlet_id=table.outlet_id, at=now, by=DINER, topics=topics, table=table.label)


def _needs_code(outlet: Outlet, table: Table, visit: Visit | None) -> bool:
    return outlet.asks_table_code and table.has_seats and not (visit is not None and visit.is_let_in)


def _elsewhere(session: Session, table: Table, guest: str) -> Elsewhere | None:
    of_tables = (
        select(Table, func.sum(BasketLine.quantity))
        .join(Visit, Visit.table_id == Table.id)
        .join(BasketLine, BasketLine.visit_id == Visit.id)
        .where(Visit.guest == guest, Visit.table_id != table.id, Visit.outlet_id == table.outlet_id)
        .group_by(Table.id)
    )
    row = session.execute(of_tables.order_by(func.max(BasketLine.id).desc()).limit(1)).first()
    return None if row is None else Elsewhere(row[0], int(row[1]))
