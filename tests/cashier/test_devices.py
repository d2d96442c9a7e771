"""The list of tablets on the cashier's side: who may let one in, and how one is cut off."""

import re

import pytest
from starlette.testclient import TestClient

from core.menu.quote import Pick
from core.orders.status import PaymentMethod
from core.outlets.serving import Serving
from main import create_app
from tests.cashier.conftest import HERE, Counter


@pytest.fixture
def tablet(counter: Counter) -> TestClient:
    """A browser that nobody has paired yet."""
    return TestClient(create_app(core=counter.shop.core), base_url=HERE, client=("10.0.0.7", 4711))


def code_on(tablet: TestClient) -> str:
    page = tablet.get("/kiosk").text
    found = re.search(r'class="pair__characters">(\w{6})<', page)
    assert found is not None, page
    return found[1]


def test_a_manager_pairs_a_tablet_by_the_code_it_shows_and_it_turns_by_itself(
    manager: Counter, tablet: TestClient
) -> None:
    code = code_on(tablet)
    assert tablet.get("/kiosk/pairing").text.count(code) == 1

    page = manager.after(manager.browser.post("/cashier/devices/approve", data={"code": code, "name": "Kios depan"}))

    assert "Kios depan" in page
    assert "Terakhir terlihat baru saja" in page
    turned = tablet.get("/kiosk/pairing")
    assert (turned.status_code, turned.headers["hx-refresh"]) == (204, "true")
    assert "Sentuh untuk mulai" in tablet.get("/kiosk").text


def test_the_same_code_is_shown_until_it_is_over(counter: Counter, tablet: TestClient) -> None:
    assert code_on(tablet) == code_on(tablet)


def test_a_wrong_code_is_said_beside_what_was_typed(manager: Counter) -> None:
    answer = manager.browser.post("/cashier/devices/approve", data={"code": "AAAAAA", "name": "Kios <b>"})

    assert answer.status_code == 404
    assert "Tidak ada tablet yang menampilkan kode AAAAAA" in answer.text
    assert 'value="Kios &lt;b&gt;"' in answer.text


def test_a_tablet_that_is_cut_off_shows_a_code_again_and_leaves_the_list(manager: Counter, tablet: TestClient) -> None:
    manager.browser.post("/cashier/devices/approve", data={"code": code_on(tablet), "name": "Kios"})
    (device,) = manager.shop.core.devices.devices(manager.shop.outlet.id)
    assert tablet.get("/kiosk/pulse").status_code == 204

    page = manager.after(manager.browser.post(f"/cashier/devices/{device.uid}/revoke"))

    assert "Belum ada tablet yang terpasang" in page
    pulse = tablet.get("/kiosk/pulse", follow_redirects=False)
    assert (pulse.status_code, pulse.headers["location"]) == (303, "/kiosk")
    assert len(code_on(tablet)) == 6


@pytest.mark.parametrize("uid", ["unknown", "x" * 22, "%00"])
def test_a_tablet_nobody_has_cannot_be_cut_off(manager: Counter, uid: str) -> None:
    assert manager.browser.post(f"/cashier/devices/{uid}/revoke").status_code == 404


def test_only_those_who_may_see_the_way_to_the_list(cashier: Counter) -> None:
    assert "/cashier/devices" not in cashier.sees("/cashier")
    cashier.signs_in("manager")
    assert "/cashier/devices" in cashier.sees("/cashier")


def test_the_board_the_kitchen_and_the_desk_say_stand_and_take_away(cashier: Counter) -> None:
    places = {"Papan nomor 12": {"stand": 12}, "Makan di sini": {}}
    for label, how in places.items():
        page = cashier_sees(cashier, kiosk_order(cashier, "dine_in", **how))
        assert all(label in part for part in page), label
    page = cashier_sees(cashier, kiosk_order(cashier, "take_away"))
    assert all("Bawa pulang" in part for part in page)
    assert "12" in cashier.sees("/cashier?find=12")


def kiosk_order(counter: Counter, serving: str, stand: int | None = None) -> str:
    core = counter.shop.core
    token = f"a-token-{serving}-{stand}"
    core.devices.pair_for_demo(token)
    tablet = core.kiosks.tablet_of(token)
    assert tablet is not None
    table = tablet.table
    guest = core.rounds.begin(table, Serving(serving))
    core.baskets.add(table.token, guest, Pick(counter.shop.dishes["Es Teh"].id, 1))
    order = core.checkout.place_order(
        table.token, guest, key=f"the-key-of-{token}", pay_by=PaymentMethod.QRIS, stand=stand
    )
    counter.shop.gateway_works()
    counter.shop.wallet.pays(order)
    return order.uid


def cashier_sees(counter: Counter, uid: str) -> tuple[str, str, str]:
    """The order on the board, on the kitchen's screen and on the desk."""
    card = re.search(rf'id="o-{uid}".*?</li>', counter.sees(), re.DOTALL)
    ticket = re.search(rf'id="k-{uid}".*?</article>', counter.sees("/cashier/kitchen/tickets"), re.DOTALL)
    desk = re.search(r'class="desk__head".*?</header>', counter.sees(f"/cashier?order={uid}"), re.DOTALL)
    assert card
    assert ticket
    assert desk
    return card[0], ticket[0], desk[0]
