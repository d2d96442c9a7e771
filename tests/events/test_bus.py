"""Nudges: who is told to look again, in this process and in the others."""

import asyncio

import pytest

from core.events.bus import Bus
from core.events.redis_bus import RedisRelay

WITHIN = 5


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.mark.anyio
async def test_a_waiting_nudge_absorbs_the_next(bus: Bus) -> None:
    bus.bind(asyncio.get_running_loop())
    async with bus.subscribe("order:1") as mine, bus.subscribe("order:2") as another:
        await asyncio.to_thread(bus.publish, ["order:1"], 7)
        await asyncio.to_thread(bus.publish, ["order:1"], 8)
        await asyncio.sleep(0)

        assert await asyncio.wait_for(mine.next(), WITHIN) == 8
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(mine.next(), 0.05)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(another.next(), 0.05)
        assert bus.latest("order:1") == 8
    assert bus.latest("order:1") == 0


def test_nobody_listening_costs_nothing(bus: Bus) -> None:
    bus.publish(["order:1"], 1)
    assert bus.latest("order:1") == 0


@pytest.mark.anyio
async def test_what_one_process_commits_another_hears_of(redis_url: str) -> None:
    told, telling = RedisRelay(redis_url), RedisRelay(redis_url)
    here, there, stop = Bus(), Bus(telling.publish), asyncio.Event()
    async with here.subscribe("board:1") as board:
        listening = asyncio.create_task(told.listen(here, stop))
        # The subscription itself says "look again": something may have been missed.
        assert await asyncio.wait_for(board.next(), WITHIN) == 0

        there.publish(["board:1"], 41)

        assert await asyncio.wait_for(board.next(), WITHIN) == 41
        stop.set()
        await asyncio.wait_for(listening, WITHIN)
    told.close()
    telling.close()


def test_redis_gone_does_not_undo_what_was_committed() -> None:
    relay = RedisRelay("redis://127.0.0.1:9/0")
    Bus(relay.publish).publish(["board:1"], 1)
    relay.close()


@pytest.mark.anyio
async def test_redis_gone_is_tried_again_until_the_program_stops() -> None:
    relay, stop = RedisRelay("redis://127.0.0.1:9/0"), asyncio.Event()
    listening = asyncio.create_task(relay.listen(Bus(), stop))
    await asyncio.sleep(0.3)
    assert not listening.done()
    stop.set()
    await asyncio.wait_for(listening, WITHIN)
    relay.close()
