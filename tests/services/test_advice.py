"""What a house learns from its own sales, and what it offers a guest because of it."""

from collections.abc import Sequence
from datetime import timedelta

from core.events.record import SYSTEM
from core.menu.quote import Pick
from core.orders.models import Visit
from core.orders.status import PaymentMethod
from core.services.sales import EVERY, FEWEST_ORDERS
from tests.services.opening import serves_food, stand_at
from tests.shop import CASHIER, Shop

GUEST = "a-guest-with-a-phone"


def token(shop: Shop) -> str:
    return shop.tables[0].token


def sells(shop: Shop, *names: str, times: int = 1) -> None:
    """Sell dishes for cash, to nobody we know."""
    for _ in range(times):
        order = shop.order(*names, pay_by="cash", charge=False)
        shop.core.cash.take(order.uid, 1_000_000, CASHIER)


def fills(shop: Shop, guest: str, *names: str) -> Visit:
    """Put dishes into a guest's basket."""
    visits = [shop.core.baskets.add(token(shop), guest, pick) for pick in shop.picks(*names)]
    return visits[-1]


def orders(shop: Shop, *names: str, guest: str = GUEST, is_paid: bool = True) -> Visit:
    """Order by a phone, through its basket."""
    visit = fills(shop, guest, *names)
    key = f"{guest[:10]}-{shop.clock().timestamp()}"
    order = shop.core.checkout.place_order(token(shop), guest, key=key, pay_by=PaymentMethod.CASH)
    if is_paid:
        shop.core.cash.take(order.uid, 1_000_000, CASHIER)
    return visit


def best(shop: Shop) -> list[str]:
    names = {dish.id: name for name, dish in shop.dishes.items()}
    return [names[dish_id] for dish_id in shop.core.menu.place(token(shop)).moment.best]


def ten_minutes_pass(shop: Shop) -> None:
    shop.passes(EVERY, at_the_gateway=False)


def beside(shop: Shop, *names: str) -> Sequence[str]:
    return [dish.name for dish in shop.core.advice.beside(fills(shop, "another-guest", *names))]


def test_too_few_sales_make_no_best_seller(shop: Shop) -> None:
    sells(shop, "Sate Ayam", times=FEWEST_ORDERS - 1)
    ten_minutes_pass(shop)

    assert best(shop) == []


def test_what_is_sold_most_comes_first_and_what_is_rarely_sold_does_not_come(shop: Shop) -> None:
    sells(shop, "Sate Ayam", "Es Teh", times=15)
    sells(shop, "Es Teh", times=5)
    sells(shop, "Rendang", times=3)
    ten_minutes_pass(shop)

    assert best(shop) == ["Es Teh", "Sate Ayam"]


def test_sales_are_counted_every_ten_minutes_and_not_in_between(shop: Shop) -> None:
    ten_minutes_pass(shop)
    assert best(shop) == []
    sells(shop, "Sate Ayam", times=FEWEST_ORDERS)
    assert best(shop) == []

    ten_minutes_pass(shop)

    assert best(shop) == ["Sate Ayam"]


def test_the_menus_version_changes_when_other_dishes_sell_best(shop: Shop) -> None:
    before = shop.core.menu.version(token(shop))
    sells(shop, "Sate Ayam", times=FEWEST_ORDERS)

    ten_minutes_pass(shop)

    assert shop.core.menu.version(token(shop)) != before


def test_what_was_sold_a_month_ago_is_forgotten(shop: Shop) -> None:
    sells(shop, "Sate Ayam", times=FEWEST_ORDERS)
    shop.passes(timedelta(days=32), at_the_gateway=False)

    assert best(shop) == []


def test_orders_that_were_not_paid_or_were_cancelled_are_no_sales(shop: Shop) -> None:
    for _ in range(10):
        shop.order("Sate Ayam", pay_by="cash", charge=False)
    for _ in range(10):
        order = shop.order("Sate Ayam", pay_by="cash", charge=False)
        shop.core.cash.take(order.uid, 100_000, CASHIER)
        shop.core.kitchen.cancel(order.uid, "salah pesan", CASHIER, may_void=True)
    ten_minutes_pass(shop)

    assert best(shop) == []


