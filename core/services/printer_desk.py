"""Keeps the list of an outlet's printers: where each stands, what it prints, and how it is."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.errors import BadInput
from core.base.outcomes import retried
from core.base.text import clean_text
from core.events.record import Actor, board_topic, tell
from core.menu.queries import stations_of
from core.orders.models import Order
from core.outlets.models import Outlet, Station
from core.printing.addresses import PORTS, tidy_host
from core.printing.errors import BadPrinterPort, PrinterNameNeeded, PrinterNameTaken, TooManyPrinters
from core.printing.jobs import add_jobs
from core.printing.layout import COLUMNS
from core.printing.models import JobState, Printer, PrintJob, SlipKind
from core.printing.queries import given_up_since, printer_by_uid_for_update, printers_of, waiting_by_printer
from core.services.print_worker import MOST_PRINTERS

LONGEST_NAME: Final = 40
_SHOWN_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class PrinterPlan:
    """What is said about a printer: where it stands and what it does."""

    name: str
    host: str
    port: int = 9100
    paper: int = 80
    prints_kitchen: bool = False
    station_id: int | None = None
    """Whose part of an order it prints in the kitchen; nothing means all of it."""
    prints_receipts: bool = False
    prints_after_cash: bool = False
    opens_drawer: bool = False
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class LostSlip:
    """A slip that was given up, and the order whose page prints it anew."""

    job: PrintJob
    order: Order | None


@dataclass(frozen=True, slots=True)
class PrinterView:
    """One printer, what waits for it, and what came to nothing lately."""

    printer: Printer
    waiting: int
    lost: Sequence[LostSlip]


@dataclass(frozen=True, slots=True)
class PrinterDesk:
    """Where managers set printers up."""

    db: Database
    clock: Clock

    def printers(self, outlet_id: int) -> list[PrinterView]:
        """List an outlet's printers, oldest first."""
        with self.db.read() as session:
            printers = printers_of(session, outlet_id)
            waiting = waiting_by_printer(session, [printer.id for printer in printers])
            lost = _lost(session, given_up_since(session, outlet_id, self.clock() - _SHOWN_FOR))
        return [
            PrinterView(one, waiting.get(one.id, 0), [slip for slip in lost if slip.job.printer_id == one.id])
            for one in printers
        ]

    def stations(self, outlet_id: int) -> Sequence[Station]:
        """List the stations that a printer can stand at."""
        with self.db.read() as session:
            return stations_of(session, outlet_id)

    @retried
    def add(self, outlet_id: int, plan: PrinterPlan, by: Actor) -> Printer:
        """Put up a printer.

        Raises PrinterNameNeeded, PrinterNameTaken, BadPrinterAddress, BadPrinterPort, TooManyPrinters, BadInput, BadText.
        """
        tidy = _tidied(plan)
        with self.db.write() as session:
            # Two managers at once: the second sees what the first has put up.
            session.get_one(Outlet, outlet_id, with_for_update=True)
            known = printers_of(session, outlet_id)
            if len(known) >= MOST_PRINTERS:
                raise TooManyPrinters(most=MOST_PRINTERS)
            _must_be_free(known, tidy["name"])
            _must_be_ours(session, outlet_id, plan.station_id)
            printer = Printer(outlet_id=outlet_id, **tidy)
            session.add(printer)
            session.flush()
            self._tell(session, printer, "printer.added", by, host=printer.host, port=printer.port)
            return printer

    @retried
    def change(self, outlet_id: int, uid: str, plan: PrinterPlan, by: Actor) -> Printer:
        """Change a printer; it is tried anew at once. Raises UnknownPrinter and what `add` raises."""
        tidy = _tidied(plan)
        with self.db.write() as session:
            session.get_one(Outlet, outlet_id, with_for_update=True)
            printer = printer_by_uid_for_update(session, outlet_id, uid)
            _must_be_free([one for one in printers_of(session, outlet_id) if one.id != printer.id], tidy["name"])
            _must_be_ours(session, outlet_id, plan.station_id)
            for field, value in tidy.items():
                setattr(printer, field, value)
            printer.retry_at = None
            if not printer.is_enabled:
                self._empty(session, printer)
            self._tell(session, printer, "printer.changed", by, host=printer.host, port=printer.port)
            return printer

    @retried
    def remove(self, outlet_id: int, uid: str, by: Actor) -> None:
        """Take a printer out of the list; what waited for it is given up. Raises UnknownPrinter."""
        with self.db.write() as session:
            printer = printer_by_uid_for_update(session, outlet_id, uid)
            printer.removed_at = self.clock()
            self._empty(session, printer)
            self._tell(session, printer, "printer.removed", by)

    @retried
    def test(self, outlet_id: int, uid: str, by: Actor) -> None:
        """Have a page printed that shows width, sizes and sharpness, at once. Raises UnknownPrinter."""
        with self.db.write() as session:
            printer = printer_by_uid_for_update(session, outlet_id, uid)
            printer.retry_at = None
            add_jobs(session, [printer], SlipKind.TEST, at=self.clock(), by=str(by))

    def _empty(self, session: Session, printer: Printer) -> None:
        """Give up what waits for a printer; what is on its way to it ends by itself."""
        waiting = update(PrintJob).where(PrintJob.printer_id == printer.id, PrintJob.state == JobState.WAITING)
        session.execute(waiting.values(state=JobState.GIVEN_UP, done_at=self.clock()))
        printer.trouble = printer.down_since = printer.retry_at = None
        printer.failures = 0

    def _tell(self, session: Session, printer: Printer, kind: str, by: Actor, **data: Any) -> None:
        at, topics = self.clock(), (board_topic(printer.outlet_id),)
        told = {"printer": printer.uid, "name": printer.name} | data
        tell(session, kind, outlet_id=printer.outlet_id, at=at, by=by, topics=topics, **told)


def _tidied(plan: PrinterPlan) -> dict[str, Any]:
    name = clean_text(plan.name, limit=LONGEST_NAME, field="name").replace("\n", " ")
    if not name:
        raise PrinterNameNeeded
    if plan.port not in PORTS:
        raise BadPrinterPort(first=PORTS[0], last=PORTS[-1])
    paper = plan.paper if plan.paper in COLUMNS else max(COLUMNS)
    after_cash = plan.prints_after_cash and plan.prints_receipts
    return asdict(plan) | {
        "name": name,
        "host": tidy_host(plan.host),
        "paper": paper,
        "prints_after_cash": after_cash,
    }


def _must_be_free(printers: Sequence[Printer], name: str) -> None:
    if any(printer.name == name for printer in printers):
        raise PrinterNameTaken(name=name)


def _must_be_ours(session: Session, outlet_id: int, station_id: int | None) -> None:
    wanted = select(Station.id).where(Station.id == station_id, Station.outlet_id == outlet_id)
    if station_id is not None and session.scalar(wanted) is None:
        raise BadInput(field="station")


def _lost(session: Session, jobs: Sequence[PrintJob]) -> list[LostSlip]:
    wanted = {job.order_id for job in jobs}
    orders = {order.id: order for order in session.scalars(select(Order).where(Order.id.in_(wanted)))}
    return [LostSlip(job, orders.get(job.order_id or 0)) for job in jobs if job.kind is not SlipKind.TEST]
