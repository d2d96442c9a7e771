"""What tests ask of the jobs that wait."""

from datetime import timedelta

from core.events.models import Event
from core.gateways.network_printer import NetworkPrinter, Patience
from core.printing.models import Printer, PrintJob
from core.services import Core
from core.services.print_worker import PrintWorker
from tests.shop import Shop

QUICK = NetworkPrinter(Patience(connect=1.0, answer=0.2, take=1.0, confirm=0.4, close=0.3))


def prints(shop: Shop, *, after: timedelta = timedelta()) -> None:
    """Let time pass, and whatever can be printed then be printed."""
    shop.clock.added += after
    shop.core.printing.sweep_once()


def another_worker(core: Core) -> PrintWorker:
    """A worker on the same database that waits for no printer longer than a moment."""
    return PrintWorker(core.printing.queue, core.printing.press, QUICK)


def jobs(shop: Shop) -> list[PrintJob]:
    with shop.core.db.read() as session:
        return list(session.query(PrintJob).order_by(PrintJob.id))


def fates(shop: Shop) -> list[tuple[str, str]]:
    """Kind and state of each job."""
    return [(str(job.kind), str(job.state)) for job in jobs(shop)]


def printer_now(shop: Shop, printer: Printer) -> Printer:
    """How a printer is by now."""
    with shop.core.db.read() as session:
        return session.get_one(Printer, printer.id)


def events(shop: Shop, prefix: str) -> list[tuple[str, dict[str, object]]]:
    """What was written down about something."""
    with shop.core.db.read() as session:
        found = session.query(Event).where(Event.kind.startswith(prefix)).order_by(Event.id)
        return [(event.kind, event.data) for event in found]
