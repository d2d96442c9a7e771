"""Reads what a job tells at the moment it is printed, and makes the bytes of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.base.clock import Clock
from core.base.database import Database
from core.menu.queries import stations_of
from core.orders.models import Order, OrderLine
from core.orders.slips import lines_for
from core.orders.status import OrderStatus
from core.outlets.models import Outlet
from core.printing.escpos import drawer_bytes, slip_bytes
from core.printing.layout import COLUMNS, Gap, Row, Rule, Size, Words, lay_out
from core.printing.models import PrintJob, SlipKind
from core.services.kitchen_slip import cancellation_slip, kitchen_slip
from core.services.order_desk import OrderDesk, OrderPage
from core.services.print_queue import JobInHand
from core.services.receipt_slip import receipt_slip
from core.services.slip_words import moment, stamps
from core.staff.queries import names_of_actors

_CUTS_FROM = 80
"""Millimetres: printers for narrow paper have no knife, and print the command for it as letters."""


@dataclass(frozen=True, slots=True)
class SlipPress:
    """Makes slips. Reads, and changes nothing."""

    db: Database
    clock: Clock
    orders: OrderDesk

    def bytes_of(self, hand: JobInHand) -> bytes:
        """Give everything that is sent to the printer for a job."""
        if hand.job.kind is SlipKind.DRAWER:
            return drawer_bytes()
        rows = [*stamps(copy=hand.job.copy, is_doubtful=hand.job.doubts > 0), *self._rows(hand)]
        paper = hand.printer.paper
        return slip_bytes(lay_out(rows, COLUMNS[paper]), cuts=paper >= _CUTS_FROM)

    def _rows(self, hand: JobInHand) -> Sequence[Row]:
        if hand.job.kind is SlipKind.TEST:
            return self._test(hand)
        page = self.orders.page(self._order_uid(hand.job))
        zone = page.outlet.zone
        if hand.job.kind is SlipKind.RECEIPT:
            return receipt_slip(page, cashier=self._cashier(page))
        lines = self._lines(hand, page)
        if hand.job.kind is SlipKind.CANCELLATION:
            is_whole = page.order.status is OrderStatus.CANCELLED
            gone = [line for line in lines if is_whole or line.stopped_at is not None]
            return cancellation_slip(page.order, gone, zone=zone)
        return kitchen_slip(page.order, lines, zone=zone, at=self.clock())

    def _lines(self, hand: JobInHand, page: OrderPage) -> Sequence[OrderLine]:
        with self.db.read() as session:
            stations = stations_of(session, page.outlet.id)
        return lines_for(hand.printer, page.order.lines, stations)

    def _order_uid(self, job: PrintJob) -> str:
        with self.db.read() as session:
            return session.scalars(select(Order.uid).where(Order.id == job.order_id)).one()

    def _cashier(self, page: OrderPage) -> str:
        """Name who took the money, where somebody did."""
        payer = next((event.by for event in page.history if event.kind == "order.paid"), None)
        with self.db.read() as session:
            return names_of_actors(session, [payer]).get(payer or "", "")

    def _test(self, hand: JobInHand) -> Sequence[Row]:
        with self.db.read() as session:
            outlet = session.get_one(Outlet, hand.printer.outlet_id)
        columns = COLUMNS[hand.printer.paper]
        return [
            Words(outlet.name, Size.TALL, is_bold=True, is_centred=True),
            Words("Cetak percobaan", Size.LARGE, is_bold=True, is_centred=True),
            Words(hand.printer.name, is_centred=True),
            Words(moment(self.clock(), outlet.zone), is_centred=True),
            Rule(),
            Words(("1234567890" * columns)[:columns]),
            Words(f"{hand.printer.paper} mm, {columns} kolom. Baris di atas harus pas satu baris."),
            Gap(),
            Words("A17", Size.HUGE, is_bold=True),
            Words("Meja 7", Size.LARGE, is_bold=True),
            Words("Sate Ayam", Size.TALL, is_bold=True, lead="2x "),
            Rule(),
        ]
