"""Prints again what somebody asks for, and opens the drawer without a sale: both leave their trace."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.base.clock import Clock
from core.base.database import Database
from core.base.outcomes import retried
from core.base.text import clean_text
from core.events.record import Actor, board_topic, tell
from core.orders.queries import order_for_update
from core.orders.slips import print_for_kitchen
from core.orders.status import CLOSED, OrderStatus
from core.orders.steps import tell_of
from core.printing.errors import NoPrinter, NothingToPrint, UnknownPrinter
from core.printing.jobs import add_jobs, next_copy, open_drawer, printers_that
from core.printing.models import Printer, SlipKind
from core.shifts.errors import NoOpenShift, ReasonNeeded
from core.shifts.queries import DRAWER_OPENED, open_shift

LONGEST_REASON = 140


@dataclass(frozen=True, slots=True)
class PrintDesk:
    """What people have printed by a press."""

    db: Database
    clock: Clock

    def receipt_printers(self, outlet_id: int) -> Sequence[Printer]:
        """List the printers that receipts come from."""
        with self.db.read() as session:
            return printers_that(session, outlet_id, Printer.prints_receipts)

    def has_kitchen_printer(self, outlet_id: int) -> bool:
        """Tell whether slips for the kitchen are printed at all."""
        with self.db.read() as session:
            return bool(printers_that(session, outlet_id, Printer.prints_kitchen))

    def opens_drawer(self, outlet_id: int) -> bool:
        """Tell whether a printer opens the drawer."""
        with self.db.read() as session:
            return bool(printers_that(session, outlet_id, Printer.opens_drawer))

    @retried
    def receipt(self, order_uid: str, by: Actor, *, printer_uid: str = "") -> int:
        """Have an order's receipt printed, by the printer named or the first that does; tell which copy it is.

        Raises UnknownOrder, UnknownPrinter, NoPrinter.
        """
        with self.db.write() as session:
            order = order_for_update(session, order_uid)
            printers = printers_that(session, order.outlet_id, Printer.prints_receipts)
            chosen = [printer for printer in printers if printer_uid in {"", printer.uid}][:1]
            if printers and not chosen:
                raise UnknownPrinter
            if not chosen:
                raise NoPrinter
            at, copy = self.clock(), next_copy(session, order.id, SlipKind.RECEIPT)
            add_jobs(session, chosen, SlipKind.RECEIPT, at=at, by=str(by), order_id=order.id, copy=copy)
            tell_of(session, order, "receipt.print_asked", at=at, by=by, copy=copy)
            return copy

    @retried
    def kitchen_slip(self, order_uid: str, by: Actor) -> int:
        """Have an order's slip printed once more wherever it is cooked; tell which copy it is.

        Raises UnknownOrder, NothingToPrint, NoPrinter.
        """
        with self.db.write() as session:
            order = order_for_update(session, order_uid)
            copy = next_copy(session, order.id, SlipKind.KITCHEN)
            is_over = order.status in CLOSED or (order.status is OrderStatus.SERVED and copy == 0)
            if order.paid_at is None or is_over:
                raise NothingToPrint
            at = self.clock()
            if not print_for_kitchen(session, order, at=at, by=str(by), copy=copy):
                raise NoPrinter
            tell_of(session, order, "kitchen_slip.print_asked", at=at, by=by, copy=copy)
            return copy

    @retried
    def open_drawer(self, outlet_id: int, reason: str, by: Actor) -> None:
        """Open the drawer though nothing was sold. Raises ReasonNeeded, NoOpenShift, NoPrinter, BadText."""
        said = clean_text(reason, limit=LONGEST_REASON, field="reason")
        if not said:
            raise ReasonNeeded
        with self.db.write() as session:
            shift = open_shift(session, outlet_id)
            if shift is None:
                raise NoOpenShift
            now = self.clock()
            if not open_drawer(session, outlet_id, at=now, by=str(by)):
                raise NoPrinter
            told: dict[str, Any] = {"shift_id": shift.id, "reason": said, "name": by.name}
            topics = (board_topic(outlet_id),)
            tell(session, DRAWER_OPENED, outlet_id=outlet_id, at=now, by=by, topics=topics, **told)
