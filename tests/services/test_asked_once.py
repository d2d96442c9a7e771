"""A refund is sent once, offered once, and looked after to its end whoever dies and whatever the clock says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.base.database import Database
from core.base.heartbeat import beat
from core.orders.models import Order
from core.payments.errors import RefundUnderWay
from core.payments.models import Refund, RefundState
from core.services.payment_lock import lock_payment
from tests.services.test_refunds import MANAGER, ask, given_back, paid, states
from tests.services.test_ways_out import credit, late
from tests.shop import Shop
from tests.web.patience import soon


def refund_calls(shop: Shop, order: Order) -> int:
    """How many refund calls reached the gateway for the order's newest QR, whatever was answered."""
    reference = shop.attempt(order).reference
    return len(shop.simulator.call("GET", f"/simulator/journal?call=refund&order_id={reference}")["entries"])


def somebody_waits(shop: Shop) -> bool:
    """Tell whether somebody waits for a lock, on PostgreSQL."""
    here = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    with shop.core.db.read() as session:
        return bool(session.scalar(text(f"SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN ({here})")))


def test_a_refund_that_the_gateway_lists_is_not_sent_again(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "drop_answer", "count": 1})
    ask(shop, order, order.total)

    for _ in range(3):
        shop.clock.added += timedelta(seconds=30)
        shop.gateway_works()

    assert states(shop, order) == [("accepted", order.total)]
    assert refund_calls(shop, order) == 1


def test_what_is_being_asked_for_is_not_offered_a_second_time(shop: Shop) -> None:
    order = paid(shop)
    shop.core.refunds.ask(order.uid, 5_000, "Sate gosong", MANAGER)

    offer = shop.core.refunds.offer(order.uid)

    assert offer.left == order.total - 5_000
    assert offer.under_way is not None
    shop.gateway_works()


def test_two_managers_who_come_by_two_orders_meet_at_the_payment(shop: Shop, database_url: str) -> None:
    """PostgreSQL only: on SQLite one writes at a time."""
    if shop.core.db.is_sqlite:
        return
    order, case = late(shop)
    following = shop.order("Sate Ayam")
    credit(shop, case, following)
    wish = {
        "amount": order.total,
        "reason": "Habis",
        "by": str(MANAGER),
        "refund_key": "RFIRST",
        "payment": case.reference,
    }
    another = Database(database_url)

    with ThreadPoolExecutor(1) as managers:
        with another.write() as session:
            lock_payment(session, case.reference)
            where = {"order_id": order.id, "attempt_id": case.attempt_id}
            session.add(Refund(state=RefundState.ASKED, seen_at=shop.clock(), due_at=shop.clock(), **wish, **where))
            session.flush()
            second = managers.submit(shop.core.refunds.ask, following.uid, 1_000, "Habis", MANAGER)
            assert soon(lambda: somebody_waits(shop))
        with pytest.raises(RefundUnderWay):
            second.result(10)
    another.close()
    shop.gateway_works()

    assert given_back(shop, order) == order.total


def test_a_refund_that_a_dead_process_had_in_hand_is_taken_over(shop: Shop) -> None:
    order = paid(shop)
    shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER)
    worker = shop.core.worker
    assert shop.attempt(order).reference in {job.reference for job in worker.queue.lease(8)}
    with shop.core.db.write() as session:
        beat(session, worker.name, shop.clock())

    # The name is another's from here on: what this process says is not said for it.
    worker.queue.name = "another"
    shop.clock.added += timedelta(seconds=20)
    worker._make_rounds()
    shop.gateway_works()

    assert states(shop, order) == [("accepted", order.total)]
    assert given_back(shop, order) == order.total


def test_a_refund_without_an_answer_is_asked_about_though_the_clock_was_set_back(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "drop_request", "count": 1})
    ask(shop, order, order.total)
    assert states(shop, order) == [("asked", order.total)]

    shop.clock.added -= timedelta(days=1)
    shop.core.worker._make_rounds()
    shop.gateway_works()

    assert states(shop, order) == [("accepted", order.total)]


def test_a_key_that_the_gateway_knows_already_is_no_refusal(shop: Shop) -> None:
    order = paid(shop)
    refund = shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER)
    # A backup that was put back does not know that this was sent before.
    shop.simulator.refund(refund.payment, refund.amount, refund.refund_key)

    shop.gateway_works()

    assert states(shop, order) == [("accepted", order.total)]
    assert given_back(shop, order) == order.total
