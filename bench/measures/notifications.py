"""A notification of the gateway: checked, stored, acknowledged."""

import time
from collections.abc import Sequence
from itertools import cycle, islice

from bench.client import Connection
from bench.criteria import Criterion
from bench.house import House
from bench.load import Load, Reading, drive
from bench.processes import Child
from bench.weights import TAKEN_IN, weigh

_MOST_PER_SECOND = 2_000


class Notifications:
    """POST /api/v1/webhooks/midtrans, each message another one, about orders that wait for their money.

    The worker asks the gateway about each of these orders meanwhile, as it always does: that is part of the load.
    """

    title = "Notification stored and acknowledged"
    main = "per_second"
    criteria = (
        Criterion("per_second", "≥", 300),
        Criterion("p99_ms", "≤", 50, " ms"),
        Criterion("ratio", "≥", 0.5),
    )

    def __init__(self, house: House) -> None:
        self._house = house
        self._sample = b""

    @property
    def programs(self) -> Sequence[Child]:
        return (self._house.counter.app, self._house.counter.simulator)

    async def figure(self) -> Reading:
        house = self._house
        await house.counter.until_quiet()
        most = int(_MOST_PER_SECOND * house.plan.seconds)
        posts = [house.counter.notification(uid, "pending") for uid in islice(cycle(house.waiting), most)]
        self._sample = posts[0].partition(b"\r\n\r\n")[2]

        async def job(connection: Connection, load: Load) -> bool:
            if not posts:
                return False
            post = posts.pop()
            began = time.perf_counter()
            await connection.send(post)
            load.took("whole", time.perf_counter() - began)
            return True

        return (await drive(house.counter.app, house.plan.connections, house.plan.seconds, job)).reading()

    async def floor(self) -> Reading:
        house = self._house
        await house.teach_write("taken_in", weigh(house.counter.database, TAKEN_IN), len(b'{"status":"ok"}'))
        return await house.floor_write("taken_in", self._sample)
