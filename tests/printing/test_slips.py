"""What comes out of the printers while a restaurant works."""

import secrets

import pytest
from sqlalchemy import update

from core.menu.models import Category, Dish
from core.menu.quote import Pick
from core.orders.models import Order, OrderLine
from core.orders.status import PaymentMethod
from core.outlets.models import Outlet
from core.outlets.serving import Serving
from tests.kiosk.payloads import PAYLOADS
from tests.printing.paper import Slip
from tests.printing.printer import NetPrinter, put_up
from tests.printing.queue import fates, prints
from tests.services.test_ways_out import late
from tests.shop import CASHIER, Shop
from tests.stations import open_two_stations

HOSTILE = (
    "\x1b@\x1bp\x00\x19\xfa",
    "\x1dV\x00",
    "\x10\x14\x01\x00\x05",
    "a\x1b\x1d\x10b\x9b\x00",
    "\x1c\x26\u202e\u2028",
)


def noted(shop: Shop, note: str, *, dish: str = "Mi Goreng", quantity: int = 1, name: str = "") -> Order:
    """An order of one dish with a note, that waits for cash at table 3."""
    (pick,) = shop.picks(dish)
    picks = [Pick(pick.dish_id, quantity, pick.option_ids, note)]
    return shop.core.checkout.place_picks(
        shop.tables[2].token, picks, key=secrets.token_hex(8), pay_by=PaymentMethod.CASH, customer_name=name
    )


def labelled(shop: Shop, dish: str, *labels: str) -> None:
    with shop.core.db.write() as session:
        session.execute(update(Dish).where(Dish.name == dish).values(labels=list(labels)))


def takes_cash(shop: Shop, order: Order, tendered: int = 0) -> None:
    shop.core.cash.take(order.uid, tendered or order.cash_total, CASHIER)


def last(printer: NetPrinter) -> Slip:
    return printer.paper.slips[-1]


