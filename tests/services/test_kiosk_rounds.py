"""One guest after the other at one tablet; what is taken away is not served, and the bill says so everywhere."""

from typing import Any

import pytest
from sqlalchemy import func, select

from core.base.errors import KeyReused
from core.menu.errors import PriceChanged
from core.menu.quote import Pick
from core.orders.errors import BadStand
from core.orders.models import BasketLine, Order, Visit
from core.orders.queries import unpaid_orders_beside
from core.orders.status import PaymentMethod
from core.outlets.models import Table
from core.outlets.serving import Serving
from tests.services.test_kiosk_pairing import paired
from tests.shop import CASHIER, Shop


@pytest.fixture
def kiosk(shop: Shop) -> Table:
    token, _ = paired(shop)
    device = shop.core.kiosks.tablet_of(token)
    assert device is not None
    return device.table


def begin(shop: Shop, kiosk: Table, serving: Serving, *dishes: str) -> tuple[str, Visit]:
    guest = shop.core.rounds.begin(kiosk, serving)
    for name in dishes:
        shop.core.baskets.add(kiosk.token, guest, Pick(shop.dishes[name].id, 1))
    visit = shop.core.baskets.visit(kiosk.token, guest)
    assert visit is not None
    return guest, visit


def place(shop: Shop, kiosk: Table, guest: str, *, pay_by: str = "qris", key: str = "a-key-of-8", **how: Any) -> Order:
    order = shop.core.checkout.place_order(kiosk.token, guest, key=key, pay_by=PaymentMethod(pay_by), **how)
    shop.gateway_works()
    return order


def test_what_is_taken_away_carries_no_service_charge_to_the_rupiah(shop: Shop, kiosk: Table) -> None:
    guest, visit = begin(shop, kiosk, Serving.TAKE_AWAY, "Sate Ayam", "Es Teh")
    quote = shop.core.baskets.basket(visit.id).quote
    assert quote is not None
    # 35,000 without service, then 10 % of it; served it would be 35,000 + 1,750 + 3,675.
    assert (quote.service, quote.tax, quote.total) == (0, 3_500, 38_500)

    order = place(shop, kiosk, guest, expected_total=quote.total)

    assert (order.serving, order.service, order.service_rate, order.total) == (Serving.TAKE_AWAY, 0, 0, 38_500)
    attempt = shop.attempt(order)
    assert attempt.amount == order.total == sum(item["price"] * item["quantity"] for item in attempt.items)
    assert "Biaya layanan" not in {item["name"] for item in attempt.items}


def test_what_is_eaten_here_is_served_and_carries_the_stands_number(shop: Shop, kiosk: Table) -> None:
    guest, _ = begin(shop, kiosk, Serving.DINE_IN, "Sate Ayam", "Es Teh")

    order = place(shop, kiosk, guest, stand=12)

    assert (order.serving, order.stand, order.service, order.total) == (Serving.DINE_IN, 12, 1_750, 40_425)


def test_a_change_of_mind_changes_the_price_and_the_old_one_is_not_charged(shop: Shop, kiosk: Table) -> None:
    guest, visit = begin(shop, kiosk, Serving.TAKE_AWAY, "Sate Ayam")
    before = shop.core.baskets.basket(visit.id).quote
    assert before is not None

    shop.core.rounds.serve(visit.id, Serving.DINE_IN)

    with pytest.raises(PriceChanged):
        place(shop, kiosk, guest, expected_total=before.total)
    after = shop.core.baskets.basket(visit.id)
    assert after.quote is not None
    assert after.serving is Serving.DINE_IN
    assert after.quote.total > before.total


def test_what_is_taken_away_has_no_stand(shop: Shop, kiosk: Table) -> None:
    guest, _ = begin(shop, kiosk, Serving.TAKE_AWAY, "Es Teh")

    assert place(shop, kiosk, guest, stand=7).stand is None


@pytest.mark.parametrize("stand", [0, -1, 1000])
def test_a_number_that_is_on_no_stand_orders_nothing(shop: Shop, kiosk: Table, stand: int) -> None:
    guest, visit = begin(shop, kiosk, Serving.DINE_IN, "Es Teh")

    with pytest.raises(BadStand):
        place(shop, kiosk, guest, stand=stand)

    assert shop.core.rounds.order_of(visit) is None
    assert shop.core.baskets.basket(visit.id).count == 1


def test_the_same_key_with_another_stand_is_another_wish(shop: Shop, kiosk: Table) -> None:
    guest, _ = begin(shop, kiosk, Serving.DINE_IN, "Es Teh")
    first = place(shop, kiosk, guest, stand=1)

    assert place(shop, kiosk, guest, stand=1).uid == first.uid
    with pytest.raises(KeyReused):
        place(shop, kiosk, guest, stand=2)


def test_a_new_round_finds_nothing_of_the_last_guest(shop: Shop, kiosk: Table) -> None:
    first, visit = begin(shop, kiosk, Serving.TAKE_AWAY, "Sate Ayam", "Es Teh")

    second, fresh = begin(shop, kiosk, Serving.DINE_IN)

    assert second != first
    assert shop.core.baskets.basket(fresh.id).count == 0
    assert shop.core.baskets.basket(visit.id).count == 0
    assert shop.core.rounds.order_of(fresh) is None


def test_the_end_of_a_round_empties_the_basket_and_keeps_the_order(shop: Shop, kiosk: Table) -> None:
    guest, visit = begin(shop, kiosk, Serving.DINE_IN, "Sate Ayam")
    order = place(shop, kiosk, guest)
    shop.core.baskets.add(kiosk.token, guest, Pick(shop.dishes["Es Teh"].id, 1))

    shop.core.rounds.end(kiosk)

    with shop.core.db.read() as session:
        assert session.scalar(select(func.count()).select_from(BasketLine)) == 0
    assert shop.core.rounds.order_of(visit) == order.uid
    shop.wallet.pays(order)
    assert shop.status(order) == ("confirmed", "paid")


def test_a_basket_at_a_table_is_not_touched_by_what_happens_at_a_kiosk(shop: Shop, kiosk: Table) -> None:
    at_table = shop.core.baskets.add(shop.tables[0].token, "phone", Pick(shop.dishes["Es Teh"].id, 1))

    shop.core.rounds.begin(kiosk, Serving.DINE_IN)
    shop.core.rounds.end(kiosk)

    assert shop.core.baskets.basket(at_table.id).count == 1


def test_a_kiosk_sends_nothing_unpaid_to_the_kitchen(shop: Shop, kiosk: Table) -> None:
    guest, _ = begin(shop, kiosk, Serving.TAKE_AWAY, "Sate Ayam")

    order = place(shop, kiosk, guest, pay_by="cash")

    assert shop.status(order) == ("awaiting_payment", "pending")
    shop.core.cash.take(order.uid, 50_000, CASHIER)
    assert shop.status(order) == ("confirmed", "paid")


def test_strangers_at_one_kiosk_do_not_owe_for_each_other(shop: Shop, kiosk: Table) -> None:
    orders = []
    for number in range(2):
        guest, _ = begin(shop, kiosk, Serving.DINE_IN, "Es Teh")
        orders.append(place(shop, kiosk, guest, key=f"key-of-guest-{number}"))
    at_table = [shop.order("Es Teh", table=1) for _ in range(2)]

    with shop.core.db.read() as session:
        assert [one.uid for one in unpaid_orders_beside(session, orders[0])] == [orders[0].uid]
        assert [one.uid for one in unpaid_orders_beside(session, at_table[0])] == [one.uid for one in at_table]
