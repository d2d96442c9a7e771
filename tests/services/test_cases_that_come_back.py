"""A case that was settled opens again when something new is said of its money."""

from core.ledger.models import Account
from tests.services.test_money_taken_back import gateway_reverses
from tests.services.test_refunds import MANAGER
from tests.services.test_ways_out import close, credit, ending, late
from tests.shop import Shop


def test_a_bank_that_takes_the_rest_as_well_opens_the_settled_case_again(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    chargeback = f"/simulator/transactions/{shop.attempt(order).reference}/chargeback"
    shop.simulator.call("POST", chargeback, {"amount": 9_000})
    shop.hears_of(shop.attempt(order))
    (case,) = shop.cases()
    close(shop, case, lost=9_000)
    assert ending(shop) == [("chargeback", "written_off")]

    shop.simulator.call("POST", chargeback)
    shop.hears_of(shop.attempt(order))

    assert [(again.uid, again.resolution) for again in shop.cases()] == [(case.uid, None)]
    assert shop.balance(Account.LOSSES) == order.total


def test_money_that_loses_its_order_a_second_time_stands_on_the_desk_again(shop: Shop) -> None:
    order, case = late(shop)
    second, third = shop.order("Sate Ayam"), shop.order("Sate Ayam")
    credit(shop, case, second)
    shop.core.kitchen.cancel(second.uid, "habis", MANAGER, may_void=True)
    (homeless,) = shop.cases()
    credit(shop, homeless, third)
    assert shop.cases() == []

    shop.core.kitchen.cancel(third.uid, "habis", MANAGER, may_void=True)

    (again,) = shop.cases()
    assert (again.uid, again.amount, again.order_id) == (homeless.uid, order.total, third.id)


def test_a_reversal_that_somebody_has_dealt_with_stays_so_however_often_it_is_told(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    gateway_reverses(shop, order)
    (case,) = shop.cases()
    close(shop, case)

    shop.hears_of(shop.attempt(order), said="deny")

    assert shop.cases() == []