def test_a_paid_order_comes_out_in_the_kitchen_large_and_without_a_price(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    order = noted(shop, "Tanpa kacang, alergi", quantity=2, name="Rani")
    prints(shop)
    assert kitchen_printer.paper.slips == []

    takes_cash(shop, order)
    prints(shop)

    (slip,) = kitchen_printer.paper.slips
    assert slip.is_cut
    assert (slip.line(order.label).wide, slip.line(order.label).high) == (3, 3)
    assert slip.line("Meja 3").wide == 2
    assert slip.line("2x Mi Goreng").high == 2
    assert "   + Biasa\n   ! Tanpa kacang, alergi" in slip.text
    assert "Rani" in slip.text
    assert "Rp" not in slip.text


def test_an_order_paid_by_qris_comes_out_as_soon_as_the_money_is_in(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    order = shop.order("Sate Ayam", "Es Teh")
    shop.wallet.pays(order)
    shop.hears_of(shop.attempt(order))

    prints(shop)

    (slip,) = kitchen_printer.paper.slips
    assert "1x Sate Ayam\n1x Es Teh" in slip.text


def test_late_money_that_is_honoured_comes_out_too(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    _, case = late(shop)
    prints(shop)
    assert kitchen_printer.paper.slips == []

    shop.core.cases.honour(shop.outlet.id, case.uid, CASHIER)
    prints(shop)

    assert "1x Sate Ayam" in kitchen_printer.text


def test_each_station_gets_its_own_part_and_the_pass_gets_all(
    shop: Shop, kitchen_printer: NetPrinter, till_printer: NetPrinter
) -> None:
    kitchen, bar = open_two_stations(shop)
    put_up(shop, kitchen_printer, "Dapur", prints_kitchen=True, station_id=kitchen.id)
    put_up(shop, till_printer, "Bar", prints_kitchen=True, station_id=bar.id)
    both, tea = shop.order("Sate Ayam", "Es Teh", pay_by="cash"), shop.order("Es Teh", pay_by="cash")

    takes_cash(shop, both)
    takes_cash(shop, tea)
    prints(shop)

    assert len(kitchen_printer.paper.slips) == 1
    assert "Sate Ayam" in kitchen_printer.text
    assert "Es Teh" not in kitchen_printer.text
    assert [tea.label in slip.text for slip in till_printer.paper.slips] == [False, True]
    assert "Sate Ayam" not in till_printer.text


def test_a_printer_of_no_station_prints_whole_orders(shop: Shop, kitchen_printer: NetPrinter) -> None:
    open_two_stations(shop)
    put_up(shop, kitchen_printer, "Pass", prints_kitchen=True)

    takes_cash(shop, shop.order("Sate Ayam", "Es Teh", pay_by="cash"))
    prints(shop)

    assert "1x Sate Ayam\n1x Es Teh" in kitchen_printer.text


def test_a_station_that_is_given_up_meanwhile_leaves_no_slip_without_dishes(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    _, bar = open_two_stations(shop)
    put_up(shop, kitchen_printer, "Bar", prints_kitchen=True, station_id=bar.id)
    takes_cash(shop, shop.order("Es Teh", pay_by="cash"))
    with shop.core.db.write() as session:
        session.execute(update(Category).values(station_id=None))

    prints(shop)

    assert "1x Es Teh" in kitchen_printer.text


def test_a_cash_receipt_says_everything_that_the_screen_says(shop: Shop, till_printer: NetPrinter) -> None:
    with shop.core.db.write() as session:
        facts = {"address": "Jl. Melati 5, Bandung", "phone": "022-123456", "tax_number": "P.1.23.456"}
        session.execute(update(Outlet).values(**facts))
    put_up(shop, till_printer, "Kasir", prints_receipts=True, prints_after_cash=True)
    order = noted(shop, "Pisah sambal", quantity=3, name="Bu Sri")

    takes_cash(shop, order, 100_000)
    prints(shop)

    (slip,) = till_printer.paper.slips
    text = " ".join(slip.text.split())
    for said in (
        "Warung Uji Jl. Melati 5, Bandung 022-123456 NPWPD P.1.23.456",
        f"Pesanan {order.label}",
        "Untuk Meja 3",
        "Nama Bu Sri",
        "3x Mi Goreng Rp72.000 + Biasa ! Pisah sambal",
        "Subtotal Rp72.000 Biaya layanan 5% Rp3.600 Pajak restoran (PB1) 10% Rp7.560",
        "Pembulatan Rp40 TOTAL Rp83.200",
        "Tunai Rp100.000 Kembalian Rp16.800",
        "LUNAS",
    ):
        assert said in text, said
    assert "BELUM" not in text
    assert "SALINAN" not in text
    assert slip.line("TOTAL").high == 2
    assert not slip.is_cut


def test_a_qris_receipt_names_wallet_and_reference_and_is_never_rounded(shop: Shop, till_printer: NetPrinter) -> None:
    put_up(shop, till_printer, "Kasir", prints_receipts=True)
    order = shop.order("Mi Goreng")
    shop.wallet.pays(order, issuer="gopay")

    shop.core.paper.receipt(order.uid, CASHIER)
    prints(shop)

    text = " ".join(last(till_printer).text.split())
    assert "QRIS GoPay" in text
    assert f"Referensi {shop.attempt(order).reference}" in text
    assert f"TOTAL Rp{order.total:,}".replace(",", ".") in text
    assert "Pembulatan" not in text
    assert "LUNAS" in text


def test_a_bill_before_payment_says_so_in_large_letters(shop: Shop, till_printer: NetPrinter) -> None:
    put_up(shop, till_printer, "Kasir", prints_receipts=True)
    order = shop.order("Sate Ayam", pay_by="cash")

    shop.core.paper.receipt(order.uid, CASHIER)
    prints(shop)

    slip = last(till_printer)
    assert slip.line("BELUM LUNAS").wide == 2
    assert "\nLUNAS" not in slip.text.replace(" ", "")


def test_what_went_back_stands_on_the_receipt(shop: Shop, till_printer: NetPrinter) -> None:
    put_up(shop, till_printer, "Kasir", prints_receipts=True)
    order = shop.order("Sate Ayam", "Es Teh", pay_by="cash")
    takes_cash(shop, order)
    shop.core.refunds.ask(order.uid, 7_000, "Es tumpah", CASHIER, in_cash=True)
    shop.core.paper.receipt(order.uid, CASHIER)
    prints(shop)

    shop.core.kitchen.cancel(order.uid, "Tamu pergi", CASHIER, may_void=True)
    shop.core.paper.receipt(order.uid, CASHIER)
    prints(shop)

    partly, cancelled = till_printer.paper.slips
    assert "Dikembalikan tunai" in partly.text
    assert "-Rp7.000" in partly.text
    assert "LUNAS" in partly.text
    assert "BATAL" in cancelled.text


def test_a_receipt_asked_for_again_is_a_copy_with_its_number(shop: Shop, till_printer: NetPrinter) -> None:
    put_up(shop, till_printer, "Kasir", prints_receipts=True, prints_after_cash=True)
    order = shop.order("Sate Ayam", pay_by="cash")
    takes_cash(shop, order)

    copies = [shop.core.paper.receipt(order.uid, CASHIER) for _ in range(2)]
    prints(shop)

    assert copies == [1, 2]
    first, second, third = till_printer.paper.slips
    assert "SALINAN" not in first.text
    assert second.line("SALINAN 1").wide == 2
    assert third.line("SALINAN 2").wide == 2
    asked = [event.data["copy"] for event in shop.page(order).history if event.kind == "receipt.print_asked"]
    assert asked == [1, 2]


def test_a_kitchen_slip_says_what_a_cook_goes_by_as_the_menu_said_then(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    labelled(shop, "Sate Ayam", "non_halal", "best_seller", "contains_peanuts", "contains_soy", "spicy")
    order = noted(shop, "", dish="Sate Ayam")
    labelled(shop, "Sate Ayam", "halal")
    takes_cash(shop, order)
    prints(shop)

    (slip,) = kitchen_printer.paper.slips
    assert "NON-HALAL, pedas, mengandung kacang tanah, kedelai" in " ".join(slip.text.split())


def test_a_kitchen_slip_asked_for_again_says_that_it_is_a_copy(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    order = shop.order("Sate Ayam", pay_by="cash")
    takes_cash(shop, order)
    for step in (shop.core.kitchen.start, shop.core.kitchen.ready, shop.core.kitchen.serve):
        prints(shop)
        step(order.uid, CASHIER)

    shop.core.paper.kitchen_slip(order.uid, CASHIER)
    prints(shop)

    first, second = kitchen_printer.paper.slips
    assert "SALINAN" not in first.text
    assert second.line("SALINAN 1").wide == 2


@pytest.mark.parametrize("note", HOSTILE)
def test_a_note_with_a_printers_commands_in_it_is_words(
    shop: Shop, kitchen_printer: NetPrinter, till_printer: NetPrinter, note: str
) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    put_up(shop, till_printer, "Kasir", prints_receipts=True, prints_after_cash=True, opens_drawer=False)
    # As it would stand in the database had nothing been dropped on the way there.
    order = noted(shop, "x")
    with shop.core.db.write() as session:
        kept = note if shop.core.db.is_sqlite else note.replace("\x00", "")
        session.execute(update(OrderLine).values(note=kept, name=f"Sate{kept}"))
        session.execute(update(Order).values(customer_name=kept))

    takes_cash(shop, order)
    prints(shop)

    assert [len(printer.paper.slips) for printer in (kitchen_printer, till_printer)] == [1, 1]
    assert kitchen_printer.paper.kicks == till_printer.paper.kicks == 0
    assert "1x Sate" in kitchen_printer.text


def test_every_payload_of_the_screens_is_printed_as_text(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    orders = [noted(shop, payload[:140]) for payload in PAYLOADS[:3]]
    for order in orders:
        takes_cash(shop, order)

    prints(shop)

    assert len(kitchen_printer.paper.slips) == len(orders)
    assert "<script>alert(1)</script>" in kitchen_printer.text


def test_a_note_in_letters_that_no_printer_has_sends_the_cook_to_the_screen(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)

    takes_cash(shop, noted(shop, "不要花生"))
    takes_cash(shop, noted(shop, "Tanpa kacang"))
    prints(shop)

    assert ["BACA DI LAYAR" in slip.text for slip in kitchen_printer.paper.slips] == [True, False]


@pytest.mark.parametrize(
    ("serving", "stand", "place"),
    [
        (Serving.DINE_IN, None, "Meja 1"),
        (Serving.DINE_IN, 42, "Papan nomor 42"),
        (Serving.TAKE_AWAY, None, "Bawa pulang"),
    ],
)
def test_where_it_is_carried_stands_large(
    shop: Shop, kitchen_printer: NetPrinter, serving: Serving, stand: int | None, place: str
) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    order = shop.order("Sate Ayam", pay_by="cash")
    with shop.core.db.write() as session:
        session.execute(update(Order).values(serving=serving, stand=stand))

    takes_cash(shop, order)
    prints(shop)

    assert last(kitchen_printer).line(place).wide == 2


def test_an_order_cancelled_after_its_slip_came_out_is_called_back_on_paper(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    order = shop.order("Sate Ayam", pay_by="cash")
    takes_cash(shop, order)
    prints(shop)

    shop.core.kitchen.cancel(order.uid, "Ayam habis", CASHIER, may_void=True)
    prints(shop)

    slip = last(kitchen_printer)
    assert (slip.line("BATAL").wide, slip.line(order.label).wide) == (3, 3)
    assert "1x Sate Ayam" in slip.text
    assert "Alasan: Ayam habis" in slip.text


def test_a_line_taken_off_after_its_slip_came_out_is_called_back_on_paper(
    shop: Shop, kitchen_printer: NetPrinter
) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    order = shop.order("Sate Ayam", "Es Teh", pay_by="cash")
    takes_cash(shop, order)
    prints(shop)

    takes_off(shop, order, "Es Teh")
    prints(shop)

    slip = last(kitchen_printer)
    assert slip.line("BATAL").wide == 3
    assert "1x Es Teh" in slip.text
    assert "Sate" not in slip.text


def test_a_slip_that_comes_out_late_says_what_was_taken_off_meanwhile(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    order = shop.order("Sate Ayam", "Es Teh", pay_by="cash")
    takes_cash(shop, order)

    takes_off(shop, order, "Es Teh")
    prints(shop)

    (slip,) = kitchen_printer.paper.slips
    assert "1x BATAL Es Teh" in slip.text
    assert "1 porsi" in slip.text


def takes_off(shop: Shop, order: Order, name: str) -> None:
    """Give a dish back in cash and have it not made."""
    (line,) = (line for line in shop.core.orders.page(order.uid).order.lines if line.name == name)
    shop.core.refunds.ask(order.uid, line.amount, "Habis", CASHIER, in_cash=True, not_made=[line.id])


def test_an_order_cancelled_before_its_slip_came_out_never_comes_out(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    order = shop.order("Sate Ayam", pay_by="cash")
    takes_cash(shop, order)

    shop.core.kitchen.cancel(order.uid, "Ayam habis", CASHIER, may_void=True)
    prints(shop)

    assert kitchen_printer.paper.slips == []
    assert fates(shop) == [("kitchen", "not_needed")]


def test_an_unpaid_order_that_is_cancelled_concerns_no_cook(shop: Shop, kitchen_printer: NetPrinter) -> None:
    put_up(shop, kitchen_printer, prints_kitchen=True)
    order = shop.order("Sate Ayam", pay_by="cash")

    shop.core.payments.cancel(order.uid)
    prints(shop)

    assert fates(shop) == []


def test_the_test_page_shows_whether_the_width_is_right(
    shop: Shop, kitchen_printer: NetPrinter, till_printer: NetPrinter
) -> None:
    for printer, name, columns in ((kitchen_printer, "Dapur", 48), (till_printer, "Kasir", 32)):
        one = put_up(shop, printer, name)
        shop.core.printers.test(shop.outlet.id, one.uid, CASHIER)
        prints(shop)

        slip = last(printer)
        assert name in slip.text
        assert max(len(line.text) for line in slip.lines) == columns
        assert {line.wide for line in slip.lines} == {1, 2, 3}
