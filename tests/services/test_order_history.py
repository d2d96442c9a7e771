"""Orders of any age are found again, page by page, and each tells its whole story."""

from datetime import timedelta
from typing import Any

import pytest

from core.base.errors import BadText
from core.base.paging import Period
from core.orders.errors import UnknownOrder
from core.orders.history import Ending, Wanted
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.payments.errors import UnknownCase
from core.services.order_history import OrderList
from tests.services.test_refunds import MANAGER, ask, paid
from tests.services.test_ways_out import late
from tests.shop import CASHIER, Shop


def found(shop: Shop, **wanted: Any) -> list[str]:
    return [order.uid for order in shop.core.past_orders.page(shop.outlet.id, Wanted(**wanted)).orders]


def evening(shop: Shop) -> dict[str, Order]:
    """One order of each ending, the newest last."""
    orders = {"unpaid": shop.order("Es Teh", pay_by="cash")}
    orders["cash"] = shop.order("Es Teh", pay_by="cash", table=1)
    shop.core.cash.take(orders["cash"].uid, 20_000, CASHIER)
    orders["qris"] = paid(shop)
    orders["part"] = paid(shop)
    ask(shop, orders["part"], 1_000)
    orders["cancelled"] = paid(shop)
    shop.core.kitchen.cancel(orders["cancelled"].uid, "Habis", MANAGER, may_void=True)
    return orders


@pytest.mark.parametrize("uid", ["\x00" * 22, "a" * 21, "a" * 22 + "\n", "é" * 22, "", "a" * 22])
def test_an_address_of_no_order_is_unknown_on_either_database(shop: Shop, uid: str) -> None:
    with pytest.raises(UnknownOrder):
        shop.core.past_orders.file(shop.outlet.id, uid)
    with pytest.raises(UnknownOrder):
        shop.core.kitchen.start(uid, CASHIER)
    with pytest.raises(UnknownCase):
        shop.core.cases.take_up(shop.outlet.id, uid, CASHIER)


def test_the_newest_order_comes_first(shop: Shop) -> None:
    orders = evening(shop)

    assert found(shop) == [order.uid for order in reversed(orders.values())]


@pytest.mark.parametrize(
    ("ending", "names"),
    [
        (Ending.PAID, ["cancelled", "part", "qris", "cash"]),
        (Ending.UNPAID, ["unpaid"]),
        (Ending.REFUNDED, ["part"]),
        (Ending.CANCELLED, ["cancelled"]),
    ],
)
def test_orders_are_found_by_how_they_ended(shop: Shop, ending: Ending, names: list[str]) -> None:
    orders = evening(shop)

    assert found(shop, ending=ending) == [orders[name].uid for name in names]


def test_orders_are_found_by_how_they_were_to_be_paid(shop: Shop) -> None:
    orders = evening(shop)

    assert found(shop, method=PaymentMethod.CASH) == [orders["cash"].uid, orders["unpaid"].uid]


def test_an_order_is_found_by_number_table_name_reference_and_uid(shop: Shop) -> None:
    first, second = shop.order("Es Teh", table=1), shop.order("Es Teh", table=2)
    named = shop.core.checkout.place_picks(
        shop.tables[0].token,
        shop.picks("Es Teh"),
        key="the-named-one",
        pay_by=PaymentMethod.CASH,
        customer_name="Bu Sri 100%",
    )

    assert found(shop, find=f" {first.label.lower()} ") == [first.uid]
    # A table may be called like a number.
    assert set(found(shop, find="2")) == {first.uid, second.uid}
    assert found(shop, find="Meja 2") == found(shop, find="table 2") == [first.uid]
    assert found(shop, find="bu sri") == found(shop, find="100%") == [named.uid]
    assert found(shop, find=shop.attempt(second).reference) == [second.uid]
    assert found(shop, find=second.uid) == [second.uid]
    assert found(shop, find="%") == [named.uid]
    assert found(shop, find="_") == []
    assert found(shop, find="'; DROP TABLE orders; --") == []
    assert found(shop, find="\x00") == found(shop)


def test_what_is_looked_for_may_not_be_endless(shop: Shop) -> None:
    with pytest.raises(BadText):
        found(shop, find="x" * 61)


def test_pages_follow_each_other_over_days(shop: Shop) -> None:
    placed = []
    for _ in range(3):
        placed += [shop.order("Es Teh", pay_by="cash").uid for _ in range(2)]
        shop.clock.added += timedelta(days=1)
    seen: list[str] = []
    page = OrderList(shop.outlet, (), "start")
    cursor = ""

    while page.cursor:
        page = shop.core.past_orders.page(shop.outlet.id, Wanted(), cursor=cursor, size=2)
        seen += [order.uid for order in page.orders]
        cursor = page.cursor

    assert seen == placed[::-1]
    assert [order.uid for order in shop.core.past_orders.each(shop.outlet.id, Wanted())] == seen


def test_a_day_is_the_outlets_own(shop: Shop) -> None:
    before = shop.order("Es Teh", pay_by="cash")
    shop.clock.added += timedelta(days=1)
    after = shop.order("Es Teh", pay_by="cash")

    assert found(shop, period=Period(last=before.business_day)) == [before.uid]
    assert found(shop, period=Period(first=after.business_day)) == [after.uid]


def test_a_file_holds_the_story_with_the_people_in_it(shop: Shop) -> None:
    order, case = late(shop)
    shop.core.cases.honour(shop.outlet.id, case.uid, CASHIER)

    file = shop.core.past_orders.file(shop.outlet.id, order.uid)

    kinds = [event.kind for event in file.events]
    assert kinds[0] == "order.placed"
    assert {"attempt.expired", "order.expired", "case.opened", "attempt.settled", "order.confirmed"} <= set(kinds)
    assert [str(heard.outcome) for heard in file.heard] == ["applied"]
    assert file.names["staff:3"] == "Kasir"
    assert [attempt.state for attempt in file.attempts] == ["settled"]
    assert len(file.cases) == 1


def test_another_outlets_order_is_not_there(shop: Shop) -> None:
    order = shop.order("Es Teh")

    with pytest.raises(UnknownOrder):
        shop.core.past_orders.file(shop.outlet.id + 1, order.uid)
    with pytest.raises(UnknownOrder):
        shop.core.past_orders.file(shop.outlet.id, "nothing")
