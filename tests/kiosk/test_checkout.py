from core.orders.status import PaymentMethod
from tests.kiosk.conftest import Diner


def test_qris_leads_to_a_page_with_a_qr(live_diner: Diner) -> None:
    live_diner.adds("Sate Ayam")

    page = live_diner.pays_by("qris")

    assert page.url.path.startswith("/orders/")
    assert "Rp32.340" in page.text
    assert "WARUNG MEJA" in page.text
    assert "Saya sudah bayar" in page.text
    assert "Bayar tunai saja" in page.text


def test_cash_leads_to_a_code_for_the_cashier(diner: Diner) -> None:
    diner.adds("Sate Ayam")

    page = diner.pays_by("cash")

    order = diner.order_at(page)
    assert order.payment_method is PaymentMethod.CASH
    assert order.claim_code is not None
    assert order.claim_code in page.text
    assert "Rp32.300" in page.text  # rounded to the nearest hundred
    assert "Pembulatan" in page.text


def test_pressing_twice_makes_one_order(diner: Diner) -> None:
    diner.adds("Sate Ayam")
    page = diner.opens(f"{diner.table}/basket").text

    first, again = diner.pays_by("qris", page=page), diner.pays_by("qris", page=page)

    assert first.url == again.url


def test_another_total_than_the_one_shown_is_not_ordered(diner: Diner) -> None:
    diner.adds("Sate Ayam")

    answer = diner.pays_by("qris", expected_total="1")

    assert answer.status_code == 409
    assert "Rp32.340" in answer.text
    assert 'name="method"' in answer.text, "the basket is still there, to be checked and ordered again"


def test_an_empty_basket_orders_nothing(diner: Diner) -> None:
    diner.adds("Sate Ayam")
    page = diner.opens(f"{diner.table}/basket").text
    diner.pays_by("cash", page=page)

    answer = diner.pays_by("cash", page=page, key="another-key-entirely")

    assert answer.status_code == 422
    assert "Keranjang Anda kosong" in answer.text


def test_a_way_to_pay_that_nobody_offered_is_refused(diner: Diner) -> None:
    diner.adds("Sate Ayam")

    assert diner.pays_by("barter").status_code == 422
