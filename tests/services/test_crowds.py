"""Many people at once: nobody gets what is not there, nothing is numbered or made twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from core.base.errors import KeyReused, MejaError
from core.menu.errors import OverQrisLimit, PriceChanged, SoldOut
from core.menu.models import Dish
from core.menu.quote import Pick
from core.orders.errors import IllegalStep, NothingToPay, TooLateToUndo, TooManyUnpaid
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.services.order_desk import Stage
from tests.shop import CASHIER, Shop


def at_once(people: int, act: Callable[[int], object]) -> list[object]:
    """Let everybody act at the same moment; gives what each got, or the error each was told."""
    gate = threading.Barrier(people)

    def one(number: int) -> object:
        gate.wait()
        try:
            return act(number)
        except MejaError as error:
            return error

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(one, range(people)))


def set_portions(shop: Shop, name: str, portions: int) -> None:
    shop.core.menu.set_portions(shop.dishes[name].id, portions, CASHIER)


def test_twenty_phones_order_the_last_portion_and_one_gets_it(shop: Shop) -> None:
    set_portions(shop, "Rendang", 1)

    got = at_once(20, lambda _: shop.order("Rendang", pay_by="cash", charge=False))

    assert sum(isinstance(one, Order) for one in got) == 1
    assert sum(isinstance(one, SoldOut) for one in got) == 19
    assert shop.portions("Rendang") == 0


def test_two_hundred_orders_at_once_get_two_hundred_numbers(shop: Shop) -> None:
    with ThreadPoolExecutor(16) as pool:
        orders = list(pool.map(lambda _: shop.order("Es Teh", pay_by="cash", charge=False), range(200)))

    assert sorted(order.number for order in orders) == list(range(1, 201))


def test_ten_taps_on_order_make_one_order(shop: Shop) -> None:
    token, guest = shop.tables[0].token, "guest-1"
    shop.core.baskets.add(token, guest, Pick(shop.dishes["Sate Ayam"].id, 2))

    def tap(_: int) -> object:
        return shop.core.checkout.place_order(token, guest, key="one-page", pay_by=PaymentMethod.QRIS)

    got = at_once(10, tap)

    assert len({one.uid for one in got if isinstance(one, Order)}) == 1
    with shop.core.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 1
    visit = shop.core.baskets.visit(token, guest)
    assert visit is not None
    assert shop.core.baskets.basket(visit.id).lines == ()


def test_a_key_used_for_another_order_is_refused(shop: Shop) -> None:
    shop.order("Es Teh", key="the-same-key")
    with pytest.raises(KeyReused):
        shop.order("Sate Ayam", key="the-same-key")


def test_fifty_wishes_for_a_new_qr_make_one(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.passes(timedelta(minutes=16))
    shop.gateway_works()

    at_once(20, lambda _: shop.core.payments.new_qr(order.uid))
    shop.gateway_works()

    assert len(shop.attempts(order)) == 2
    assert shop.stage(order) is Stage.QR


def test_two_cashiers_take_the_same_money_and_one_is_told(shop: Shop) -> None:
    order = shop.order("Es Teh", pay_by="cash")

    got = at_once(8, lambda _: shop.core.cash.take(order.uid, 10_000, CASHIER))

    assert sum(not isinstance(one, MejaError) for one in got) == 1


def test_a_changed_price_is_told_before_anything_is_ordered(shop: Shop) -> None:
    token, guest = shop.tables[0].token, "guest-1"
    shop.core.baskets.add(token, guest, Pick(shop.dishes["Sate Ayam"].id, 1))
    with shop.core.db.write() as session:
        session.execute(update(Dish).where(Dish.name == "Sate Ayam").values(price=30_000))

    with pytest.raises(PriceChanged) as told:
        shop.core.checkout.place_order(token, guest, key="k" * 8, pay_by=PaymentMethod.QRIS, expected_total=32_340)

    assert told.value.quote.total == 34_650
    visit = shop.core.baskets.visit(token, guest)
    assert visit is not None
    assert len(shop.core.baskets.basket(visit.id).lines) == 1


def test_more_than_ten_million_cannot_be_paid_by_one_qr_but_in_cash(shop: Shop) -> None:
    picks = [
        Pick(shop.dishes["Sate Ayam"].id, 99),
        Pick(shop.dishes["Sate Ayam"].id, 99),
        Pick(shop.dishes["Sate Ayam"].id, 99),
        Pick(shop.dishes["Sate Ayam"].id, 99),
    ]
    token = shop.tables[0].token
    with pytest.raises(OverQrisLimit):
        shop.core.checkout.place_picks(token, picks, key="k" * 8, pay_by=PaymentMethod.QRIS)

    order = shop.core.checkout.place_picks(token, picks, key="k" * 8, pay_by=PaymentMethod.CASH)
    assert order.total > 10_000_000
    with pytest.raises(OverQrisLimit):
        shop.core.payments.to_qris(order.uid)


def test_an_order_that_costs_nothing_is_not_charged(shop: Shop) -> None:
    with shop.core.db.write() as session:
        session.execute(update(Dish).where(Dish.name == "Es Teh").values(price=0))
    with pytest.raises(NothingToPay):
        shop.order("Es Teh")


def test_a_phone_may_leave_three_orders_unpaid_and_no_fourth(shop: Shop) -> None:
    token, guest = shop.tables[0].token, "guest-1"
    for number in range(4):
        shop.core.baskets.add(token, guest, Pick(shop.dishes["Es Teh"].id, 1))
        if number < 3:
            shop.core.checkout.place_order(token, guest, key=f"key-{number}", pay_by=PaymentMethod.CASH)
    with pytest.raises(TooManyUnpaid):
        shop.core.checkout.place_order(token, guest, key="key-3", pay_by=PaymentMethod.CASH)


def test_the_kitchen_takes_one_step_at_a_time_and_can_take_it_back_for_eight_seconds(shop: Shop) -> None:
    order = shop.order("Es Teh", pay_by="cash")
    with pytest.raises(IllegalStep):
        shop.core.kitchen.start(order.uid, CASHIER)
    shop.core.cash.take(order.uid, 10_000, CASHIER)

    shop.core.kitchen.start(order.uid, CASHIER)
    with pytest.raises(IllegalStep):
        shop.core.kitchen.serve(order.uid, CASHIER)
    shop.core.kitchen.undo(order.uid, CASHIER)
    assert shop.status(order)[0] == "confirmed"

    shop.core.kitchen.start(order.uid, CASHIER)
    shop.core.kitchen.ready(order.uid, CASHIER)
    shop.core.kitchen.serve(order.uid, CASHIER)
    shop.clock.added += timedelta(seconds=9)
    with pytest.raises(TooLateToUndo):
        shop.core.kitchen.undo(order.uid, CASHIER)
    assert shop.status(order)[0] == "served"


def test_the_board_shows_each_order_in_its_column(shop: Shop) -> None:
    waiting = shop.order("Es Teh", pay_by="cash")
    paid = shop.order("Sate Ayam")
    shop.wallet.pays(paid)
    shop.order("Mi Goreng")

    board = shop.core.board.snapshot(shop.outlet.id)

    assert [card.order.uid for card in board.awaiting_cash] == [waiting.uid]
    assert [(card.order.uid, card.rings, card.table_label) for card in board.new] == [(paid.uid, True, "1")]
    assert len(board.awaiting_qris) == 1
    assert not board.is_empty
