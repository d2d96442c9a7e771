"""From the gateway's notification to the order that is paid: the gateway asked, the ledger written, the kitchen told."""

import asyncio
import time
from collections.abc import Sequence

from bench.client import Connection
from bench.criteria import Criterion
from bench.house import House
from bench.load import Load, Reading, drive
from bench.processes import Child
from bench.weights import LEASED, PAID, TAKEN_IN, weigh

_HANDS = 8


class Payments:
    """The orders of the measure before are paid at the gateway in silence; then one notification each is sent."""

    title = "Notification → order paid"
    main = "per_second"
    criteria = (
        Criterion("per_second", "≥", 150),
        Criterion("p50_ms", "≤", 45, " ms"),
        Criterion("p99_ms", "≤", 150, " ms"),
        Criterion("ratio", "≥", 0.35),
    )

    def __init__(self, house: House) -> None:
        self._house = house
        self._sample = b""

    @property
    def programs(self) -> Sequence[Child]:
        return (self._house.counter.app, self._house.counter.simulator)

    async def figure(self) -> Reading:
        house, scene = self._house, self._house.counter
        posts = {uid: scene.notification(uid, "settlement") for uid in house.waiting}
        self._sample = next(iter(posts.values())).partition(b"\r\n\r\n")[2]
        await scene.until_quiet()
        await self._pay_in_silence()

        async def job(connection: Connection, load: Load) -> bool:
            uid = self._next_unpaid()
            if uid is None:
                return False
            began = time.perf_counter()
            await connection.send(posts[uid])
            load.took("acknowledged", time.perf_counter() - began)
            await scene.until_paid(uid)
            load.took("whole", time.perf_counter() - began)
            return True

        load = await drive(scene.app, house.plan.connections, house.plan.seconds, job)
        # What is left over is paid as well: an order that waits is asked about every few seconds.
        await drive(scene.app, house.plan.connections, 60, job)
        house.waiting.clear()
        assert load.count, "every order was found paid before its notification was sent"
        return load.reading()

    async def floor(self) -> Reading:
        house = self._house
        await house.teach_write("paid", weigh(house.counter.database, TAKEN_IN, LEASED, PAID), 15)
        return await house.floor_write("paid", self._sample)

    async def _pay_in_silence(self) -> None:
        uids = iter(list(self._house.waiting))

        async def hand() -> None:
            async with Connection(self._house.counter.simulator.port) as simulator:
                for uid in uids:
                    await self._house.counter.pays(simulator, uid, notify=False)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(_HANDS):
                tasks.create_task(hand())

    def _next_unpaid(self) -> str | None:
        """Take the next order; the worker's own timer may have found one paid meanwhile."""
        waiting = self._house.waiting
        while waiting:
            uid = waiting.pop()
            if not self._house.counter.is_paid(uid):
                return uid
        return None
