"""What a guest reads about money that goes back."""

from datetime import timedelta

import pytest

from core.events.record import Actor
from core.orders.models import Order
from tests.kiosk.conftest import Diner
from tests.shop import CASHIER

MANAGER = Actor("staff", 2, "Manager")


def paid(diner: Diner) -> Order:
    order = diner.shop.order("Sate Ayam")
    diner.shop.wallet.pays(order)
    return order


def reads(diner: Diner, order: Order, *, language: str = "id", page: str = "") -> str:
    return diner.opens(f"/orders/{order.uid}{page}?lang={language}").text


def test_money_on_its_way_back_is_told_step_by_step(diner: Diner) -> None:
    order = paid(diner)

    diner.shop.core.refunds.ask(order.uid, 5_000, "Sate gosong", MANAGER)
    assert "Rp5.000 sedang dikembalikan kepada Anda." in reads(diner, order)
    assert "Sedang dikembalikan" in reads(diner, order, page="/receipt")
    diner.shop.gateway_works()
    assert "Menunggu konfirmasi bank." in reads(diner, order)
    diner.shop.simulator.call("POST", f"/simulator/transactions/{diner.shop.attempt(order).reference}/confirm-refund")
    diner.shop.hears_of(diner.shop.attempt(order), said="partial_refund")

    assert "Dikonfirmasi bank" in reads(diner, order)
    assert "Your bank confirmed it" in reads(diner, order, language="en")
    assert "−Rp5.000" in reads(diner, order, page="/receipt")


def test_a_refusal_is_told_until_the_money_goes_back_another_way(diner: Diner) -> None:
    order = paid(diner)
    diner.shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})
    diner.shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER)
    diner.shop.gateway_works()
    assert "Kasir akan mengembalikannya dengan cara lain." in reads(diner, order)

    diner.shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER, in_cash=True)

    assert "dengan cara lain" not in reads(diner, order)
    assert "sudah dikembalikan tunai kepada Anda" in reads(diner, order)


def test_a_guest_reads_nothing_of_a_refund_that_was_withdrawn(diner: Diner) -> None:
    order = paid(diner)
    diner.shop.simulator.misbehave({"call": "status", "kind": "http_503"})
    refund = diner.shop.core.refunds.ask(order.uid, 5_000, "Sate gosong", MANAGER)
    diner.shop.gateway_works()

    diner.shop.core.refunds.withdraw(diner.shop.outlet.id, refund.refund_key, MANAGER)

    assert "Rp5.000" not in reads(diner, order)
    diner.shop.simulator.behave()


def test_a_guest_is_not_told_of_a_refusal_where_nobody_knows(diner: Diner) -> None:
    order = paid(diner)
    diner.shop.simulator.misbehave({"call": "status", "kind": "http_503"})
    diner.shop.core.refunds.ask(order.uid, 5_000, "Sate gosong", MANAGER)
    diner.shop.clock.added += timedelta(days=6, minutes=1)
    diner.shop.gateway_works()

    page = reads(diner, order)

    assert "Kami belum tahu apakah pengembalian Rp5.000 sudah Anda terima." in page
    assert "dengan cara lain" not in page
    diner.shop.simulator.behave()


def test_a_cancelled_order_says_once_where_its_money_is(diner: Diner) -> None:
    order = paid(diner)
    diner.shop.core.kitchen.cancel(order.uid, "habis", CASHIER, may_void=True)
    assert "Uang sedang dikembalikan." in reads(diner, order)

    diner.shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER)
    diner.shop.gateway_works()

    page = reads(diner, order)
    assert "Uang sedang dikembalikan." not in page
    assert "sudah dikirim kembali kepada Anda" in page


@pytest.mark.parametrize(
    ("language", "words"), [("id", "Bank Anda menarik kembali"), ("en", "Your bank took this payment back")]
)
def test_an_order_whose_payment_did_not_last_is_not_called_paid(diner: Diner, language: str, words: str) -> None:
    order = paid(diner)
    reference = diner.shop.attempt(order).reference
    diner.shop.simulator.call("POST", f"/simulator/transactions/{reference}/deny", {"reversal": True})
    diner.shop.hears_of(diner.shop.attempt(order), said="deny")

    page = reads(diner, order, language=language)

    assert words in page
    assert {"id": "BELUM LUNAS", "en": "NOT PAID"}[language] in page
    assert {"id": "</svg>LUNAS", "en": "</svg>PAID"}[language] not in page
