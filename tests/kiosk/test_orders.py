import re
from base64 import b64decode
from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from core.events.record import Actor
from core.services.order_desk import Stage
from tests.kiosk.conftest import Diner
from tests.shop import CASHIER


def test_the_picture_says_what_the_gateway_said(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")

    picture = diner.opens(f"/orders/{order.uid}/qr.png")

    image = Image.open(BytesIO(picture.content))
    assert picture.headers["content-type"] == "image/png"
    assert zxingcpp.read_barcodes(image.convert("L"))[0].text == diner.shop.attempt(order).qr_text
    assert diner.opens(f"/orders/{order.uid}/qr.png", **{"If-None-Match": picture.headers["etag"]}).status_code == 304


def test_the_picture_can_be_saved(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")

    picture = diner.opens(f"/orders/{order.uid}/qr.png?download=1")

    assert picture.headers["content-disposition"].startswith("attachment")


def test_there_is_no_picture_of_a_qr_that_is_over(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")
    diner.shop.wallet.pays(order)

    assert diner.opens(f"/orders/{order.uid}/qr.png").status_code == 404


def test_the_page_waits_by_itself_without_javascript(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")

    page = diner.opens(f"/orders/{order.uid}").text

    assert '<noscript><meta http-equiv="refresh"' in page


def test_paid_turns_into_the_number_and_the_way_through_the_kitchen(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")
    diner.shop.wallet.pays(order)

    part = diner.opens(f"/orders/{order.uid}/payment-status").text

    assert 'id="progress"' in part
    assert "LUNAS" in part
    assert order.label in part


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((), "Dapur sudah menerima"),
        (("start",), "sedang dimasak"),
        (("start", "ready"), "segera diantar"),
        (("start", "ready", "serve"), "Selamat makan!"),
    ],
)
def test_the_page_follows_the_kitchen(diner: Diner, steps: tuple[str, ...], words: str) -> None:
    order = diner.shop.order("Sate Ayam")
    diner.shop.wallet.pays(order)
    for step in steps:
        getattr(diner.shop.core.kitchen, step)(order.uid, CASHIER)

    assert words in diner.opens(f"/orders/{order.uid}/progress").text


def test_i_have_paid_is_answered_with_the_time_of_the_last_look(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")

    page = diner.does(f"/orders/{order.uid}/check")

    assert page.status_code == 200
    assert "uang belum masuk" in page.text
    assert "jangan bayar lagi" in page.text


def test_a_qr_that_ran_out_is_covered_and_followed_by_a_new_one(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")
    diner.shop.passes(timedelta(minutes=16))
    assert diner.shop.stage(order) is Stage.CHECKING
    assert "Sedang kami tanyakan ke bank" in diner.opens(f"/orders/{order.uid}").text

    diner.shop.gateway_works()
    over = diner.opens(f"/orders/{order.uid}").text
    diner.does(f"/orders/{order.uid}/new-qr")
    diner.shop.gateway_works()
    new = diner.opens(f"/orders/{order.uid}").text

    assert "QR ini sudah berakhir. Jangan simpan gambarnya." in over
    assert "qr.png" not in over
    assert "data:image" not in over
    assert "Simpan gambar QR" in new


def test_the_qr_comes_with_its_page_and_is_the_one_that_is_saved(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")

    page = diner.opens(f"/orders/{order.uid}").text

    found = re.search(r'src="data:image/png;base64,([^"]+)"', page)
    assert found is not None
    assert b64decode(found[1]) == diner.opens(f"/orders/{order.uid}/qr.png").content


def test_cash_instead_closes_the_qr_first(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")

    diner.does(f"/orders/{order.uid}/cash")
    diner.shop.gateway_works()

    page = diner.opens(f"/orders/{order.uid}").text
    assert "Tunjukkan kode ini ke kasir" in page
    assert "qr.png" not in page


def test_qris_after_all(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam", pay_by="cash")

    diner.does(f"/orders/{order.uid}/qris")
    diner.shop.gateway_works()

    assert "Simpan gambar QR" in diner.opens(f"/orders/{order.uid}").text


def test_an_order_given_up_says_so_and_shows_the_way_back(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam", pay_by="cash")

    page = diner.does(f"/orders/{order.uid}/cancel").text

    assert "Pesanan ini dibatalkan" in page
    assert diner.table in page


def test_a_paid_order_that_is_cancelled_says_where_the_money_is(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")
    diner.shop.wallet.pays(order)
    diner.shop.core.kitchen.cancel(order.uid, "habis", CASHIER, may_void=True)

    page = diner.opens(f"/orders/{order.uid}").text

    assert "Maaf, pesanan ini tidak bisa dibuat." in page
    assert "Uang sedang dikembalikan." in page


def test_money_that_comes_late_is_spoken_of(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")
    diner.does(f"/orders/{order.uid}/cancel")
    diner.shop.gateway_works()
    diner.shop.wallet.pays(order, late=True)

    assert "Kasir sudah tahu" in diner.opens(f"/orders/{order.uid}").text


def test_the_receipt_adds_up_and_says_how_it_was_paid(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")
    diner.shop.wallet.pays(order)

    receipt = diner.opens(f"/orders/{order.uid}/receipt").text

    for piece in ("Warung Uji", order.label, "Rp28.000", "Biaya layanan 5%", "Pajak restoran (PB1) 10%", "Rp32.340"):
        assert piece in receipt
    assert diner.shop.attempt(order).reference in receipt
    assert "BELUM LUNAS" not in receipt


def test_a_cash_receipt_names_what_was_given_and_given_back(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam", pay_by="cash")
    diner.shop.core.cash.take(order.uid, 50_000, CASHIER)

    receipt = diner.opens(f"/orders/{order.uid}/receipt").text

    assert "Rp50.000" in receipt
    assert "Rp17.700" in receipt
    assert "Pembulatan" in receipt


def test_a_bill_before_payment_says_that_it_is_not_paid(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam", pay_by="cash")

    assert "BELUM LUNAS" in diner.opens(f"/orders/{order.uid}/receipt").text


def test_the_qr_on_the_receipt_leads_to_the_order(diner: Diner) -> None:
    order = diner.shop.order("Es Teh")

    picture = diner.opens(f"/orders/{order.uid}/link.png")

    read = zxingcpp.read_barcodes(Image.open(BytesIO(picture.content)).convert("L"))
    assert read[0].text.endswith(f"/orders/{order.uid}")


def test_an_order_nobody_knows_is_not_found(diner: Diner) -> None:
    for path in ("", "/receipt", "/qr.png", "/link.png", "/progress", "/payment-status"):
        assert diner.opens(f"/orders/nobody-knows-this-one{path}").status_code == 404


def test_only_the_orders_own_page_is_nudged(live_diner: Diner) -> None:
    order = live_diner.shop.order("Sate Ayam")
    with live_diner.browser.websocket_connect(
        f"/live/orders/{order.uid}", headers={"Origin": "http://testserver"}
    ) as socket:
        live_diner.shop.wallet.pays(order)

        message = socket.receive_json()

    assert set(message) <= {"event", "beat"}


def test_no_public_address_marks_an_order_as_paid(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")

    for what in ("check", "new-qr", "qris"):
        diner.does(f"/orders/{order.uid}/{what}")
    diner.shop.gateway_works()

    assert diner.shop.status(order) == ("awaiting_payment", "pending")


def test_what_a_diner_may_not_do_any_more_is_refused_with_a_sentence(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")
    diner.shop.wallet.pays(order)

    for what in ("new-qr", "cash", "qris", "cancel"):
        assert diner.does(f"/orders/{order.uid}/{what}").status_code == 409, what


def test_a_sold_out_house_still_shows_old_orders(diner: Diner) -> None:
    order = diner.shop.order("Es Teh")
    diner.shop.core.menu.set_sold_out(diner.shop.dishes["Es Teh"].id, sold_out=True, by=Actor("system"))

    assert "Es Teh" in diner.opens(f"/orders/{order.uid}").text
