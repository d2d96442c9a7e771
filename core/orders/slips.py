"""Says which printer of the kitchen prints which lines of an order."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.orders.models import Order, OrderLine
from core.orders.stations import divide, lines_by_station
from core.outlets.models import Station
from core.printing.jobs import add_jobs, printers_that, printers_that_told
from core.printing.models import Printer, SlipKind


def print_for_kitchen(session: Session, order: Order, *, at: datetime, by: str, copy: int = 0) -> bool:
    """Have an order's slip printed at each station that makes something of it; tell whether any printer does that."""
    printers = printers_that(session, order.outlet_id, Printer.prints_kitchen)
    if not printers:
        return False
    parts = lines_by_station(session, order)
    at_work = {None} | {part.station.id for part in parts if part.station is not None}
    wanted = [printer for printer in printers if printer.station_id in at_work]
    add_jobs(session, wanted, SlipKind.KITCHEN, at=at, by=by, order_id=order.id, copy=copy)
    return bool(wanted)


def print_taken_off(session: Session, order: Order, lines: Sequence[OrderLine], *, at: datetime, by: str) -> None:
    """Have lines that are not made any more printed wherever the slip that asked for them may have come out."""
    parts = {part.station.id: part.lines for part in lines_by_station(session, order) if part.station is not None}
    told = [one for one in printers_that_told(session, order.id) if {*lines} & {*parts.get(one.station_id or 0, lines)}]
    add_jobs(session, told, SlipKind.CANCELLATION, at=at, by=by, order_id=order.id)


def lines_for(printer: Printer, lines: Sequence[OrderLine], stations: Sequence[Station]) -> list[OrderLine]:
    """Pick the lines that a printer prints: those of its station, or all."""
    parts = {part.station.id: part.lines for part in divide(lines, stations) if part.station is not None}
    # A station that was given up since the slip was asked for has none: rather all of them twice than one nowhere.
    return list(parts.get(printer.station_id or 0, lines))
