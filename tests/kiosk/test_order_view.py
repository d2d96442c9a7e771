"""What an order's page says, stage by stage: every stage has a page, and none says "failed" while nobody knows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.orders.status import OrderStatus
from core.outlets.serving import Serving
from core.payments.models import CaseKind, MoneyCase, Resolution
from core.services.order_desk import OrderPage, Stage
from core.web.pages import Pages
from kiosk.order_view import OrderView, moment_of
from tests.kiosk.conftest import Diner
from tests.services.test_refunds import MANAGER


def _written(diner: Diner, page: OrderPage) -> str:
    pages = diner.browser.app.state.pages  # type: ignore[attr-defined] # the client knows no more than a callable
    assert isinstance(pages, Pages)
    context = {"page": page, "view": OrderView(page), "outlet": page.outlet}
    return pages.write("kiosk/_payment_status.html", context, language="id", zone="Asia/Jakarta")


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_something_to_say(diner: Diner, stage: Stage) -> None:
    page = replace(diner.shop.page(diner.shop.order("Sate Ayam")), stage=stage)

    words = _written(diner, page)

    assert "gagal" not in words.lower()
    assert ("LUNAS" in words) == (stage is Stage.PAID), "whoever shows this page is, or is not, a paid guest"
    assert page.order.label in words or "Rp32.3" in words


def test_an_order_that_ran_out_says_what_becomes_of_money_that_came_all_the_same(diner: Diner) -> None:
    page = replace(diner.shop.page(diner.shop.order("Sate Ayam")), stage=Stage.ORDER_EXPIRED)
    came = MoneyCase(kind=CaseKind.LATE, amount=32_340, reference="K01")

    assert "Bila saldo sudah terpotong" in _written(diner, page)
    words = _written(diner, replace(page, cases=(came,)))

    assert "Uang Anda masuk setelah QR berakhir." in words
    assert "pesanan tetap dibuat, atau uang Anda dikembalikan" in words
    assert "Bila saldo" not in words


@pytest.mark.parametrize("end", [Resolution.REFUNDED, Resolution.CREDITED])
@pytest.mark.parametrize("stage", [Stage.CANCELLED, Stage.ORDER_EXPIRED])
def test_an_order_whose_late_money_was_dealt_with_never_says_that_none_came(
    diner: Diner, stage: Stage, end: Resolution
) -> None:
    page = replace(diner.shop.page(diner.shop.order("Sate Ayam")), stage=stage)
    case = MoneyCase(kind=CaseKind.LATE, amount=32_340, reference="K01", settled_at=page.now, resolution=end)

    words = _written(diner, replace(page, cases=(case,)))

    assert "Tidak ada yang dibayar" not in words
    assert "Bila saldo" not in words
    assert ("sudah dipakai untuk membayar pesanan Anda yang lain" in words) == (end is Resolution.CREDITED)


@pytest.mark.parametrize(("serving", "says"), [("dine_in", "segera diantar"), ("take_away", "Silakan ambil pesanan")])
def test_what_is_ready_is_brought_or_fetched(diner: Diner, serving: str, says: str) -> None:
    page = replace(diner.shop.page(diner.shop.order("Sate Ayam")), stage=Stage.PAID)
    page.order.status, page.order.serving = OrderStatus.READY, Serving(serving)

    words = _written(diner, page)

    assert says in words
    assert words.count("Siap!") == 1


def test_who_has_all_the_money_back_is_not_called_a_paid_guest(diner: Diner) -> None:
    order = diner.shop.order("Sate Ayam")
    diner.shop.wallet.pays(order, issuer="gopay")
    diner.shop.core.refunds.ask(order.uid, order.total, "basi", MANAGER)
    diner.shop.gateway_works()

    page = _written(diner, diner.shop.page(order))

    assert "DIKEMBALIKAN" in page
    assert "LUNAS" not in page


@pytest.mark.parametrize(
    ("left", "phase", "clock"),
    [(600, "calm", "10:00"), (179, "amber", "2:59"), (59, "red", "0:59"), (-5, "red", "0:00")],
)
def test_the_countdown_follows_the_gateways_deadline(diner: Diner, left: int, phase: str, clock: str) -> None:
    page = diner.shop.page(diner.shop.order("Sate Ayam"))
    assert page.attempt is not None
    assert page.attempt.expires_at is not None

    countdown = OrderView(replace(page, now=page.attempt.expires_at - timedelta(seconds=left))).countdown

    assert (countdown.phase, countdown.clock_left) == (phase, clock)


def test_a_question_to_the_bank_has_three_answers(diner: Diner) -> None:
    page = diner.shop.page(diner.shop.order("Sate Ayam"))
    assert page.attempt is not None
    page.attempt.looked_at = None

    assert OrderView(page).asked == ""
    assert OrderView(page, asked_at=page.now).asked == "asking"
    assert OrderView(page, asked_at=page.now - timedelta(minutes=1)).asked == "silent"
    page.attempt.looked_at = page.now
    assert OrderView(page, asked_at=page.now).asked == "not_yet"


def test_a_moment_no_clock_can_show_is_no_moment() -> None:
    assert moment_of(None) is None
    assert moment_of(10**12) is None
    assert moment_of(0) is not None


def test_after_the_third_qr_cash_is_the_kinder_advice(diner: Diner) -> None:
    page = diner.shop.page(diner.shop.order("Sate Ayam"))

    assert not OrderView(page).suggest_cash
    assert OrderView(replace(page, attempts=3)).suggest_cash


def test_a_merchants_name_that_nobody_read_from_the_qr_is_marked(diner: Diner) -> None:
    page = diner.shop.page(diner.shop.order("Sate Ayam"))
    assert page.attempt is not None
    page.attempt.merchant_name = None

    assert "belum diperiksa" in _written(diner, page)


def test_money_cases_are_told_to_the_diner_in_plain_words(diner: Diner) -> None:
    page = diner.shop.page(diner.shop.order("Sate Ayam"))
    cases = tuple(
        MoneyCase(kind=kind, reference="K1", amount=32_340, settled_at=None, outlet_id=1) for kind in CaseKind
    )

    words = _written(diner, replace(page, cases=cases))

    assert "Uang Anda masuk dua kali." in words
    assert "bad_qr" not in words
