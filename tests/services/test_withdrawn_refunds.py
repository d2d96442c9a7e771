"""A refund that has not gone out yet may be taken back; one that may have gone out may not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.base.clock import GATEWAY_ZONE
from core.base.database import Database
from core.base.errors import Busy
from core.orders.models import Order
from core.payments.errors import GatewayCanRefund, RefundIsOut, UnknownRefund
from core.payments.leases import lease_refund
from core.payments.models import Attempt, Refund
from tests.services.test_asked_once import refund_calls, somebody_waits
from tests.services.test_refunds import MANAGER, ask, given_back, paid, refunds, states
from tests.shop import CASHIER, Shop
from tests.web.patience import soon


def in_shopeepays_night(shop: Shop) -> Order:
    """A paid order whose refund waits for the morning."""
    order = paid(shop)
    with shop.core.db.write() as session:
        session.get_one(Attempt, shop.attempt(order).id).acquirer = "airpay shopee"
    now = shop.clock().astimezone(GATEWAY_ZONE)
    shop.clock.added += now.replace(hour=23, minute=56, second=0) - now
    ask(shop, order, order.total)
    return order


def withdraw(shop: Shop, refund: Refund, *, outlet_id: int = 0) -> None:
    shop.core.refunds.withdraw(outlet_id or shop.outlet.id, refund.refund_key, MANAGER, asked_by=CASHIER)


def test_a_refund_that_waits_for_the_morning_can_be_withdrawn_and_asked_for_anew(shop: Shop) -> None:
    order = in_shopeepays_night(shop)

    withdraw(shop, refunds(shop, order)[0])
    shop.clock.added += timedelta(hours=7)
    shop.gateway_works()

    assert refund_calls(shop, order) == 0
    assert refunds(shop, order)[0].refused_for == "withdrawn"
    (told,) = [event for event in shop.page(order).history if event.kind == "refund.withdrawn"]
    assert (told.by, told.data["asked_by"]) == (str(MANAGER), "Kasir")
    ask(shop, order, order.total)
    assert given_back(shop, order) == order.total


def test_a_refund_that_waits_for_a_gateway_that_is_gone_can_be_withdrawn(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "status", "kind": "http_503"})
    refund = ask(shop, order, order.total)

    withdraw(shop, refund)
    shop.simulator.behave()
    shop.clock.added += timedelta(minutes=2)
    shop.gateway_works()

    assert states(shop, order) == [("refused", order.total)]
    assert given_back(shop, order) == 0


def test_a_refund_that_came_too_late_in_the_evening_is_not_taken_for_a_sent_one(shop: Shop) -> None:
    order = paid(shop)
    refund = shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER)
    with shop.core.db.write() as session:
        session.get_one(Attempt, shop.attempt(order).id).acquirer = "airpay shopee"
    now = shop.clock().astimezone(GATEWAY_ZONE)
    shop.clock.added += now.replace(hour=23, minute=56, second=0) - now
    shop.gateway_works()

    withdraw(shop, refund)

    assert states(shop, order) == [("refused", order.total)]


def test_withdrawing_a_refund_is_no_way_to_cash(shop: Shop) -> None:
    order = in_shopeepays_night(shop)

    withdraw(shop, refunds(shop, order)[0])

    with pytest.raises(GatewayCanRefund):
        shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER, in_cash=True)


def test_withdrawing_twice_is_withdrawing_once(shop: Shop) -> None:
    order = in_shopeepays_night(shop)
    (refund,) = refunds(shop, order)

    for _ in range(2):
        withdraw(shop, refund)

    assert [event.kind for event in shop.page(order).history].count("refund.withdrawn") == 1


def test_a_refund_that_may_have_gone_out_cannot_be_withdrawn(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "drop_answer", "count": 1})
    refund = ask(shop, order, order.total)

    with pytest.raises(RefundIsOut):
        withdraw(shop, refund)
    shop.clock.added += timedelta(seconds=5)
    shop.gateway_works()
    with pytest.raises(RefundIsOut):
        withdraw(shop, refund)

    assert given_back(shop, order) == order.total


def test_a_refund_that_the_worker_has_in_hand_cannot_be_withdrawn(shop: Shop) -> None:
    order = paid(shop)
    refund = shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER)
    jobs = shop.core.worker.queue.lease(8)

    with pytest.raises(RefundIsOut):
        withdraw(shop, refund)
    for job in jobs:
        job.work()

    assert given_back(shop, order) == order.total


def test_nobody_withdraws_another_houses_refund_nor_one_that_there_is_not(shop: Shop) -> None:
    order = in_shopeepays_night(shop)
    (refund,) = refunds(shop, order)

    with pytest.raises(UnknownRefund):
        withdraw(shop, refund, outlet_id=shop.outlet.id + 1)
    with pytest.raises(UnknownRefund):
        shop.core.refunds.withdraw(shop.outlet.id, "RNOTHING", MANAGER)

    assert states(shop, order) == [("asked", order.total)]


def test_who_withdraws_while_the_worker_takes_it_waits_and_is_told_that_it_is_out(
    shop: Shop, database_url: str
) -> None:
    """PostgreSQL only: on SQLite one writes at a time."""
    if shop.core.db.is_sqlite:
        return
    order = in_shopeepays_night(shop)
    (refund,) = refunds(shop, order)
    another = Database(database_url)

    with ThreadPoolExecutor(1) as managers:
        with another.write() as session:
            row = session.scalars(select(Refund).where(Refund.id == refund.id).with_for_update()).one()
            assert lease_refund(row, "another.1", shop.clock())
            session.flush()
            manager = managers.submit(withdraw, shop, refund)
            assert soon(lambda: somebody_waits(shop))
        with pytest.raises(RefundIsOut):
            manager.result(10)
    another.close()

    assert states(shop, order) == [("asked", order.total)]


def test_a_refund_is_either_withdrawn_or_sent_and_never_both(shop: Shop) -> None:
    orders = [paid(shop) for _ in range(6)]
    asked = [shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER) for order in orders]

    def tried(refund: Refund) -> str:
        try:
            withdraw(shop, refund)
        except (RefundIsOut, Busy) as refusal:
            return type(refusal).__name__
        return "withdrawn"

    with ThreadPoolExecutor(4) as hands:
        worker = hands.submit(shop.gateway_works)
        said = list(hands.map(tried, asked))
        worker.result(60)
    shop.gateway_works()

    for order, word in zip(orders, said, strict=True):
        assert given_back(shop, order) == (0 if word == "withdrawn" else order.total)
