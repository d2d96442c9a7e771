"""Says which lines of an order are made at which station of the kitchen."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.menu.queries import stations_of
from core.orders.models import Order, OrderLine
from core.outlets.models import Station


@dataclass(frozen=True, slots=True)
class StationLines:
    """The part of an order that one station makes."""

    station: Station | None
    """Nothing where the house has one kitchen for everything."""
    lines: tuple[OrderLine, ...]


def lines_by_station(session: Session, order: Order) -> list[StationLines]:
    """Divide the lines of an order among the stations of its outlet; a station without a line is left out."""
    lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)).all()
    return divide(lines, stations_of(session, order.outlet_id))


def divide(lines: Sequence[OrderLine], stations: Sequence[Station]) -> list[StationLines]:
    """Divide lines among stations, in the order of the stations."""
    makers: Sequence[Station | None] = stations or [None]
    parts: dict[Station | None, list[OrderLine]] = {station: [] for station in makers}
    for line in lines:
        parts[station_of(line, stations)].append(line)
    return [StationLines(station, tuple(part)) for station, part in parts.items() if part]


def station_of(line: OrderLine, stations: Sequence[Station]) -> Station | None:
    """Name the station that makes a line.

    The first one makes what belongs to none, and what belonged to one that is no more: no dish may
    be on nobody's screen.
    """
    at_work = {station.id: station for station in stations}
    return at_work.get(line.station_id or 0, stations[0] if stations else None)
