"""What staff see of the tables: who sits there, who calls, and which code a party has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.outcomes import retried
from core.events.record import Actor, board_topic, tell
from core.orders.models import Order, Sitting
from core.orders.silent_tables import silent_tables
from core.orders.sittings import end_sitting, has_left, new_code, sat_down, sitting_by_uid
from core.orders.status import IN_THE_KITCHEN, OrderStatus
from core.outlets.errors import UnknownTable
from core.outlets.models import Outlet, Table
from core.outlets.queries import outlet_of, tables_of
from core.staff.models import StaffMember
from core.staff.rights import Right, require


@dataclass(frozen=True, slots=True)
class TableView:
    """One table and the party at it, if any."""

    table: Table
    sitting: Sitting | None
    unpaid: int = 0
    """What it still owes for orders that wait, in whole rupiah."""
    unpaid_orders: int = 0
    cooking: int = 0
    """Paid orders that have not reached the table."""
    is_silent: bool = False
    """Whether no phone orders there while the other tables are busy."""


@dataclass(frozen=True, slots=True)
class Floor:
    """All tables of an outlet, as they stand; whoever calls, the longest wait first."""

    outlet: Outlet
    now: datetime
    tables: Sequence[TableView]

    @property
    def taken(self) -> int:
        """How many tables have a party."""
        return sum(view.sitting is not None for view in self.tables)


@dataclass(frozen=True, slots=True)
class FloorDesk:
    """Opens and clears tables, and answers calls."""

    db: Database
    clock: Clock

    def floor(self, outlet_id: int) -> Floor:
        """Look at every table."""
        now = self.clock()
        with self.db.read() as session:
            tables = tables_of(session, outlet_id)
            found = select(Sitting).where(
                Sitting.table_id.in_([table.id for table in tables]), Sitting.ended_at.is_(None)
            )
            parties = {sitting.table_id: sitting for sitting in session.scalars(found)}
            silent = silent_tables(session, tables, now)
            views = [_view(session, table, parties.get(table.id), now, table.id in silent) for table in tables]
            return Floor(outlet_of(session, outlet_id), now, views)

    @retried
    def open_table(self, outlet_id: int, label: str, by: Actor) -> None:
        """Let a party sit down, so that its code can be told. One that sits there stays. Raises UnknownTable."""
        with self.db.write() as session:
            wanted = select(Table).where(Table.outlet_id == outlet_id, Table.label == label)
            table = session.scalar(wanted)
            if table is None or sat_down(session, table, self.clock()) is None:
                raise UnknownTable
            self._tell(session, "table.opened", table, by)

    @retried
    def end(self, outlet_id: int, sitting_uid: str, by: Actor) -> None:
        """Say that a party has left. Its orders go on; its baskets and its code do not. Raises UnknownSitting."""
        with self.db.write() as session:
            sitting = sitting_by_uid(session, outlet_id, sitting_uid)
            end_sitting(session, sitting, self.clock(), by=str(by))
            self._tell(session, "table.cleared", session.get_one(Table, sitting.table_id), by)

    @retried
    def answer(self, outlet_id: int, sitting_uid: str, by: Actor) -> None:
        """Say that somebody has been at the table that called. Safe to repeat. Raises UnknownSitting."""
        with self.db.write() as session:
            sitting = sitting_by_uid(session, outlet_id, sitting_uid)
            if sitting.called_at is None:
                return
            now = self.clock()
            if has_left(session, sitting, now):
                # Nobody was there. Remembered as answered, yesterday's call would bring yesterday's party back.
                end_sitting(session, sitting, now, by="system")
            else:
                sitting.called_at, sitting.called_for, sitting.answered_at = None, None, now
            self._tell(session, "table.answered", session.get_one(Table, sitting.table_id), by)

    @retried
    def renew_code(self, outlet_id: int, sitting_uid: str, by: Actor) -> None:
        """Give a party another code; phones that are in stay in. Raises UnknownSitting."""
        with self.db.write() as session:
            sitting = sitting_by_uid(session, outlet_id, sitting_uid)
            sitting.code, sitting.wrong_codes, sitting.locked_until = new_code(), 0, None
            self._tell(session, "table.code_renewed", session.get_one(Table, sitting.table_id), by)

    @retried
    def ask_for_codes(self, member: StaffMember, by: Actor, *, asks: bool) -> None:
        """Say whether phones must name their table's code before they order. Raises NotAllowed."""
        require(member, Right.ASK_FOR_CODES)
        with self.db.write() as session:
            outlet = session.get_one(Outlet, member.outlet_id, with_for_update=True)
            outlet.asks_table_code = asks
            kind = "outlet.codes_asked_for" if asks else "outlet.codes_not_asked_for"
            tell(session, kind, outlet_id=outlet.id, at=self.clock(), by=by, topics=(board_topic(outlet.id),))

    def _tell(self, session: Session, kind: str, table: Table, by: Actor) -> None:
        topics = (board_topic(table.outlet_id),)
        tell(session, kind, outlet_id=table.outlet_id, at=self.clock(), by=by, topics=topics, table=table.label)


def _view(session: Session, table: Table, sitting: Sitting | None, now: datetime, is_silent: bool) -> TableView:
    if sitting is None or has_left(session, sitting, now):
        return TableView(table, None, is_silent=is_silent)
    open_states = (OrderStatus.AWAITING_PAYMENT, *IN_THE_KITCHEN)
    found = (
        select(Order.status, func.count(), func.sum(Order.total))
        .where(Order.sitting_id == sitting.id, Order.status.in_(open_states))
        .group_by(Order.status)
    )
    rows = {status: (count, int(total)) for status, count, total in session.execute(found)}
    unpaid_orders, unpaid = rows.pop(OrderStatus.AWAITING_PAYMENT, (0, 0))
    return TableView(table, sitting, unpaid, unpaid_orders, sum(count for count, _ in rows.values()), is_silent)
