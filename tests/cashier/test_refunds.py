"""Giving money back from the order's own desk, cash while nobody knows, and payments that did not last."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import update

from cashier.money_words import REFUSALS
from core.base.clock import GATEWAY_ZONE
from core.gateways.midtrans import _REFUND_REFUSALS
from core.ledger.models import Account
from core.orders.models import Order
from core.payments.models import Attempt
from tests.cashier.conftest import CASHIERS_PIN, Counter, with_pins
from tests.cashier.conftest import MANAGERS_PIN as PIN
from tests.shop import CASHIER, Shop


@pytest.fixture
def house(shop: Shop) -> Shop:
    """Everything here moves money: on both databases."""
    return with_pins(shop)


def paid(counter: Counter, **how: Any) -> Order:
    order = counter.shop.order("Sate Ayam")
    counter.shop.wallet.pays(order, **how)
    return order


def refund(counter: Counter, order: Order, amount: int, **fields: str) -> Response:
    return counter.does(order, "refund", **{"amount": str(amount), "reason": "Sate gosong", "pin": PIN} | fields)


def desk(counter: Counter, order: Order) -> str:
    return counter.sees(f"/cashier?order={order.uid}").split('id="desk"')[1]


def test_a_part_goes_back_from_the_desk_and_the_desk_adds_up(manager: Counter) -> None:
    order = paid(manager)
    assert "Kembalikan uang" in desk(manager, order)

    manager.after(refund(manager, order, 5_000))
    manager.shop.gateway_works()

    shown = re.sub(r"<[^>]+>", " ", desk(manager, order))
    assert re.search(r"Dibayar\s+Rp32.340\s+Dikembalikan\s+−Rp5.000\s+Sisa\s+Rp27.340", shown)
    assert "Sudah dikirim ke bank, belum dikonfirmasi." in shown
    assert "KEMBALI SEBAGIAN" in manager.sees()
    assert "belum dikonfirmasi" in manager.sees(f"/cashier/orders/{order.uid}/money")


def test_an_unpaid_order_shows_nothing_to_give_back(manager: Counter) -> None:
    order = manager.shop.order("Sate Ayam", pay_by="cash")

    assert "Kembalikan uang" not in desk(manager, order)
    assert "cukup dibatalkan" in manager.sees(f"/cashier/orders/{order.uid}/refund")
    assert refund(manager, order, 1_000).status_code == 409


def test_a_paid_order_that_is_cancelled_leads_straight_to_its_money(manager: Counter) -> None:
    order = paid(manager)

    page = manager.after(manager.does(order, "cancel", reason="Habis"))

    assert re.search(r'<details class="give-back"[^>]* open>', page)
    assert f'value="Rp{order.total // 1000}.{order.total % 1000:03}"' in page
    manager.after(refund(manager, order, order.total))
    manager.shop.gateway_works()
    assert manager.shop.cases() == []
    assert manager.shop.status(order) == ("cancelled", "refunded")


def test_every_reason_for_which_midtrans_refuses_has_words_of_its_own() -> None:
    # "refused" is Midtrans's own "this request is wrong": nothing more is known.
    assert set(_REFUND_REFUSALS.values()) - set(REFUSALS) == {"refused"}


def test_a_refused_form_stands_on_a_page_of_its_own_that_does_not_reload(cashier: Counter) -> None:
    order = paid(cashier)

    answer = refund(cashier, order, 5_000, pin=CASHIERS_PIN)

    assert answer.status_code == 403
    assert "PIN manajer" in answer.text
    assert 'value="Sate gosong"' in answer.text
    assert 'http-equiv="refresh"' not in answer.text
    assert cashier.shop.status(order) == ("confirmed", "paid")


def test_cash_that_was_paid_goes_back_in_cash(manager: Counter) -> None:
    order = manager.shop.order("Sate Ayam", pay_by="cash")
    manager.does(order, "cash", tendered="50000")
    assert "Dibayar tunai, jadi dikembalikan tunai" in desk(manager, order)
    before = manager.shop.balance(Account.DRAWER)

    page = manager.after(refund(manager, order, 2_000, way="cash"))

    assert "Dikembalikan tunai" in page
    assert manager.shop.balance(Account.DRAWER) == before - 2_000


def test_without_an_open_drawer_no_cash_goes_back(manager: Counter) -> None:
    order = manager.shop.order("Sate Ayam", pay_by="cash")
    manager.does(order, "cash", tendered="50000")
    manager.browser.post("/cashier/shift/close", data={"counted": "200000"})

    assert "Laci tertutup. Buka sif dulu." in desk(manager, order)
    answer = refund(manager, order, 2_000, way="cash")

    assert answer.status_code == 409
    assert "Belum ada sif yang dibuka" in answer.text


def test_what_a_wallet_does_not_do_is_said_before_the_click(manager: Counter) -> None:
    order = paid(manager, issuer="ovo")

    shown = desk(manager, order)

    assert "OVO hanya mengembalikan seluruh pembayaran, tidak sebagian." in shown
    assert "Hanya untuk sebagian, karena OVO" in shown
    answer = refund(manager, order, 5_000, way="gateway")
    assert answer.status_code == 422
    assert "OVO hanya mengembalikan seluruh pembayaran." in answer.text.split('id="refund-amount-says"')[1][:200]
    manager.after(refund(manager, order, 5_000, way="cash"))
    assert "dan sebagian sudah dikembalikan" in desk(manager, order)


def test_when_the_window_is_over_cash_is_what_is_left(manager: Counter) -> None:
    order = paid(manager, issuer="dana")
    manager.shop.clock.added += timedelta(days=8)
    manager.signs_in("manager")

    shown = desk(manager, order)

    assert "DANA: batas pengembalian sudah lewat" in shown
    assert "Midtrans tidak lagi mengembalikan pembayaran ini." in shown
    assert refund(manager, order, order.total, way="gateway").status_code == 409
    manager.after(refund(manager, order, order.total, way="cash"))


def test_in_shopeepays_night_a_refund_is_written_down_and_goes_out_at_six(manager: Counter) -> None:
    shop = manager.shop
    there = shop.clock().astimezone(GATEWAY_ZONE)
    night = datetime.combine(there.date() + timedelta(days=1), datetime.min.time(), GATEWAY_ZONE) + timedelta(hours=1)
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order, issuer="shopeepay")
    with shop.core.db.write() as session:
        session.execute(update(Attempt).values(acquirer="airpay shopee"))
    shop.clock.added += night - there
    manager.signs_in("manager")
    assert "ShopeePay tidak menerima pengembalian pukul 23.55–06.00 WIB." in desk(manager, order)

    page = manager.after(refund(manager, order, order.total))

    assert re.search(r"Sudah dicatat. Dikirim [^<]* 06\.00\.", page)


def test_a_second_refund_waits_for_the_first(manager: Counter) -> None:
    order = paid(manager)
    manager.after(refund(manager, order, 5_000))

    answer = refund(manager, order, 1_000)

    assert answer.status_code == 409
    assert "Pengembalian Rp5.000 sedang diminta." in answer.text
    assert "Kembalikan uang" not in desk(manager, order)
    manager.shop.gateway_works()


def in_doubt(counter: Counter) -> Order:
    """A QR was shown, the guest wants cash, and the gateway has stopped answering."""
    order = counter.shop.order("Sate Ayam")
    counter.shop.simulator.misbehave({"call": "*", "kind": "http_503"})
    counter.shop.core.payments.to_cash(order.uid)
    counter.shop.gateway_works()
    return order


def test_cash_while_the_gateway_is_silent_needs_a_managers_pin(cashier: Counter) -> None:
    order = in_doubt(cashier)
    shown = desk(cashier, order)
    assert "Belum pasti apakah QR sudah dibayar." in shown
    assert 'name="pin"' in shown

    without = cashier.does(order, "cash", tendered="50000")
    wrong = cashier.does(order, "cash", tendered="50000", pin=CASHIERS_PIN)
    page = cashier.after(cashier.does(order, "cash", tendered="50000", pin=PIN))

    assert (without.status_code, wrong.status_code) == (409, 403)
    assert "sedang ditutup di bank" in without.text
    assert "change__amount" in page
    assert [case.kind for case in cashier.shop.cases()] == ["possible_double"]
    assert "Tunai diterima dengan izin Manager." in cashier.sees(f"/cashier/money/{cashier.shop.cases()[0].uid}")
    cashier.shop.simulator.behave()


def test_while_the_gateway_answers_no_pin_takes_cash_for_a_live_qr(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam")

    assert 'name="tendered"' not in desk(cashier, order)
    assert cashier.does(order, "cash", tendered="50000", pin=PIN).status_code == 409


def test_an_order_whose_payment_did_not_last_is_loud_on_the_board(cashier: Counter) -> None:
    order = paid(cashier)
    reference = cashier.shop.attempt(order).reference
    cashier.shop.simulator.call("POST", f"/simulator/transactions/{reference}/deny", {"reversal": True})
    cashier.shop.hears_of(cashier.shop.attempt(order), said="deny")

    lane = cashier.lane("new")

    assert "BELUM LUNAS LAGI" in lane
    assert "Belum lunas lagi: uangnya ditarik bank." in lane
    assert "Bicara dengan tamu sebelum menyerahkan apa pun lagi." in desk(cashier, order)


@pytest.mark.parametrize("surplus", [5_000, 57_660])
def test_what_came_too_much_goes_back_from_the_desk_once_and_the_order_stays_paid(
    manager: Counter, surplus: int
) -> None:
    shop = manager.shop
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order, amount=order.total + surplus)
    (case,) = shop.cases()
    shop.core.cases.credit(shop.outlet.id, case.uid, order.uid, CASHIER)
    page = desk(manager, order)
    hidden = dict(re.findall(r'type="hidden" name="(payment|from_case)" value="([^"]+)"', page))
    assert hidden["from_case"] == "yes"

    manager.after(refund(manager, order, surplus, **hidden))
    shop.gateway_works()
    again = refund(manager, order, surplus, **hidden)

    assert again.status_code == 409
    assert shop.status(order) == ("confirmed", "paid")
    assert shop.cases() == []
    assert shop.balance(Account.GATEWAY) == order.total
