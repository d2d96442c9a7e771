"""How long a guest will wait: guessed from what the kitchen really did, and not at all before it did anything."""

from datetime import timedelta

from core.events.record import Actor
from core.orders.models import Order
from core.orders.waiting import wait_minutes
from core.services.menu_life import WAIT_KNOWN_FOR
from tests.shop import CASHIER, Shop

COOK = Actor("staff", 4)


def pays(shop: Shop) -> Order:
    order = shop.order("Sate Ayam", pay_by="cash", charge=False)
    shop.core.cash.take(order.uid, 100_000, CASHIER)
    return order


def cooks(shop: Shop, minutes: int) -> Order:
    order = pays(shop)
    shop.core.kitchen.start(order.uid, COOK)
    shop.passes(timedelta(minutes=minutes), at_the_gateway=False)
    shop.core.kitchen.ready(order.uid, COOK)
    return order


def wait(shop: Shop) -> int | None:
    with shop.core.db.read() as session:
        return wait_minutes(session, shop.outlet.id, shop.clock())


def told(shop: Shop) -> int | None:
    return shop.core.menu.place(shop.tables[0].token).moment.wait


def test_before_the_kitchen_has_shown_its_pace_nothing_is_said_or_promised(shop: Shop) -> None:
    cooks(shop, 10)
    cooks(shop, 10)

    assert wait(shop) is None
    assert told(shop) is None
    assert shop.page(pays(shop)).order.promised_at is None


def test_three_orders_tell_how_long_a_fourth_will_take(shop: Shop) -> None:
    for minutes in (9, 12, 40):
        cooks(shop, minutes)

    assert wait(shop) == 15


def test_the_wait_grows_with_the_queue_and_shrinks_as_it_is_worked_off(shop: Shop) -> None:
    for _ in range(3):
        cooks(shop, 12)
    waiting = [pays(shop) for _ in range(4)]
    assert wait(shop) == 25

    for order in waiting:
        shop.core.kitchen.start(order.uid, COOK)
        shop.core.kitchen.ready(order.uid, COOK)

    assert wait(shop) == 5


def test_orders_that_were_quick_although_many_stood_before_them_promise_no_longer_wait(shop: Shop) -> None:
    crowd = [pays(shop) for _ in range(6)]
    shop.passes(timedelta(minutes=20), at_the_gateway=False)
    for order in crowd:
        shop.core.kitchen.start(order.uid, COOK)
        shop.core.kitchen.ready(order.uid, COOK)
    assert wait(shop) == 15

    for _ in range(2):
        pays(shop)

    assert wait(shop) == 20


def test_what_was_cooked_hours_ago_says_nothing_about_now(shop: Shop) -> None:
    for _ in range(3):
        cooks(shop, 12)
    shop.passes(timedelta(hours=2, minutes=1), at_the_gateway=False)

    assert wait(shop) is None


def test_the_promise_is_written_when_the_order_is_paid_on_a_full_five_minutes(shop: Shop) -> None:
    for _ in range(3):
        cooks(shop, 12)
    order = shop.page(pays(shop)).order
    qris = shop.order("Es Teh")
    shop.wallet.pays(qris)

    assert order.paid_at is not None
    assert order.promised_at is not None
    assert timedelta(minutes=12) <= order.promised_at - order.paid_at < timedelta(minutes=17)
    assert (order.promised_at.minute % 5, order.promised_at.second) == (0, 0)
    assert shop.page(qris).order.promised_at is not None
    card = next(c for c in shop.core.board.snapshot(shop.outlet.id).new if c.order.uid == order.uid)
    assert card.promised_minutes in range(12, 17)


def test_a_slip_of_the_finger_is_not_learned_from(shop: Shop) -> None:
    order = pays(shop)
    shop.core.kitchen.start(order.uid, COOK)
    shop.core.kitchen.ready(order.uid, COOK)
    assert shop.page(order).order.ready_at is not None

    shop.core.kitchen.undo(order.uid, COOK)

    assert shop.page(order).order.ready_at is None


def test_serving_and_taking_it_back_keeps_when_it_was_ready(shop: Shop) -> None:
    order = cooks(shop, 12)
    ready_at = shop.page(order).order.ready_at
    shop.core.kitchen.serve(order.uid, COOK)
    shop.core.kitchen.undo(order.uid, COOK)

    assert shop.page(order).order.ready_at == ready_at


def test_the_menu_asks_for_the_wait_twice_a_minute_and_no_more(shop: Shop) -> None:
    assert told(shop) is None
    for _ in range(3):
        cooks(shop, 0)
    assert told(shop) is None

    shop.passes(WAIT_KNOWN_FOR, at_the_gateway=False)

    assert told(shop) == 5


def test_a_paused_house_promises_no_wait(shop: Shop) -> None:
    for _ in range(3):
        cooks(shop, 12)
    shop.core.house.pause("Dapur penuh", 25)

    assert told(shop) is None
