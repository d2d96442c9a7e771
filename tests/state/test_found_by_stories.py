"""What random stories have found, each told once more by itself."""

from datetime import timedelta

from tests.services.test_refunds import MANAGER, given_back, paid, states
from tests.shop import CASHIER, Shop


def test_a_refund_that_the_dashboard_has_overtaken_is_given_up_and_the_worker_goes_on(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "drop_request", "count": 1})
    shop.core.refunds.ask(order.uid, 2_000, "Gosong", MANAGER)
    shop.simulator.call("POST", f"/simulator/transactions/{shop.attempt(order).reference}/refund", {})
    shop.hears_of(shop.attempt(order), said="refund")

    # At once, and not only when the gateway refuses it: nobody may wait for money that has gone.
    assert states(shop, order) == [("refused", 2_000), ("accepted", order.total)]
    shop.clock.added += timedelta(seconds=70)
    shop.gateway_works()

    assert states(shop, order) == [("refused", 2_000), ("accepted", order.total)]
    assert given_back(shop, order) == order.total
    assert shop.status(order) == ("confirmed", "refunded")
    another = paid(shop)
    assert shop.status(another) == ("confirmed", "paid")


def test_a_void_whose_money_is_written_off_leaves_nothing_to_complain_about(shop: Shop) -> None:
    order = paid(shop)
    shop.core.kitchen.cancel(order.uid, "Habis", CASHIER, may_void=True)
    (case,) = shop.cases()

    shop.core.cases.close(shop.outlet.id, case.uid, "Tamu tidak kembali", MANAGER)

    shop.check_books()
    assert shop.cases() == []
