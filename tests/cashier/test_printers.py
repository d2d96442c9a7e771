"""Printers on the screens: putting them up, trying them, seeing that one is silent, and printing once more."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.outlets.models import Station
from core.printing.models import Printer
from core.printing.queries import SILENT_FOR
from core.services.print_queue import LIFE
from tests.cashier.conftest import Counter
from tests.printing.printer import NetPrinter, open_printer, put_up
from tests.printing.queue import prints
from tests.shop import CASHIER, Shop
from tests.stations import open_two_stations

PAGE = "/cashier/printers"


@pytest.fixture
def printer() -> Iterator[NetPrinter]:
    with open_printer() as printer:
        yield printer


@pytest.fixture
def manager(counter: Counter) -> Counter:
    counter.signs_in("manager")
    return counter


def known(shop: Shop) -> list[Printer]:
    return [view.printer for view in shop.core.printers.printers(shop.outlet.id)]


def describes(printer: NetPrinter, **more: str) -> dict[str, str]:
    host, port = printer.address
    return {"name": "Dapur", "host": host, "port": str(port), "paper": "80", "in_use": "yes"} | more


def paid(shop: Shop) -> str:
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(order.uid, order.cash_total, CASHIER)
    return order.uid


def test_a_manager_puts_a_printer_up_and_sees_its_test_page_come_out(manager: Counter, printer: NetPrinter) -> None:
    page = manager.after(manager.browser.post(f"{PAGE}/add", data=describes(printer, kitchen="yes", drawer="yes")))
    assert "BELUM DICOBA" in page
    (one,) = known(manager.shop)

    page = manager.after(manager.browser.post(f"{PAGE}/{one.uid}/test"))
    assert "1 slip menunggu" in page
    prints(manager.shop)

    page = manager.sees(f"{PAGE}/list")
    assert "SIAP" in page
    assert "Terakhir mencetak baru saja" in page
    assert "Slip dapur" in page
    assert "laci" in page
    assert "Cetak percobaan" in printer.text


def test_what_was_typed_stands_in_the_form_again_with_what_was_wrong(manager: Counter, printer: NetPrinter) -> None:
    form = describes(printer, host="169.254.169.254", name="<b>Dapur</b>", kitchen="yes", paper="58")

    answer = manager.browser.post(f"{PAGE}/add", data=form)

    assert answer.status_code == 422
    assert "Ini bukan alamat di jaringan Anda sendiri" in answer.text
    assert 'value="169.254.169.254"' in answer.text
    assert "&lt;b&gt;Dapur&lt;/b&gt;" in answer.text
    assert re.search(r'value="58" checked', answer.text)
    assert known(manager.shop) == []


@pytest.mark.parametrize("port", ["22", "6379", "99999", "999999999999", "0"])
def test_a_port_of_something_else_is_refused(manager: Counter, printer: NetPrinter, port: str) -> None:
    answer = manager.browser.post(f"{PAGE}/add", data=describes(printer, port=port))

    assert answer.status_code == 422
    assert "9100" in answer.text
    assert known(manager.shop) == []


def test_a_printer_is_changed_switched_off_and_removed(manager: Counter, printer: NetPrinter) -> None:
    one = put_up(manager.shop, printer, prints_kitchen=True)
    form = manager.sees(f"{PAGE}?edit={one.uid}")
    assert 'name="kitchen" value="yes" checked' in form
    assert 'name="drawer" value="yes">' in form

    off = describes(printer, name="Dapur lama")
    del off["in_use"]
    page = manager.after(manager.browser.post(f"{PAGE}/{one.uid}/change", data=off))
    assert "Dapur lama" in page
    assert "MATI" in page

    wrong = manager.browser.post(f"{PAGE}/{one.uid}/change", data=describes(printer, name=""))
    assert wrong.status_code == 422
    assert "Ubah Dapur lama" in wrong.text

    page = manager.after(manager.browser.post(f"{PAGE}/{one.uid}/remove"))
    assert "Belum ada printer" in page
    assert manager.opens(f"{PAGE}?edit={one.uid}").status_code == 404
    assert manager.browser.post(f"{PAGE}/{one.uid}/change", data=describes(printer)).status_code == 404


def test_a_printer_stands_at_a_station_and_a_station_without_one_is_named(
    manager: Counter, printer: NetPrinter
) -> None:
    kitchen, bar = open_two_stations(manager.shop)
    with manager.shop.core.db.write() as session:
        session.get_one(Station, bar.id).name = "Bar 50% <i>"

    page = manager.after(
        manager.browser.post(f"{PAGE}/add", data=describes(printer, kitchen="yes", station=str(kitchen.id)))
    )

    assert "Slip dapur (Dapur)" in page
    assert "Tidak ada yang dicetak untuk Bar 50% &lt;i&gt;" in page
    assert f'name="station" value="{kitchen.id}" checked' in manager.sees(f"{PAGE}?edit={known(manager.shop)[0].uid}")


def test_a_silent_printer_is_named_on_board_and_kitchen_and_in_the_list(manager: Counter, printer: NetPrinter) -> None:
    put_up(manager.shop, printer, "Bar <b>", prints_kitchen=True)
    printer.paper.sensors.has_paper = False
    paid(manager.shop)
    prints(manager.shop)
    assert "tidak mencetak" not in manager.sees("/cashier/board")

    manager.shop.clock.added += SILENT_FOR + timedelta(seconds=1)

    for page in ("/cashier", "/cashier/kitchen", "/cashier/kitchen/tickets"):
        told = manager.sees(page)
        assert "Printer Bar &lt;b&gt; tidak mencetak" in told, page
        assert "Kertasnya habis. 1 slip menunggu." in told, page
    told = manager.sees(PAGE)
    assert "TIDAK MENCETAK" in told
    assert "Kertasnya habis." in told


def test_what_never_came_out_is_listed_with_its_order(manager: Counter, printer: NetPrinter) -> None:
    put_up(manager.shop, printer, prints_kitchen=True)
    printer.off()
    uid = paid(manager.shop)
    prints(manager.shop, after=LIFE)

    page = manager.sees(PAGE)

    assert "1 slip sehari terakhir tidak pernah keluar" in page
    assert f'href="/cashier/history/{uid}"' in page


def test_an_order_is_printed_again_from_its_page(cashier: Counter, printer: NetPrinter) -> None:
    put_up(cashier.shop, printer, prints_kitchen=True, prints_receipts=True)
    uid = paid(cashier.shop)
    prints(cashier.shop)
    page = cashier.sees(f"/cashier/history/{uid}")
    assert f'action="/cashier/orders/{uid}/print/receipt"' in page

    for what in ("receipt", "kitchen"):
        answer = cashier.browser.post(f"/cashier/orders/{uid}/print/{what}", data={"back": "history"})
        assert "Sedang dikirim ke printer." in cashier.after(answer)
    prints(cashier.shop)

    told = cashier.sees(f"/cashier/history/{uid}")
    assert "Struk dikirim ke printer." in told
    assert re.search(r"Slip dapur dikirim lagi ke printer\.\s*<q[^>]*>SALINAN 1</q>", told)
    first, receipt, again = (slip.text for slip in printer.paper.slips)
    assert "SALINAN" not in first
    assert "TOTAL" in receipt
    assert "SALINAN 1" in again


def test_with_two_receipt_printers_there_is_a_button_for_each(cashier: Counter, printer: NetPrinter) -> None:
    put_up(cashier.shop, printer, "Kasir 1", prints_receipts=True)
    second = put_up(cashier.shop, printer, "Kasir 2", prints_receipts=True)
    order = cashier.shop.order("Sate Ayam", pay_by="cash")

    page = cashier.sees(f"/cashier?order={order.uid}")

    assert "Cetak bon: Kasir 1" in page
    assert f'name="printer" value="{second.uid}"' in page


def test_a_house_without_printers_offers_none(cashier: Counter) -> None:
    uid = paid(cashier.shop)

    for page in (f"/cashier?order={uid}", f"/cashier/history/{uid}", "/cashier/shift"):
        told = cashier.sees(page)
        assert "/print/" not in told
        assert "Buka laci tanpa penjualan" not in told
    answer = cashier.browser.post(f"/cashier/orders/{uid}/print/receipt", data={})
    assert answer.status_code == 409
    assert "Tidak ada printer untuk ini" in answer.text


def test_the_drawer_is_opened_without_a_sale_only_for_a_reason(cashier: Counter, printer: NetPrinter) -> None:
    put_up(cashier.shop, printer, "Kasir", opens_drawer=True)
    assert "Buka laci tanpa penjualan" in cashier.sees("/cashier/shift")

    refused = cashier.browser.post("/cashier/shift/no-sale", data={"reason": " "})
    assert refused.status_code == 422
    prints(cashier.shop)
    assert printer.paper.kicks == 0

    page = cashier.after(cashier.browser.post("/cashier/shift/no-sale", data={"reason": "Tukar <b>uang</b>"}))
    prints(cashier.shop)
    assert printer.paper.kicks == 1
    assert "Tukar &lt;b&gt;uang&lt;/b&gt;" in page
    assert "dibuka, tanpa penjualan" in page


def test_an_order_of_another_outlet_is_not_printed(cashier: Counter, printer: NetPrinter) -> None:
    put_up(cashier.shop, printer, prints_receipts=True)
    order = cashier.shop.order("Sate Ayam", pay_by="cash")
    with cashier.shop.core.db.write() as session:
        from core.outlets.models import Outlet

        other = Outlet(name="Cabang")
        session.add(other)
        session.flush()
        session.merge(order).outlet_id = other.id

    answer = cashier.browser.post(f"/cashier/orders/{order.uid}/print/receipt", data={})

    assert answer.status_code == 404
