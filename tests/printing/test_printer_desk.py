"""Putting printers up, changing them and taking them away."""

from datetime import timedelta
from typing import Any

import pytest

from core.base.errors import BadInput, BadText, MejaError
from core.menu.models import Category
from core.outlets.models import Outlet, Station
from core.printing.errors import (
    BadPrinterAddress,
    BadPrinterPort,
    NoPrinter,
    NothingToPrint,
    PrinterNameNeeded,
    PrinterNameTaken,
    TooManyPrinters,
    UnknownPrinter,
)
from core.printing.queries import SILENT_FOR
from core.services.print_worker import MOST_PRINTERS
from core.services.printer_desk import PrinterPlan
from tests.printing.printer import NetPrinter, put_up
from tests.printing.queue import events, fates, printer_now, prints
from tests.shop import CASHIER, Shop


def add(shop: Shop, name: str = "Dapur", host: str = "192.168.1.50", **more: Any) -> None:
    shop.core.printers.add(shop.outlet.id, PrinterPlan(name, host, **more), CASHIER)


def names(shop: Shop) -> list[str]:
    return [view.printer.name for view in shop.core.printers.printers(shop.outlet.id)]


def test_a_printer_is_put_up_and_the_act_written_down(shop: Shop) -> None:
    add(shop, " Dapur\n1 ", "Dapur.Local", prints_kitchen=True, paper=58)

    (view,) = shop.core.printers.printers(shop.outlet.id)
    printer = view.printer
    assert (printer.name, printer.host, printer.port, printer.paper) == ("Dapur 1", "dapur.local", 9100, 58)
    assert [kind for kind, _ in events(shop, "printer.")] == ["printer.added"]


@pytest.mark.parametrize(
    ("plan", "error"),
    [
        (PrinterPlan(" ", "192.168.1.50"), PrinterNameNeeded),
        (PrinterPlan("x" * 41, "192.168.1.50"), BadText),
        (PrinterPlan("Dapur", "169.254.169.254"), BadPrinterAddress),
        (PrinterPlan("Dapur", "192.168.1.50", port=6379), BadPrinterPort),
        (PrinterPlan("Dapur", "192.168.1.50", port=0), BadPrinterPort),
        (PrinterPlan("Dapur", "192.168.1.50", station_id=99), BadInput),
        (PrinterPlan("Kasir", "192.168.1.50"), PrinterNameTaken),
    ],
)
def test_what_cannot_be_a_printer_is_refused_and_nothing_changes(
    shop: Shop, plan: PrinterPlan, error: type[MejaError]
) -> None:
    add(shop, "Kasir")
    add(shop, "Bar")
    bar = shop.core.printers.printers(shop.outlet.id)[1].printer

    with pytest.raises(error):
        shop.core.printers.add(shop.outlet.id, plan, CASHIER)
    with pytest.raises(error):
        shop.core.printers.change(shop.outlet.id, bar.uid, plan, CASHIER)

    assert names(shop) == ["Kasir", "Bar"]


def test_a_printer_keeps_its_own_name_when_it_is_changed(shop: Shop) -> None:
    add(shop)
    (view,) = shop.core.printers.printers(shop.outlet.id)

    changed = shop.core.printers.change(
        shop.outlet.id, view.printer.uid, PrinterPlan("Dapur", "10.0.0.9", 9101, 58), CASHIER
    )

    assert (changed.host, changed.port, changed.paper) == ("10.0.0.9", 9101, 58)


def test_a_station_of_another_outlet_is_none(shop: Shop) -> None:
    with shop.core.db.write() as session:
        other = Outlet(name="Cabang")
        session.add(other)
        session.flush()
        station = Station(outlet_id=other.id, name="Bar")
        session.add(station)
        session.flush()

    with pytest.raises(BadInput):
        add(shop, station_id=station.id)


def test_a_receipt_after_cash_comes_from_no_printer_that_prints_no_receipts(shop: Shop) -> None:
    add(shop, prints_after_cash=True)

    (view,) = shop.core.printers.printers(shop.outlet.id)
    assert not view.printer.prints_after_cash


def test_nobody_has_more_printers_than_there_are_threads(shop: Shop) -> None:
    for number in range(MOST_PRINTERS):
        add(shop, f"Printer {number}")

    with pytest.raises(TooManyPrinters):
        add(shop, "Satu lagi")


def test_a_name_is_free_again_when_its_printer_is_gone(shop: Shop) -> None:
    add(shop)
    (view,) = shop.core.printers.printers(shop.outlet.id)

    shop.core.printers.remove(shop.outlet.id, view.printer.uid, CASHIER)
    add(shop)

    assert names(shop) == ["Dapur"]
    for act in (shop.core.printers.remove, shop.core.printers.test):
        with pytest.raises(UnknownPrinter):
            act(shop.outlet.id, view.printer.uid, CASHIER)


