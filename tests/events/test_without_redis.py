"""Redis stopped, emptied or slow: screens of another process learn of an order within five seconds, and no order is lost."""

import asyncio
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import redis

from core.events.bus import Subscription
from core.events.record import board_topic, menu_topic, order_topic
from core.orders.status import PaymentMethod
from core.services import Core, event_poll, open_services
from core.services.event_poll import EventPoll
from tests.conftest import unavailable
from tests.ports import free_port
from tests.shop import CASHIER, Shop

FRESH_WITHIN = 5.0


@dataclass
class Redis:
    """A Redis of the test's own, to be stopped."""

    url: str
    process: subprocess.Popen[bytes]


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        unavailable("no Redis to stop (Debian: apt-get install redis-server)")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--enable-debug-command", "yes"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        url = f"redis://127.0.0.1:{port}/0"
        deadline = time.monotonic() + 10
        with redis.Redis.from_url(url) as client:
            while not _answers(client):
                assert time.monotonic() < deadline, "Redis did not start"
                time.sleep(0.02)
        yield Redis(url, process)
        process.send_signal(signal.SIGCONT)
        process.kill()


def _answers(client: "redis.Redis") -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


@pytest.fixture
def processes(shop: Shop, own_redis: Redis) -> Iterator[list[Core]]:
    """Two copies of the program on one database."""
    settings = shop.core.settings.model_copy(update={"redis_url": own_redis.url})
    cores = [open_services(settings, clock=shop.clock) for _ in range(2)]
    yield cores
    for core in cores:
        core.close()


@asynccontextmanager
async def listening(core: Core, *topics: str) -> AsyncIterator[Subscription]:
    """What runs beside the requests of one process, and a screen that looks at topics."""
    stop = asyncio.Event()
    assert core.relay is not None
    core.bus.bind(asyncio.get_running_loop())
    async with core.bus.subscribe(*topics) as screen:
        tasks = [
            asyncio.create_task(core.relay.listen(core.bus, stop)),
            asyncio.create_task(EventPoll(core.db, core.bus).run(stop)),
        ]
        # The subscription itself says "look again".
        await asyncio.wait_for(screen.next(), FRESH_WITHIN)
        yield screen
        stop.set()
        for task in tasks:
            await asyncio.wait_for(task, 20)


def place(shop: Shop, core: Core, key: str) -> str:
    table = shop.tables[0].token
    return core.checkout.place_picks(table, shop.picks("Es Teh"), key=key, pay_by=PaymentMethod.CASH).uid


def _stop(own: Redis) -> None:
    own.process.kill()
    own.process.wait()


def _freeze(own: Redis) -> None:
    own.process.send_signal(signal.SIGSTOP)


def _flush(own: Redis) -> None:
    with redis.Redis.from_url(own.url) as client:
        client.flushall()


def _cut_all_lines(own: Redis) -> None:
    with redis.Redis.from_url(own.url) as client:
        client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")


@pytest.mark.anyio
@pytest.mark.parametrize("trouble", [None, _flush, _cut_all_lines, _stop, _freeze])
async def test_a_board_learns_of_an_order_of_another_process(
    shop: Shop, processes: list[Core], own_redis: Redis, trouble: Callable[[Redis], None] | None
) -> None:
    here, there = processes
    async with listening(here, board_topic(shop.outlet.id)) as board:
        if trouble is not None:
            await asyncio.to_thread(trouble, own_redis)
        began = time.monotonic()
        uids = [await asyncio.to_thread(place, shop, there, f"key-{turn}") for turn in range(4)]
        slowest = time.monotonic() - began

        number = await asyncio.wait_for(board.next(), FRESH_WITHIN)
        while number < EventPoll(here.db, here.bus)._newest():
            number = await asyncio.wait_for(board.next(), FRESH_WITHIN)

    assert slowest < 3
    assert all(shop.core.orders.page(uid).order.uid == uid for uid in uids)


@pytest.mark.anyio
async def test_a_nudge_that_redis_swallowed_is_found_in_the_database(shop: Shop) -> None:
    """No Redis at all: only the look at the database."""
    core, stop = shop.core, asyncio.Event()
    order = await asyncio.to_thread(shop.order, "Es Teh", pay_by="cash", charge=False)
    core.bus.bind(asyncio.get_running_loop())
    topics = (board_topic(shop.outlet.id), menu_topic(shop.outlet.id), order_topic(order.uid))
    other = open_services(core.settings, clock=shop.clock)
    async with (
        core.bus.subscribe(topics[0]) as board,
        core.bus.subscribe(topics[1]) as menu,
        core.bus.subscribe(topics[2]) as page,
    ):
        polling = asyncio.create_task(EventPoll(core.db, core.bus).run(stop, every=0.05))
        await asyncio.sleep(0.2)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(board.next(), 0.2)  # What came before the start is no news.

        await asyncio.to_thread(other.kitchen.cancel, order.uid, "Tamu pergi", CASHIER, may_void=True)
        assert await asyncio.wait_for(board.next(), FRESH_WITHIN) > 0
        assert await asyncio.wait_for(page.next(), FRESH_WITHIN) > 0
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(menu.next(), 0.2)

        await asyncio.to_thread(other.menu.set_sold_out, shop.dishes["Es Teh"].id, True, CASHIER)
        assert await asyncio.wait_for(menu.next(), FRESH_WITHIN) > 0
        stop.set()
        await asyncio.wait_for(polling, FRESH_WITHIN)
    other.close()


@pytest.mark.anyio
async def test_after_more_than_one_look_can_hold_everybody_looks_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_poll, "_MOST", 2)
    core = shop.core
    poll = EventPoll(core.db, core.bus)
    seen = await poll._look(None)
    async with core.bus.subscribe("order:of nobody") as page:
        await asyncio.to_thread(shop.order, "Es Teh", pay_by="cash", charge=False)
        await asyncio.to_thread(shop.order, "Es Teh", pay_by="cash", charge=False)
        assert await poll._look(seen) == poll._newest() > seen
        assert await asyncio.wait_for(page.next(), 1) == 0
