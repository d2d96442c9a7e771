"""Managers and owners see how the gateway's notifications fare."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cashier.notifications import Fares, fares
from core.base.clock import system_clock
from core.services.rehearsals import AMOUNT
from core.services.standing import Notifications
from tests.cashier.conftest import Counter
from tests.cashier.test_settlements import words
from tests.shop import Shop, notification
from tests.web.patience import soon

NOW = system_clock()
PAGE = "/cashier/money/notifications"


def test_before_the_first_notification_the_page_says_where_they_are_to_go(manager: Counter) -> None:
    page = words(manager.opens(PAGE).text)

    assert "Belum ada yang datang" in page
    assert "/api/v1/webhooks/midtrans " in page
    assert "simulator" in page


def test_what_came_and_how_soon_it_was_looked_after_is_told_in_both_languages(manager: Counter) -> None:
    shop = manager.shop
    order = shop.order("Sate Ayam")
    reference = shop.attempt(order).reference
    shop.simulator.pay(reference, notify=False)
    shop.core.inbox.receive(notification(reference, order.total, "settlement"))
    shop.gateway_works()

    page = words(manager.opens(PAGE).text)
    manager.browser.post("/language", data={"language": "en"})
    english = words(manager.opens(PAGE).text)

    assert "Notifikasi masuk dan diperiksa" in page
    assert "Terakhir baru saja" in page
    assert "Notifications come in and are looked after" in english
    assert "Last one just now" in english


def test_one_about_no_order_of_ours_is_counted(manager: Counter) -> None:
    body = notification("K0000000000000000000000000Q", 1_000, "pending")
    manager.shop.core.inbox.receive(body)

    assert "Bukan pesanan kita 1" in words(manager.opens(PAGE).text)


def test_a_manager_plays_a_test_payment_and_sees_it_come_through(manager: Counter) -> None:
    shop = manager.shop
    assert "Coba satu pembayaran" in words(manager.opens(PAGE).text)

    manager.browser.post(f"{PAGE}/rehearsal")
    assert soon(lambda: "Tidak ada pesanan" in words(manager.opens(PAGE).text) and _is_charged(shop))
    played = shop.core.rehearsals.latest(shop.outlet.id)
    assert played is not None
    shop.core.inbox.receive(notification(played.row.reference, AMOUNT, "settlement"))

    assert soon(lambda: "Semuanya berjalan" in words(manager.opens(f"{PAGE}/rehearsal").text))
    manager.browser.post("/language", data={"language": "en"})
    page = words(manager.opens(PAGE).text)
    assert "Everything works" in page
    assert "Play it again" in page


def _is_charged(shop: Shop) -> bool:
    played = shop.core.rehearsals.latest(shop.outlet.id)
    return played is not None and played.row.charged_at is not None


def test_where_money_is_real_the_page_offers_no_test_payment(manager: Counter) -> None:
    core = manager.shop.core
    real = core.settings.model_copy(update={"midtrans_environment": "production"})
    object.__setattr__(core, "settings", real)
    object.__setattr__(core, "rehearsals", replace(core.rehearsals, environment="production"))

    page = words(manager.opens(PAGE).text)
    refused = manager.browser.post(f"{PAGE}/rehearsal")

    assert "Di sini Midtrans menerima uang sungguhan" in page
    assert "Coba satu pembayaran" not in page
    assert refused.status_code == 409


def test_a_cashier_does_not_see_it(counter: Counter) -> None:
    counter.signs_in("kasir")

    assert counter.opens(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("heard", "answers", "said"),
    [
        (Notifications(None, None, (), 0), {}, Fares.NEVER),
        (Notifications(NOW, None, (0.2,), 0), {200: 9}, Fares.WELL),
        (Notifications(NOW, None, (0.2,), 0), {200: 9, 403: 1}, Fares.REFUSED),
        (Notifications(NOW, NOW.replace(year=2020), (), 0), {403: 1}, Fares.WAITING),
        (Notifications(NOW, NOW, (), 0), {}, Fares.WELL),
    ],
)
def test_the_worst_that_is_true_is_said(heard: Notifications, answers: dict[int, int], said: Fares) -> None:
    assert fares(heard, answers, NOW) is said


def test_payments_that_nobody_tells_of_are_not_called_well(manager: Counter) -> None:
    """A proxy or an address that was changed stops notifications, and payments are found by asking."""
    shop = manager.shop

    def is_paid(*, is_told: bool) -> None:
        order = shop.order("Sate Ayam")
        reference = shop.attempt(order).reference
        shop.simulator.pay(reference, notify=False)
        if is_told:
            shop.core.inbox.receive(notification(reference, order.total, "settlement"))
        shop.core.worker.look_at_everything_once()
        assert shop.status(order) == ("confirmed", "paid")

    is_paid(is_told=True)
    assert "Notifikasi masuk dan diperiksa" in words(manager.opens(PAGE).text)
    shop.passes(timedelta(minutes=11))
    is_paid(is_told=False)
    shop.passes(timedelta(minutes=2))

    assert "Pembayaran masuk, tetapi notifikasinya tidak" in words(manager.opens(PAGE).text)


def test_lags_are_told_by_the_share_that_they_cover() -> None:
    heard = Notifications(NOW, None, tuple(float(seconds) for seconds in range(1, 101)), 0)

    assert (heard.lag(0.5), heard.lag(0.95), heard.lag(1)) == (51.0, 96.0, 100.0)
    assert Notifications(NOW, None, (), 0).lag(0.5) is None