@pytest.mark.parametrize("uid", ["", "x", "\x00", "a" * 22])
def test_a_printer_that_is_not_there_can_be_neither_changed_nor_tested(shop: Shop, uid: str) -> None:
    with pytest.raises(UnknownPrinter):
        shop.core.printers.change(shop.outlet.id, uid, PrinterPlan("Dapur", "10.0.0.9"), CASHIER)
    with pytest.raises(UnknownPrinter):
        shop.core.printers.test(shop.outlet.id, uid, CASHIER)


def test_a_printer_of_another_outlet_is_not_ones_own(shop: Shop) -> None:
    add(shop)
    (view,) = shop.core.printers.printers(shop.outlet.id)

    with pytest.raises(UnknownPrinter):
        shop.core.printers.remove(shop.outlet.id + 1, view.printer.uid, CASHIER)


def test_a_printer_whose_address_was_put_right_is_tried_at_once(shop: Shop, kitchen_printer: NetPrinter) -> None:
    host, port = kitchen_printer.address
    wrong = PrinterPlan("Dapur", host, port + 1, prints_kitchen=True)
    printer = shop.core.printers.add(shop.outlet.id, wrong, CASHIER)
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(order.uid, order.cash_total, CASHIER)
    prints(shop)
    assert printer_now(shop, printer).trouble == "unreachable"

    right = PrinterPlan("Dapur", host, port, prints_kitchen=True)
    shop.core.printers.change(shop.outlet.id, printer.uid, right, CASHIER)
    prints(shop)

    assert order.label in kitchen_printer.text


def test_a_printer_that_is_switched_off_in_the_list_gives_up_what_waited(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    printer = put_up(shop, kitchen_printer, prints_kitchen=True)
    kitchen_printer.off()
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(order.uid, order.cash_total, CASHIER)
    prints(shop)

    off = PrinterPlan("Dapur", *kitchen_printer.address, prints_kitchen=True, is_enabled=False)
    shop.core.printers.change(shop.outlet.id, printer.uid, off, CASHIER)

    assert fates(shop) == [("kitchen", "given_up")]
    assert shop.core.board.snapshot(shop.outlet.id).silent_printers == []
    with pytest.raises(NoPrinter):
        shop.core.paper.kitchen_slip(order.uid, CASHIER)


def test_the_board_speaks_of_a_printer_once_it_has_been_silent_for_half_a_minute_with_work_waiting(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    kitchen_printer.off()
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(order.uid, order.cash_total, CASHIER)
    prints(shop)
    assert shop.core.board.snapshot(shop.outlet.id).silent_printers == []

    shop.clock.added += SILENT_FOR

    (silent,) = shop.core.board.snapshot(shop.outlet.id).silent_printers
    assert (silent.name, str(silent.trouble), silent.waiting) == ("Dapur", "unreachable", 1)
    kitchen_printer.on()
    prints(shop, after=timedelta(seconds=20))
    assert shop.core.board.snapshot(shop.outlet.id).silent_printers == []


def test_one_of_several_receipt_printers_can_be_chosen(
    shop: Shop, kitchen_printer: NetPrinter, till_printer: NetPrinter
) -> None:
    put_up(shop, kitchen_printer, "Kasir 1", prints_receipts=True)
    second = put_up(shop, till_printer, "Kasir 2", prints_receipts=True)
    order = shop.order("Sate Ayam", pay_by="cash")

    shop.core.paper.receipt(order.uid, CASHIER, printer_uid=second.uid)
    shop.core.paper.receipt(order.uid, CASHIER)
    prints(shop)

    assert [len(printer.paper.slips) for printer in (kitchen_printer, till_printer)] == [1, 1]
    with pytest.raises(UnknownPrinter):
        shop.core.paper.receipt(order.uid, CASHIER, printer_uid="nobody")


def test_what_nobody_prints_is_said(shop: Shop, till_printer: NetPrinter) -> None:
    order = shop.order("Sate Ayam", pay_by="cash")
    with pytest.raises(NoPrinter):
        shop.core.paper.receipt(order.uid, CASHIER)

    put_up(shop, till_printer, "Kasir", prints_kitchen=True)
    with pytest.raises(NothingToPrint):
        shop.core.paper.kitchen_slip(order.uid, CASHIER)


def test_a_printer_of_a_station_that_makes_nothing_of_an_order_is_no_printer_for_it(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    with shop.core.db.write() as session:
        bar, grill = Station(outlet_id=shop.outlet.id, name="Bar"), Station(outlet_id=shop.outlet.id, name="Bakaran")
        session.add_all([bar, grill])
        session.flush()
        session.query(Category).update({"station_id": grill.id})
        session.add(Category(outlet_id=shop.outlet.id, name="Minuman", station_id=bar.id))
    put_up(shop, kitchen_printer, "Bar", prints_kitchen=True, station_id=bar.id)
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(order.uid, order.cash_total, CASHIER)

    with pytest.raises(NoPrinter):
        shop.core.paper.kitchen_slip(order.uid, CASHIER)
    assert fates(shop) == []
