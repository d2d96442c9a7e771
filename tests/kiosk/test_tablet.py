"""The kiosk's pages: from the first touch to the number, and nothing left for the next guest."""

import re
from dataclasses import replace
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from core.base.settings import Settings
from core.events.record import SYSTEM
from core.orders.models import Order
from main import create_app
from tests.cashier.conftest import with_pins
from tests.kiosk.conftest import HERE, hidden
from tests.shop import Shop


class Kiosk:
    """A paired tablet that follows where it is sent."""

    def __init__(self, shop: Shop, browser: TestClient) -> None:
        self.shop = shop
        self.browser = browser

    def opens(self, path: str = "/kiosk") -> Response:
        return self.browser.get(path)

    def begins(self, serving: str = "dine_in") -> Response:
        return self.browser.post("/kiosk/begin", data={"serving": serving})

    def adds(self, name: str) -> Response:
        return self.browser.post("/kiosk/basket", data={"dish_id": str(self.shop.dishes[name].id)})

    def pays_by(self, method: str, page: str = "", **fields: str) -> Response:
        """Pay on the basket as it stands now, or as it stood when the guest opened it."""
        page = page or self.opens("/kiosk/basket").text
        form = {"key": hidden(page, "key"), "expected_total": hidden(page, "expected_total"), "method": method}
        return self.browser.post("/kiosk/orders", data=form | fields)

    def order(self) -> Order:
        """The newest order of the house."""
        view = self.shop.core.board.snapshot(self.shop.outlet.id)
        cards = [*view.awaiting_qris, *view.awaiting_cash, *view.new]
        newest = max((card.order for card in cards), key=lambda order: order.id)
        return self.shop.core.orders.page(newest.uid).order


@pytest.fixture
def kiosk(house: Shop) -> Kiosk:
    browser = TestClient(create_app(core=house.core), base_url=HERE, client=("127.0.0.1", 4711))
    browser.post("/kiosk/demo")
    return Kiosk(house, browser)


def test_an_unknown_browser_is_shown_a_code_and_nothing_else(house: Shop) -> None:
    stranger = TestClient(create_app(core=house.core), base_url=HERE, follow_redirects=False)

    page = stranger.get("/kiosk")

    assert re.search(r'class="pair__characters">\w{6}<', page.text)
    assert page.headers["cache-control"] == "no-store"
    for path in (
        "start",
        "menu",
        "basket",
        "basket-bar",
        "order",
        "order/payment-status",
        "pulse",
        "staff",
        "dishes/1",
    ):
        answer = stranger.get(f"/kiosk/{path}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/kiosk"), path
    for path in ("begin", "end", "basket", "orders", "serving", "staff", "order/cash", "order/check", "order/cancel"):
        answer = stranger.post(f"/kiosk/{path}", data={"serving": "dine_in"})
        assert answer.status_code in {303, 422}, path
        assert answer.headers.get("location", "/kiosk") == "/kiosk", path


def test_the_first_screen_calls_and_a_touch_leads_to_the_question_where_to_eat(kiosk: Kiosk) -> None:
    first = kiosk.opens().text
    assert "Warung Uji" in first
    assert 'href="/kiosk/start"' in first

    where = kiosk.opens("/kiosk/start").text
    assert 'value="dine_in"' in where
    assert 'value="take_away"' in where


def test_every_screen_has_the_other_language_and_the_low_reach(kiosk: Kiosk) -> None:
    screens = [kiosk.opens(), kiosk.opens("/kiosk/start"), kiosk.begins(), kiosk.adds("Es Teh")]
    screens += [kiosk.opens(f"/kiosk/dishes/{kiosk.shop.dishes['Mi Goreng'].id}"), kiosk.pays_by("cash")]
    screens += [kiosk.opens("/kiosk/staff")]

    for screen in screens:
        assert 'name="language" value="en"' in screen.text, screen.url
        assert "data-reach-switch" in screen.text, screen.url


def test_the_menu_is_a_grid_with_a_plus_where_nothing_must_be_chosen(kiosk: Kiosk) -> None:
    page = kiosk.begins().text

    assert f'name="dish_id" value="{kiosk.shop.dishes["Sate Ayam"].id}"' in page
    assert f'name="dish_id" value="{kiosk.shop.dishes["Mi Goreng"].id}"' not in page
    assert f'href="/kiosk/dishes/{kiosk.shop.dishes["Mi Goreng"].id}"' in page