def test_a_basket_is_offered_what_others_had_with_it(shop: Shop) -> None:
    sells(shop, "Sate Ayam", "Es Teh", times=12)
    sells(shop, "Sate Ayam", "Rendang", "Es Teh", times=1)
    sells(shop, "Mi Goreng", times=8)
    ten_minutes_pass(shop)

    assert beside(shop, "Sate Ayam") == ["Es Teh"]


def test_nothing_is_offered_that_is_in_the_basket_sold_out_or_not_served_now(shop: Shop) -> None:
    stand_at(shop, 12)
    sells(shop, "Sate Ayam", "Es Teh", "Mi Goreng", times=FEWEST_ORDERS)
    ten_minutes_pass(shop)
    assert sorted(beside(shop, "Sate Ayam")) == ["Es Teh", "Mi Goreng"]

    shop.core.menu.set_sold_out(shop.dishes["Mi Goreng"].id, sold_out=True, by=SYSTEM)
    assert beside(shop, "Sate Ayam") == ["Es Teh"]
    assert beside(shop, "Es Teh") == []

    serves_food(shop, 18 * 60, 22 * 60)
    with shop.core.db.read() as session:
        assert shop.core.advice.sales.beside(session, shop.outlet, {shop.dishes["Sate Ayam"].id}, shop.clock()) == []


def test_a_house_that_has_sold_little_offers_nothing(shop: Shop) -> None:
    sells(shop, "Sate Ayam", "Es Teh", times=5)
    ten_minutes_pass(shop)

    assert beside(shop, "Sate Ayam") == []
    assert shop.core.advice.beside(None) == []


def test_the_last_order_of_a_phone_comes_back_with_one_tap(shop: Shop) -> None:
    orders(shop, "Es Teh")
    mi = shop.picks("Mi Goreng")[0]
    shop.core.baskets.add(token(shop), GUEST, Pick(mi.dish_id, 2, mi.option_ids, "tanpa bawang"))
    visit = orders(shop, "Sate Ayam")

    assert shop.core.advice.same_again(token(shop), GUEST) == ()

    lines = shop.core.baskets.basket(visit.id).lines
    assert [(line.dish.name, line.quantity, line.note) for line in lines] == [
        ("Mi Goreng", 2, "tanpa bawang"),
        ("Sate Ayam", 1, ""),
    ]
    assert [option["name"] for option in lines[0].options] == ["Biasa"]


def test_pressing_same_again_twice_fills_the_basket_once(shop: Shop) -> None:
    visit = orders(shop, "Sate Ayam")

    for _ in range(2):
        shop.core.advice.same_again(token(shop), GUEST)

    assert shop.core.baskets.basket(visit.id).count == 1


def test_what_cannot_be_had_again_is_left_out_and_named(shop: Shop) -> None:
    visit = orders(shop, "Sate Ayam", "Es Teh")
    shop.core.menu.set_sold_out(shop.dishes["Es Teh"].id, sold_out=True, by=SYSTEM)

    assert shop.core.advice.same_again(token(shop), GUEST) == (shop.dishes["Es Teh"].id,)

    assert [line.dish.name for line in shop.core.baskets.basket(visit.id).lines] == ["Sate Ayam"]
    assert shop.core.baskets.basket(visit.id).is_orderable


def test_more_portions_than_are_left_are_left_out(shop: Shop) -> None:
    rendang = Pick(shop.dishes["Rendang"].id, 2)
    shop.core.baskets.add(token(shop), GUEST, rendang)
    orders(shop, "Es Teh")

    assert shop.core.advice.same_again(token(shop), GUEST) == (rendang.dish_id,)


def test_a_phone_that_paid_for_nothing_here_has_nothing_to_repeat(shop: Shop) -> None:
    visit = orders(shop, "Sate Ayam", is_paid=False)

    assert shop.core.advice.last_order(visit) is None
    assert shop.core.advice.same_again(token(shop), GUEST) == ()
    assert shop.core.advice.same_again(token(shop), "somebody-else") == ()
    assert shop.core.advice.last_order(None) is None
