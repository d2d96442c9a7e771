"""An order paid by QRIS, from the charge to the kitchen."""

from datetime import timedelta

from core.ledger.models import Account
from core.services.order_desk import Stage
from tests.shop import Shop


def test_a_paid_qr_confirms_the_order_and_stands_in_the_ledger_once(shop: Shop) -> None:
    order = shop.order("Sate Ayam", "Es Teh")
    assert shop.stage(order) is Stage.QR

    shop.wallet.pays(order, issuer="gopay")

    assert shop.status(order) == ("confirmed", "paid")
    assert shop.received(order) == order.total == 40_425
    assert shop.balance(Account.GATEWAY) == order.total
    assert shop.attempt(order).issuer == "gopay"
    assert shop.cases() == []


def test_the_qr_that_is_shown_pays_exactly_the_total_to_the_outlets_merchant(shop: Shop) -> None:
    order = shop.order("Mi Goreng")

    attempt = shop.attempt(order)

    assert attempt.qr_text is not None
    assert attempt.qr_text.find(f"5408{order.total}.00") > 0
    assert attempt.merchant_name == "WARUNG MEJA"
    assert attempt.nmid == "ID1020000000017"


def test_a_qr_that_ran_out_is_followed_by_a_new_one_of_the_same_order(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    first = shop.attempt(order)
    shop.passes(timedelta(minutes=16))
    assert shop.stage(order) is Stage.CHECKING
    shop.gateway_works()
    assert shop.stage(order) is Stage.QR_EXPIRED
    assert shop.status(order) == ("awaiting_payment", "expired")

    shop.core.payments.new_qr(order.uid)
    shop.gateway_works()

    assert shop.stage(order) is Stage.QR
    assert shop.attempt(order).reference != first.reference
    shop.wallet.pays(order)
    assert shop.status(order) == ("confirmed", "paid")
