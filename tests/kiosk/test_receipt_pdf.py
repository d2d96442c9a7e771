"""The receipt on paper: one strip of 80 mm that says what the screen's receipt says."""

import re
import zlib
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import update

from core.events.record import Actor
from core.orders.models import Order, OrderLine
from core.outlets.models import Outlet
from tests.kiosk.conftest import Diner
from tests.services.test_refunds import MANAGER
from tests.shop import CASHIER

_AMOUNT = re.compile(r"[-−]?Rp[\d.]+")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def words_of(paper: bytes) -> str:
    """Read the text of a PDF whose fonts are Latin-1."""
    said = []
    for packed in _STREAM.findall(paper):
        try:
            # Not `decompress`: when a stream happens to end in a line's end, its checksum is cut here.
            stream = zlib.decompressobj().decompress(packed)
        except zlib.error:
            continue
        said += re.findall(rb"\(((?:\\.|[^()\\])*)\) Tj", stream)
    return "\n".join(re.sub(rb"\\(.)", rb"\1", piece).decode("latin-1") for piece in said)


def paper_of(diner: Diner, order: Order, query: str = "") -> bytes:
    answer = diner.opens(f"/orders/{order.uid}/receipt.pdf{query}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    return answer.content


def figures(text: str) -> list[str]:
    return sorted(_AMOUNT.findall(text.replace("−", "-")))


@pytest.mark.parametrize("way", ["qris", "cash", "unpaid", "refunded"])
def test_paper_and_screen_say_the_same_figures(diner: Diner, way: str) -> None:
    order = diner.shop.order("Sate Ayam", "Mi Goreng", "Es Teh", pay_by="cash" if way == "cash" else "qris")
    if way == "cash":
        diner.shop.core.cash.take(order.uid, 100_000, CASHIER)
    elif way != "unpaid":
        diner.shop.wallet.pays(order, issuer="gopay")
    if way == "refunded":
        diner.shop.core.refunds.ask(order.uid, 5_000, "tumpah", CASHIER)
        diner.shop.gateway_works()

    screen = diner.opens(f"/orders/{order.uid}/receipt").text
    words = words_of(paper_of(diner, order))

    assert figures(words) == figures(screen)
    assert ("BELUM LUNAS" in words) == (way == "unpaid")
    assert order.label in words
    assert "Warung Uji" in words


@pytest.mark.parametrize(("what", "stamp"), [("refunded", "DIKEMBALIKAN"), ("cancelled", "BATAL")])
def test_a_receipt_of_money_that_went_back_is_no_proof_of_payment(diner: Diner, what: str, stamp: str) -> None:
    order = diner.shop.order("Sate Ayam")
    diner.shop.wallet.pays(order, issuer="gopay")
    assert stamp not in words_of(paper_of(diner, order))
    if what == "refunded":
        diner.shop.core.refunds.ask(order.uid, order.total, "basi", MANAGER)
        diner.shop.gateway_works()
    else:
        diner.shop.core.kitchen.cancel(order.uid, "Daging habis", CASHIER, may_void=True)

    assert stamp in words_of(paper_of(diner, order))
    assert stamp in diner.opens(f"/orders/{order.uid}/receipt").text


def test_it_is_80_mm_wide_and_as_long_as_what_stands_on_it(diner: Diner) -> None:
    short = paper_of(diner, diner.shop.order("Es Teh"))
    long = paper_of(diner, diner.shop.order(*["Es Teh", "Sate Ayam", "Mi Goreng"] * 4))

    (width, height), (same, longer) = (_size(paper) for paper in (short, long))
    assert width == same == pytest.approx(80, abs=0.1)
    assert 100 < height < longer < 300


def _size(paper: bytes) -> tuple[float, float]:
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
    assert box is not None
    return float(box[1]) / 72 * 25.4, float(box[2]) / 72 * 25.4


def test_it_speaks_the_readers_language(diner: Diner) -> None:
    order = diner.shop.order("Mi Goreng")

    assert "Pajak restoran" in words_of(paper_of(diner, order))
    assert "Restaurant tax" in words_of(paper_of(diner, order, "?lang=en"))


def test_its_qr_leads_to_the_order(diner: Diner) -> None:
    order = diner.shop.order("Es Teh")
    strip = paper_of(diner, order)

    picture = re.search(rb"/Width (\d+)", strip)
    link = diner.opens(f"/orders/{order.uid}/link.png").content

    assert picture is not None
    assert int(picture[1]) == Image.open(BytesIO(link)).width
    assert zxingcpp.read_barcodes(Image.open(BytesIO(link)).convert("L"))[0].text.endswith(f"/orders/{order.uid}")


@pytest.mark.parametrize(
    "text", ["السلام عليكم", "宫保鸡丁", "Z̷̢̛a̸̧l̶g̵o̷" * 8, "🍜👨‍👩‍👧", "(\\) Tj ET", "x" * 130, "ﬁancé – “né”"]
)
def test_letters_that_the_font_has_not_do_not_stop_the_printer(diner: Diner, text: str) -> None:
    order = diner.shop.order("Sate Ayam")
    with diner.shop.core.db.write() as session:
        session.execute(update(OrderLine).where(OrderLine.order_id == order.id).values(note=text, name=text))
        session.execute(update(Order).where(Order.id == order.id).values(customer_name=text[:40]))
        session.execute(update(Outlet).values(name=text, address=text))

    assert "Rp32.340" in words_of(paper_of(diner, order))


def test_nobody_gets_a_receipt_of_an_order_nobody_knows(diner: Diner) -> None:
    assert diner.opens("/orders/nobody-knows-this-one/receipt.pdf").status_code == 404


def test_a_cancelled_order_still_has_its_receipt(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam", pay_by="cash")
    diner.shop.core.payments.cancel(order.uid, by=Actor("diner"))

    assert "BELUM LUNAS" in words_of(paper_of(diner, order))


def test_a_bill_paid_with_cash_that_lay_on_the_desk_says_so_on_paper_and_on_screen(diner: Diner) -> None:
    shop = diner.shop
    first = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(first.uid, 100_000, CASHIER)
    shop.core.kitchen.cancel(first.uid, "Habis", MANAGER, may_void=True)
    (case,) = shop.cases()
    order = shop.order("Es Teh", pay_by="cash")
    shop.core.cases.credit(shop.outlet.id, case.uid, order.uid, MANAGER)

    screen = diner.opens(f"/orders/{order.uid}/receipt")
    words = words_of(paper_of(diner, order))

    assert screen.status_code == 200
    assert figures(words) == figures(screen.text)
    assert "Tunai\nRp8.100\nKembalian\nRp0" in words
