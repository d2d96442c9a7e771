"""Of two jobs about one row the later one has it in hand; a poll that got no answer is made again."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.base.database import Database
from core.events.record import board_topic
from core.payments.schedule import LEASE
from core.services import open_services
from core.services.event_poll import EventPoll
from tests.services.test_asked_once import somebody_waits
from tests.services.test_the_queue import hears
from tests.shop import CASHIER, Shop
from tests.web.patience import soon


def test_a_job_that_took_too_long_does_not_give_away_what_the_next_one_has_in_hand(shop: Shop) -> None:
    order = shop.order("Es Teh")
    hears(shop, shop.attempt(order))
    (slow,) = shop.core.worker.queue.lease(1)
    shop.clock.added += LEASE + timedelta(seconds=1)
    (next_one,) = shop.core.worker.queue.lease(1)

    slow.work()

    assert shop.attempt(order).lease == next_one.row.lease
    next_one.work()
    assert shop.attempt(order).lease is None


@pytest.mark.anyio
async def test_a_database_that_did_not_answer_once_is_asked_again(shop: Shop, database_url: str) -> None:
    """PostgreSQL only: nobody can keep readers out of an SQLite file in WAL mode."""
    if shop.core.db.is_sqlite:
        return
    core, stop, holder = shop.core, asyncio.Event(), Database(database_url)
    order = await asyncio.to_thread(shop.order, "Es Teh", pay_by="cash", charge=False)
    core.bus.bind(asyncio.get_running_loop())
    other = open_services(core.settings, clock=shop.clock)
    async with core.bus.subscribe(board_topic(shop.outlet.id)) as board:
        polling = asyncio.create_task(EventPoll(core.db, core.bus).run(stop, every=0.05))
        with holder.write() as held:
            held.execute(text("LOCK TABLE events"))
            assert await asyncio.to_thread(soon, lambda: somebody_waits(shop))
            assert await asyncio.to_thread(soon, lambda: polling.done() or not somebody_waits(shop))
        # The first look that succeeds only finds where to go on from.
        await asyncio.sleep(0.5)
        await asyncio.to_thread(other.kitchen.cancel, order.uid, "Tamu pergi", CASHIER, may_void=True)
        assert await asyncio.wait_for(board.next(), 5) > 0
        stop.set()
        await asyncio.wait_for(polling, 5)
    other.close()
    holder.close()
