"""Every slip comes out, once if anybody can know it, whatever becomes of printers, lines and processes."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from core.printing.models import JobState, PrintJob
from core.services import Core, open_services
from core.services.print_queue import LEASE, LIFE, LeaseLost
from core.services.print_worker import PrintWorker
from tests.printing.printer import NetPrinter, open_printer, put_up
from tests.printing.queue import QUICK, another_worker, events, fates, jobs, printer_now, prints
from tests.shop import CASHIER, Shop
from tests.web.patience import soon

A_WHILE = timedelta(seconds=20)
"""Longer than a printer that fails is ever left alone."""


def paid(shop: Shop, *dishes: str) -> str:
    """Order and pay cash; gives the number that the slip must carry."""
    order = shop.order(*(dishes or ("Sate Ayam",)), pay_by="cash")
    shop.core.cash.take(order.uid, order.cash_total, CASHIER)
    return order.label


def test_a_printer_that_is_switched_on_again_prints_what_waited_in_its_order(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    printer = put_up(shop, kitchen_printer, prints_kitchen=True)
    kitchen_printer.off()
    labels = [paid(shop) for _ in range(3)]
    prints(shop)
    assert printer_now(shop, printer).trouble == "unreachable"

    kitchen_printer.on()
    prints(shop, after=A_WHILE)

    assert [slip.lines[0].text for slip in kitchen_printer.paper.slips] == labels
    assert "SALINAN" not in kitchen_printer.text
    now = printer_now(shop, printer)
    assert (now.trouble, now.down_since, now.failures) == (None, None, 0)


def test_a_printer_that_fails_is_left_alone_ever_longer_but_never_for_long(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    printer = put_up(shop, kitchen_printer, prints_kitchen=True)
    kitchen_printer.off()
    paid(shop)

    pauses = []
    for _ in range(6):
        prints(shop, after=A_WHILE)
        retry_at = printer_now(shop, printer).retry_at
        assert retry_at is not None
        pauses.append((retry_at - shop.clock()).total_seconds())

    assert pauses[0] < 2 < pauses[3]
    assert max(pauses) <= 15 * 1.25


def test_a_fault_and_its_end_are_written_down_once_each(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    kitchen_printer.paper.sensors.has_paper = False
    paid(shop)
    for _ in range(3):
        prints(shop, after=A_WHILE)

    kitchen_printer.paper.sensors.has_paper = True
    prints(shop, after=A_WHILE)

    told = [(kind, data.get("trouble")) for kind, data in events(shop, "printer.")]
    assert told == [("printer.added", None), ("printer.failed", "no_paper"), ("printer.recovered", None)]


def test_a_dead_printer_holds_up_nobody_else(shop: Shop, kitchen_printer: NetPrinter, till_printer: NetPrinter) -> None:
    """A thread of its own: the other one prints while this one is still being waited for."""
    put_up(shop, kitchen_printer, "Dapur", prints_kitchen=True)
    put_up(shop, till_printer, "Kasir", prints_kitchen=True)
    kitchen_printer.paper.sensors.has_paper = True
    kitchen_printer.seconds_a_piece = 60.0
    label = paid(shop)

    sweep = threading.Thread(target=shop.core.printing.sweep_once, daemon=True)
    sweep.start()

    assert till_printer.has_printed(1)
    assert label in till_printer.text
    assert sweep.is_alive()
    assert kitchen_printer.paper.slips == []
    kitchen_printer.off()
    sweep.join(30)


def test_orders_and_payments_speak_to_no_printer(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(
        shop,
        kitchen_printer,
        prints_kitchen=True,
        prints_receipts=True,
        prints_after_cash=True,
        opens_drawer=True,
    )
    kitchen_printer.reads = False

    paid(shop)
    qris = shop.order("Es Teh")
    shop.wallet.pays(qris)
    shop.core.kitchen.cancel(qris.uid, "Habis", CASHIER, may_void=True)

    assert kitchen_printer.lines == 0
    assert {state for _, state in fates(shop)} <= {"waiting", "not_needed"}


def test_what_is_to_be_printed_is_written_with_the_payment_or_not_at_all(
    shop: Shop, kitchen_printer: NetPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    order = shop.order("Sate Ayam", pay_by="cash")

    def fail(*_: object, **__: object) -> None:
        message = "the last step before the commit"
        raise RuntimeError(message)

    with monkeypatch.context() as patch:
        patch.setattr("core.services.cash_desk.print_after_cash", fail)
        with pytest.raises(RuntimeError):
            shop.core.cash.take(order.uid, order.cash_total, CASHIER)

    assert jobs(shop) == []
    assert shop.status(order) == ("awaiting_payment", "pending")


def test_a_slip_whose_fate_is_unknown_is_repeated_and_says_so(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    kitchen_printer.breaks_after = 30
    label = paid(shop)
    prints(shop)
    assert [(job.state, job.doubts) for job in jobs(shop)] == [(JobState.WAITING, 1)]

    prints(shop, after=A_WHILE)

    (slip,) = kitchen_printer.paper.slips
    assert slip.line("MUNGKIN SALINAN").wide == 2
    assert "Possibly a copy" in slip.text
    assert label in slip.text
    assert [(job.state, job.tries) for job in jobs(shop)] == [(JobState.PRINTED, 2)]


def test_a_printer_that_never_confirms_prints_a_slip_three_times_and_not_until_its_paper_is_out(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    printer = put_up(shop, kitchen_printer, prints_kitchen=True)
    kitchen_printer.silent_after = 9
    paid(shop)

    worker = another_worker(shop.core)
    for _ in range(6):
        shop.clock.added += A_WHILE
        worker.sweep_once()
    worker.close()

    assert len(kitchen_printer.paper.slips) == 3
    assert ["MUNGKIN SALINAN" in slip.text for slip in kitchen_printer.paper.slips] == [False, True, True]
    assert fates(shop) == [("kitchen", "given_up")]
    assert printer_now(shop, printer).trouble == "went_silent"


def test_a_process_that_dies_over_a_slip_leaves_it_to_the_next_one_with_a_doubt(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    paid(shop)
    queue = shop.core.printing.queue
    (held,) = queue.lease(1)
    assert queue.next_job(held) is not None

    prints(shop)
    assert kitchen_printer.paper.slips == []
    prints(shop, after=LEASE)

    assert "MUNGKIN SALINAN" in kitchen_printer.text


def test_whoever_took_too_long_writes_nothing_about_a_slip_that_another_has_in_hand(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    paid(shop)
    queue = shop.core.printing.queue
    (slow,) = queue.lease(1)
    first = queue.next_job(slow)
    assert first is not None
    shop.clock.added += LEASE
    (other,) = queue.lease(1)
    second = queue.next_job(other)
    assert second is not None

    with pytest.raises(LeaseLost):
        queue.printed(first)
    with pytest.raises(LeaseLost):
        queue.next_job(slow)

    queue.printed(second)
    assert [job.state for job in jobs(shop)] == [JobState.PRINTED]


def test_the_one_server_of_a_file_goes_on_at_once_where_its_predecessor_died(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    """On PostgreSQL another process may well be alive: there the lease decides."""
    put_up(shop, kitchen_printer, prints_kitchen=True)
    paid(shop)
    queue = shop.core.printing.queue
    (held,) = queue.lease(1)
    queue.next_job(held)

    queue.drop_leases()
    prints(shop)

    assert len(kitchen_printer.paper.slips) == (1 if shop.core.db.is_sqlite else 0)


def test_two_workers_on_one_database_print_each_slip_once(
    shop: Shop, kitchen_printer: NetPrinter, till_printer: NetPrinter
) -> None:
    put_up(shop, kitchen_printer, "Dapur", prints_kitchen=True)
    put_up(shop, till_printer, "Kasir", prints_kitchen=True)
    for printer in (kitchen_printer, till_printer):
        printer.seconds_a_piece = 0.01
    labels = [paid(shop) for _ in range(12)]

    others = [open_services(shop.core.settings, clock=shop.clock) for _ in range(2)]
    crowd = [threading.Thread(target=_prints_all, args=(core, shop)) for core in (shop.core, *others)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(60)
    for core in others:
        core.close()

    for printer in (kitchen_printer, till_printer):
        assert [slip.lines[0].text for slip in printer.paper.slips] == labels
        assert printer.most_at_once == 1
    assert {job.state for job in jobs(shop)} == {JobState.PRINTED}
    assert {job.tries for job in jobs(shop)} == {1}


def _prints_all(core: Core, shop: Shop) -> None:
    def sweeps_until_nothing_is_left() -> bool:
        core.printing.sweep_once()
        return all(not job.is_open for job in jobs(shop))

    assert soon(sweeps_until_nothing_is_left, 50)


def test_a_clock_that_was_set_back_holds_up_no_printer(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    kitchen_printer.off()
    label = paid(shop)
    prints(shop, after=A_WHILE)
    kitchen_printer.on()

    prints(shop, after=timedelta(hours=-3))

    assert label in kitchen_printer.text


def test_a_slip_that_cannot_be_made_does_not_stop_those_behind_it(
    shop: Shop, kitchen_printer: NetPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    broken, whole = paid(shop), paid(shop)
    make = type(shop.core.printing.press).bytes_of

    def stumble(press: Any, hand: Any) -> bytes:
        data = make(press, hand)
        if f"{broken}\n".encode() in data:
            raise ZeroDivisionError
        return data

    monkeypatch.setattr(type(shop.core.printing.press), "bytes_of", stumble)
    prints(shop)

    assert [slip.lines[0].text for slip in kitchen_printer.paper.slips] == [whole]
    assert [job.state for job in jobs(shop)] == [JobState.GIVEN_UP, JobState.PRINTED]


def test_what_no_printer_took_for_hours_is_given_up_and_shown(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    kitchen_printer.off()
    label = paid(shop)
    prints(shop)

    prints(shop, after=LIFE)

    (view,) = shop.core.printers.printers(shop.outlet.id)
    assert (view.waiting, [slip.order and slip.order.label for slip in view.lost]) == (0, [label])
    kitchen_printer.on()
    prints(shop, after=A_WHILE)
    assert kitchen_printer.paper.slips == []


def test_nothing_of_yesterday_comes_out_in_the_morning(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    # Ten minutes before the day ends at four, by the outlet's clock.
    local = shop.clock() + timedelta(hours=7)
    shop.clock.added += timedelta(days=1) + (local.replace(hour=3, minute=50) - local)
    kitchen_printer.off()
    paid(shop)
    prints(shop)

    kitchen_printer.on()
    prints(shop, after=timedelta(minutes=20))

    assert kitchen_printer.paper.slips == []
    assert fates(shop) == [("kitchen", "given_up")]


def test_what_is_cooked_across_the_end_of_the_day_comes_out(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    local = shop.clock() + timedelta(hours=7)
    shop.clock.added += timedelta(days=1) + (local.replace(hour=3, minute=59) - local)
    label = paid(shop)

    prints(shop, after=timedelta(minutes=3))

    assert label in kitchen_printer.text


def test_food_that_is_served_needs_no_slip(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    kitchen_printer.off()
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(order.uid, order.cash_total, CASHIER)
    for step in (shop.core.kitchen.start, shop.core.kitchen.ready, shop.core.kitchen.serve):
        step(order.uid, CASHIER)

    kitchen_printer.on()
    prints(shop, after=A_WHILE)

    assert kitchen_printer.paper.slips == []
    assert fates(shop) == [("kitchen", "not_needed")]


def test_an_order_is_called_back_where_its_slip_may_have_come_out(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    kitchen_printer.breaks_after = 30
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(order.uid, order.cash_total, CASHIER)
    prints(shop)

    shop.core.kitchen.cancel(order.uid, "Habis", CASHIER, may_void=True)
    prints(shop, after=A_WHILE)

    (slip,) = kitchen_printer.paper.slips
    assert "BATAL" in slip.text
    assert fates(shop) == [("kitchen", "not_needed"), ("cancellation", "printed")]


def test_nothing_is_called_back_that_was_on_its_way_and_did_not_arrive(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(order.uid, order.cash_total, CASHIER)
    queue = shop.core.printing.queue
    (held,) = queue.lease(1)
    hand = queue.next_job(held)
    assert hand is not None

    shop.core.kitchen.cancel(order.uid, "Habis", CASHIER, may_void=True)
    queue.let_go(held, hand.job)
    prints(shop)

    assert kitchen_printer.paper.slips == []
    assert fates(shop) == [("kitchen", "not_needed"), ("cancellation", "not_needed")]


def test_a_printer_that_was_switched_off_or_taken_away_gets_nothing_more(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    printer = put_up(shop, kitchen_printer, prints_kitchen=True)
    kitchen_printer.off()
    paid(shop)
    prints(shop)

    shop.core.printers.remove(shop.outlet.id, printer.uid, CASHIER)
    paid(shop)
    kitchen_printer.on()
    prints(shop, after=A_WHILE)

    assert kitchen_printer.paper.slips == []
    assert fates(shop) == [("kitchen", "given_up")]


def test_a_slip_that_was_asked_for_while_its_printer_was_taken_away_is_given_up(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    printer = put_up(shop, kitchen_printer, prints_kitchen=True)
    shop.core.printers.remove(shop.outlet.id, printer.uid, CASHIER)
    with shop.core.db.write() as session:
        session.add(
            PrintJob(printer_id=printer.id, kind="kitchen", order_id=None, by="staff:3", created_at=shop.clock())
        )

    prints(shop)

    assert fates(shop) == [("kitchen", "given_up")]


def test_the_worker_is_told_of_each_commit_that_left_something_to_print(
    shop: Shop, kitchen_printer: NetPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    kicks: list[bool] = []
    monkeypatch.setattr(PrintWorker, "kick", lambda _: kicks.append(True))
    core = open_services(shop.core.settings, clock=shop.clock)
    order = shop.order("Sate Ayam", pay_by="cash")

    core.cash.order_by_code(shop.outlet.id, order.claim_code or "")
    assert kicks == []
    core.cash.take(order.uid, order.cash_total, CASHIER)

    assert kicks == [True]
    core.close()


def test_more_printers_than_one_work_at_the_same_time(shop: Shop) -> None:
    with open_printer() as first, open_printer() as second:
        for name, printer in (("Satu", first), ("Dua", second)):
            put_up(shop, printer, name, prints_kitchen=True)
            printer.seconds_a_piece = 0.3
        paid(shop)

        sweep = threading.Thread(target=shop.core.printing.sweep_once)
        sweep.start()

        assert soon(lambda: len(first._open) == len(second._open) == 1, 5)
        sweep.join(30)
    assert QUICK.patience.connect < 2
