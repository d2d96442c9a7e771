"""The drawer springs open when money goes in or out of it, and otherwise only for a reason that is written down."""

from datetime import timedelta

import pytest

from core.printing.errors import NoPrinter
from core.services.print_queue import LIVES
from core.shifts.errors import NoOpenShift, ReasonNeeded
from tests.printing.printer import NetPrinter, put_up
from tests.printing.queue import another_worker, events, fates, prints
from tests.shop import CASHIER, Shop


def test_taking_cash_opens_the_drawer_before_the_receipt_is_printed(shop: Shop, till_printer: NetPrinter) -> None:
    put_up(shop, till_printer, "Kasir", prints_receipts=True, prints_after_cash=True, opens_drawer=True)
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.paper.receipt(order.uid, CASHIER)

    shop.core.cash.take(order.uid, order.cash_total, CASHIER)
    prints(shop)

    assert till_printer.paper.kicks == 1
    assert len(till_printer.paper.slips) == 2
    assert fates(shop)[1] == ("drawer", "printed")


def test_a_printer_without_a_drawer_is_not_asked_to_open_one(shop: Shop, till_printer: NetPrinter) -> None:
    put_up(shop, till_printer, "Kasir", prints_receipts=True, prints_after_cash=True)
    order = shop.order("Sate Ayam", pay_by="cash")

    shop.core.cash.take(order.uid, order.cash_total, CASHIER)
    prints(shop)

    assert till_printer.paper.kicks == 0
    assert len(till_printer.paper.slips) == 1


def test_qris_opens_no_drawer(shop: Shop, till_printer: NetPrinter) -> None:
    put_up(shop, till_printer, "Kasir", prints_receipts=True, prints_after_cash=True, opens_drawer=True)
    shop.wallet.pays(shop.order("Sate Ayam"))

    prints(shop)

    assert (till_printer.paper.kicks, till_printer.paper.slips) == (0, [])


def test_cash_that_goes_back_and_cash_that_is_carried_open_it_too(shop: Shop, till_printer: NetPrinter) -> None:
    put_up(shop, till_printer, "Kasir", opens_drawer=True)
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(order.uid, order.cash_total, CASHIER)
    prints(shop)

    shop.core.refunds.ask(order.uid, 5_000, "Es tumpah", CASHIER, in_cash=True)
    prints(shop)
    shop.core.shifts.move(shop.outlet.id, -20_000, "Beli es batu", CASHIER)
    prints(shop)

    assert till_printer.paper.kicks == 3


def test_a_drawer_that_did_not_open_at_once_does_not_open_later(shop: Shop, till_printer: NetPrinter) -> None:
    """A guest has paid and gone: an open drawer that nobody expects is an invitation."""
    put_up(shop, till_printer, "Kasir", opens_drawer=True)
    till_printer.off()
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(order.uid, order.cash_total, CASHIER)
    prints(shop)

    till_printer.on()
    prints(shop, after=max(LIVES.values()) + timedelta(seconds=1))

    assert till_printer.paper.kicks == 0
    assert fates(shop) == [("drawer", "given_up")]


def test_a_drawer_that_perhaps_opened_is_not_opened_again(shop: Shop, till_printer: NetPrinter) -> None:
    put_up(shop, till_printer, "Kasir", opens_drawer=True)
    till_printer.silent_after = 9
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(order.uid, order.cash_total, CASHIER)

    worker = another_worker(shop.core)
    for _ in range(3):
        worker.sweep_once()
        shop.clock.added += timedelta(seconds=3)
    worker.close()

    assert till_printer.paper.kicks == 1
    assert fates(shop) == [("drawer", "given_up")]


def test_opening_it_without_a_sale_leaves_who_when_and_why(shop: Shop, till_printer: NetPrinter) -> None:
    put_up(shop, till_printer, "Kasir", opens_drawer=True)

    shop.core.paper.open_drawer(shop.outlet.id, "Tukar uang kecil", CASHIER)
    prints(shop)

    assert till_printer.paper.kicks == 1
    ((kind, data),) = events(shop, "drawer.")
    sheet = shop.core.shifts.current(shop.outlet.id)
    assert sheet is not None
    assert (kind, data) == (
        "drawer.opened",
        {"shift_id": sheet.shift.id, "reason": "Tukar uang kecil", "name": "Kasir"},
    )
    assert [move.data["reason"] for move in sheet.moves] == ["Tukar uang kecil"]


def test_it_is_not_opened_without_a_reason_a_shift_or_a_printer(shop: Shop, till_printer: NetPrinter) -> None:
    with pytest.raises(NoPrinter):
        shop.core.paper.open_drawer(shop.outlet.id, "Tukar uang", CASHIER)
    put_up(shop, till_printer, "Kasir", opens_drawer=True)
    with pytest.raises(ReasonNeeded):
        shop.core.paper.open_drawer(shop.outlet.id, " \u200b ", CASHIER)
    shop.core.shifts.close(shop.outlet.id, 200_000, CASHIER)
    with pytest.raises(NoOpenShift):
        shop.core.paper.open_drawer(shop.outlet.id, "Tukar uang", CASHIER)

    prints(shop)

    assert till_printer.paper.kicks == 0
    assert events(shop, "drawer.") == []