def test_no_page_of_the_kiosk_tells_its_token_or_leads_out_of_it(kiosk: Kiosk) -> None:
    pages = [kiosk.opens(), kiosk.opens("/kiosk/start"), kiosk.begins(), kiosk.adds("Es Teh"), kiosk.pays_by("qris")]
    pages += [kiosk.opens("/kiosk/nowhere"), kiosk.opens("/kiosk/dishes/999999")]

    for page in pages:
        assert "/t/" not in page.text, page.url
        ways = re.findall(r'<a [^>]*href="([^"#]+)"', page.text)
        assert all(way.startswith("/kiosk") or "qris/index" in way for way in ways), ways


def test_a_guest_orders_for_a_stand_pays_and_reads_the_number(kiosk: Kiosk) -> None:
    kiosk.begins()
    kiosk.adds("Sate Ayam")

    kiosk.pays_by("qris", stand="12")
    kiosk.shop.gateway_works()
    waiting = kiosk.opens("/kiosk/order").text
    order = kiosk.order()

    assert 'data-stage="qr"' in waiting
    assert "data:image/png;base64," in waiting
    assert "WARUNG MEJA" in waiting
    kiosk.shop.wallet.pays(order)
    paid = kiosk.opens("/kiosk/order/payment-status").text
    assert order.label in paid
    assert "LUNAS" in paid
    assert "papan nomor 12" in paid
    assert f"/orders/{order.uid}/link.png" in paid
    assert 'data-home-after="10"' in paid


def test_what_is_taken_away_costs_the_same_on_basket_qr_receipt_and_api(kiosk: Kiosk) -> None:
    kiosk.begins("take_away")
    basket = kiosk.adds("Sate Ayam").text
    assert "Biaya layanan" not in basket
    assert hidden(basket, "expected_total") == "30800"

    kiosk.pays_by("qris")
    kiosk.shop.gateway_works()
    order = kiosk.order()

    assert "Rp30.800" in kiosk.opens("/kiosk/order").text
    receipt = kiosk.opens(f"/orders/{order.uid}/receipt").text
    assert "Rp30.800" in receipt
    assert "Bawa pulang" in receipt
    assert "Biaya layanan" not in receipt
    told = kiosk.opens(f"/api/v1/orders/{order.uid}").json()
    assert (told["serving"], told["stand"], told["table"]) == ("take_away", None, None)
    assert (told["service"], told["total"], told["payment"]["amount"]) == (0, 30_800, 30_800)


def test_cash_gives_a_code_and_the_tablet_goes_home(kiosk: Kiosk) -> None:
    kiosk.begins()
    kiosk.adds("Sate Ayam")

    page = kiosk.pays_by("cash").text

    assert str(kiosk.order().claim_code) in page
    assert 'data-home-after="30"' in page


def test_the_way_home_leaves_nothing_of_the_guest(kiosk: Kiosk) -> None:
    kiosk.browser.post("/language", data={"language": "en", "next": "/kiosk/start"})
    kiosk.begins()
    kiosk.adds("Sate Ayam")
    guest = kiosk.browser.cookies["meja_guest"]

    home = kiosk.browser.post("/kiosk/end")

    assert "Sentuh untuk mulai" in home.text
    assert "meja_guest" not in kiosk.browser.cookies
    assert "meja_lang" not in kiosk.browser.cookies
    # Not even by "back", and not with the old guest's cookie either.
    for path in ("menu", "basket", "order"):
        assert str(kiosk.opens(f"/kiosk/{path}").url).endswith("/kiosk"), path
    kiosk.browser.cookies.set("meja_guest", guest, domain="127.0.0.1", path="/")
    assert "Sate Ayam" not in kiosk.opens("/kiosk/basket").text
    kiosk.begins()
    assert kiosk.browser.cookies["meja_guest"] != guest


def test_a_sold_out_dish_in_the_basket_is_named_and_the_rest_stays(kiosk: Kiosk) -> None:
    kiosk.begins()
    kiosk.adds("Rendang")
    kiosk.adds("Es Teh")
    kiosk.shop.core.menu.set_sold_out(kiosk.shop.dishes["Rendang"].id, sold_out=True, by=SYSTEM)

    page = kiosk.opens("/kiosk/basket").text

    assert "Rendang" in page
    assert "Yang lain tetap di keranjang" in page
    assert 'name="method"' not in page


