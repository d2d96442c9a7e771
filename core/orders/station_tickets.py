"""How far each station of the kitchen is with its part of an order, and what it has still to be told about it."""

import enum
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.base.database import Record
from core.menu.queries import stations_of
from core.orders.errors import NothingLeftToMake, UnknownLine
from core.orders.models import Order, OrderLine
from core.orders.stations import StationLines, divide, lines_by_station
from core.orders.status import OrderStatus
from core.outlets.models import Station

_UNSEEN = text("stopped_at IS NOT NULL AND seen_at IS NULL")


class StationTicket(Record):
    """One station's part of an order: begun, made, and stopped when it is not wanted any more.

    Written once there is something to say that the order itself does not, always under the lock of
    the order's row. Without a station it speaks of a house with one kitchen.
    """

    __tablename__ = "station_tickets"
    __table_args__ = (
        UniqueConstraint("order_id", "station_id"),
        # The screens read what nobody has seen yet, however much was cancelled before.
        Index("ix_station_tickets_unseen", "outlet_id", sqlite_where=_UNSEEN, postgresql_where=_UNSEEN),
    )

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlets.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("stations.id"))
    started_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    """When its cooks were to hear that the order was cancelled, or that its money went back."""
    seen_at: Mapped[datetime | None]
    """When one of them said that they know."""


class Stage(enum.StrEnum):
    """How far one station is."""

    NEW = "new"
    COOKING = "cooking"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class StationWork(StationLines):
    """The part of an order that one station makes, and how far it is."""

    ticket: StationTicket | None
    stage: Stage

    @property
    def is_stopped(self) -> bool:
        """Whether some of it is not wanted any more and nobody there has said that they know."""
        return self.ticket is not None and self.ticket.stopped_at is not None and self.ticket.seen_at is None

    @property
    def is_untouched(self) -> bool:
        """Whether the station has taken no step of its own."""
        return self.ticket is None or (self.ticket.started_at is None and self.ticket.ready_at is None)

    @property
    def is_wanted(self) -> bool:
        """Whether anything is left of it that was not taken off."""
        return any(line.stopped_at is None for line in self.lines)


def works_of(
    order: Order, lines: Sequence[OrderLine], stations: Sequence[Station], tickets: Sequence[StationTicket]
) -> list[StationWork]:
    """Say how far each station is with its part of an order, in the order of the stations."""
    written = {ticket.station_id: ticket for ticket in tickets}
    # Who pressed "start" on the board began everywhere; only a station's own start leaves the others waiting.
    one_by_one = any(ticket.started_at for ticket in tickets)
    works = []
    for part in divide(lines, stations):
        ticket = written.get(part.station.id if part.station else None)
        stage = _stage(order.status, ticket, one_by_one=one_by_one)
        work = StationWork(part.station, part.lines, ticket, stage)
        works.append(work if work.is_wanted else replace(work, stage=Stage.DONE))
    return works


def works_of_order(session: Session, order: Order) -> list[StationWork]:
    """Say how far each station is with its part of one order."""
    session.flush()
    lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)).all()
    tickets = tickets_of_orders(session, [order.id]).get(order.id, ())
    return works_of(order, lines, stations_of(session, order.outlet_id), tickets)


def tickets_of_orders(session: Session, order_ids: Collection[int]) -> Mapping[int, Sequence[StationTicket]]:
    """Find what stations have written about some orders."""
    found: defaultdict[int, list[StationTicket]] = defaultdict(list)
    if order_ids:
        for ticket in session.scalars(select(StationTicket).where(StationTicket.order_id.in_(order_ids))):
            found[ticket.order_id].append(ticket)
    return found


def unseen_tickets(session: Session, outlet_id: int) -> Sequence[StationTicket]:
    """List what stations have still to be told: parts that are not wanted any more."""
    wanted = select(StationTicket).where(StationTicket.outlet_id == outlet_id, _UNSEEN)
    return session.scalars(wanted.order_by(StationTicket.stopped_at)).all()


def ticket_for(session: Session, order: Order, station: Station | None) -> StationTicket:
    """Find what a station has written about an order, or begin to write. The order is locked."""
    station_id = station.id if station else None
    mine = select(StationTicket).where(StationTicket.order_id == order.id, StationTicket.station_id == station_id)
    ticket = session.scalar(mine)
    if ticket is None:
        ticket = StationTicket(outlet_id=order.outlet_id, order_id=order.id, station_id=station_id)
        session.add(ticket)
    return ticket


def stop_stations(session: Session, order: Order, at: datetime) -> None:
    """Have every station told that an order is not wanted any more: it stays there until somebody has seen it."""
    for part in lines_by_station(session, order):
        ticket = ticket_for(session, order, part.station)
        ticket.stopped_at, ticket.seen_at = at, None


def stop_lines(session: Session, order: Order, line_ids: Collection[int], at: datetime) -> list[OrderLine]:
    """Take lines off an order and have their stations told. Raises UnknownLine, NothingLeftToMake."""
    parts = lines_by_station(session, order)
    wanted = [line for part in parts for line in part.lines if line.stopped_at is None]
    stopped = [line for line in wanted if line.id in line_ids]
    if len(stopped) != len(set(line_ids)):
        raise UnknownLine
    if len(stopped) == len(wanted):
        raise NothingLeftToMake
    for line in stopped:
        line.stopped_at = at
    for part in parts:
        if any(line in stopped for line in part.lines):
            ticket = ticket_for(session, order, part.station)
            ticket.stopped_at, ticket.seen_at = at, None
    return stopped


def take_stations_back(session: Session, order: Order, undone_at: datetime) -> None:
    """Let the stations follow an order that went one step back, which it had taken at `undone_at`."""
    for ticket in tickets_of_orders(session, [order.id]).get(order.id, ()):
        if order.status is OrderStatus.CONFIRMED:
            ticket.started_at = ticket.ready_at = None
        elif order.status is OrderStatus.PREPARING and ticket.ready_at == undone_at:
            ticket.ready_at = None


def _stage(status: OrderStatus, ticket: StationTicket | None, *, one_by_one: bool) -> Stage:
    if status is not OrderStatus.PREPARING:
        return Stage.NEW if status is OrderStatus.CONFIRMED else Stage.DONE
    if ticket is not None and ticket.ready_at is not None:
        return Stage.DONE
    has_begun = not one_by_one or (ticket is not None and ticket.started_at is not None)
    return Stage.COOKING if has_begun else Stage.NEW