def test_a_stand_that_nobody_has_is_said_in_the_basket(kiosk: Kiosk) -> None:
    kiosk.begins()
    kiosk.adds("Es Teh")

    answer = kiosk.pays_by("qris", stand="0")

    assert answer.status_code == 422
    assert "Papan nomor berangka 1 sampai 999" in answer.text


def test_payment_is_switched_tried_again_and_given_up_without_leaving_the_kiosk(kiosk: Kiosk) -> None:
    kiosk.begins()
    kiosk.adds("Es Teh")
    kiosk.pays_by("qris")
    kiosk.shop.gateway_works()
    first = kiosk.order()

    for act, stage in (("check", "qr"), ("cash", "awaiting_cash"), ("qris", "qr"), ("cancel", "cancelled")):
        kiosk.browser.post(f"/kiosk/order/{act}")
        kiosk.shop.gateway_works()
        assert f'data-stage="{stage}"' in kiosk.opens("/kiosk/order").text, act
    assert kiosk.shop.status(first)[0] == "cancelled"
    assert 'href="/kiosk/menu"' in kiosk.opens("/kiosk/order").text


def test_a_phone_that_follows_the_receipts_code_is_not_led_to_the_kiosks_menu(kiosk: Kiosk) -> None:
    kiosk.begins()
    kiosk.adds("Es Teh")
    kiosk.pays_by("qris")
    kiosk.shop.gateway_works()
    order = kiosk.order()
    kiosk.shop.wallet.pays(order)

    page = TestClient(kiosk.browser.app, base_url=HERE).get(f"/orders/{order.uid}").text

    assert "Makan di sini" in page
    assert "/t/" not in page
    assert 'href="/kiosk' not in page


CORNER = [
    ("246810", "restart", True),
    ("246810", "unpair", False),
    ("135790", "unpair", True),
    ("000000", "restart", False),
]


@pytest.mark.parametrize(("pin", "act", "opens"), CORNER)
def test_behind_the_corner_a_pin_decides(kiosk: Kiosk, pin: str, act: str, opens: bool) -> None:
    with_pins(kiosk.shop)
    kiosk.begins()
    kiosk.adds("Es Teh")

    answer = kiosk.browser.post("/kiosk/staff", data={"act": act, "pin": pin})

    assert answer.status_code == (200 if opens else 403)
    if not opens:
        assert "PIN ini tidak mengizinkan itu" in answer.text
        assert pin not in answer.text
    is_paired = kiosk.opens("/kiosk/pulse").status_code == 204
    assert is_paired is not (opens and act == "unpair")


def test_nothing_on_the_kiosk_is_inline(kiosk: Kiosk) -> None:
    for page in (
        kiosk.opens(),
        kiosk.opens("/kiosk/start"),
        kiosk.begins(),
        kiosk.adds("Es Teh"),
        kiosk.pays_by("cash"),
    ):
        assert "<style" not in page.text
        assert " style=" not in page.text
        assert re.search(r"<script(?![^>]* src=)", page.text) is None


REAL: dict[str, dict[str, Any]] = {
    "production": {"environment": "production", "secret_key": "s" * 32, "midtrans_server_key": "Mid-server-own"},
    "sandbox": {"midtrans_server_key": "SB-Mid-server-own"},
}


@pytest.fixture(params=sorted(REAL))
def serious(request: pytest.FixtureRequest, house: Shop) -> TestClient:
    """A house where money is real, or could be mistaken for it."""
    settings = Settings(_env_file=None, midtrans_environment=request.param, **REAL[request.param])
    return TestClient(create_app(core=replace(house.core, settings=settings)), base_url=HERE)


def test_a_browser_pairs_itself_in_the_demo_only(serious: TestClient) -> None:
    answer = serious.post("/kiosk/demo", headers={"host": "127.0.0.1"})

    assert answer.status_code == 404
    assert "meja_kiosk" not in str(serious.cookies)


def test_a_kiosk_says_when_no_orders_are_taken_and_keeps_the_basket(kiosk: Kiosk) -> None:
    kiosk.begins()
    kiosk.adds("Sate Ayam")
    opened = kiosk.opens("/kiosk/basket").text
    kiosk.shop.core.house.pause("Dapur penuh", 25)

    refused = kiosk.pays_by("qris", opened)

    assert refused.status_code == 409
    for page in (refused.text, kiosk.opens("/kiosk/basket").text):
        assert "Dapur penuh" in page
        assert "Sate Ayam" in page
        assert 'name="method"' not in page
    assert "Dapur penuh" in kiosk.opens("/kiosk").text
