"""An order placed through the JSON API, until its QR is in the hand of whoever asked."""

import time
from collections.abc import Sequence

from bench.client import Connection, request_bytes
from bench.criteria import Criterion
from bench.house import House
from bench.load import Load, Reading, drive
from bench.processes import Child
from bench.weights import LEASED, PLACED, WENT_LIVE, weigh


class Orders:
    """POST /api/v1/orders; the gateway makes the QR; GET /api/v1/orders/{uid} gives it.

    Between the two the generator looks into the database from beside, so that no polling loads the program.
    """

    title = "Order placed and QR ready"
    main = "per_second"
    criteria = (
        Criterion("per_second", "≥", 120),
        Criterion("p50_ms", "≤", 70, " ms"),
        Criterion("p99_ms", "≤", 200, " ms"),
        Criterion("ratio", "≥", 0.35),
    )

    def __init__(self, house: House) -> None:
        self._house = house
        self._bytes = (0, 0)

    @property
    def programs(self) -> Sequence[Child]:
        return (self._house.counter.app, self._house.counter.simulator)

    async def figure(self) -> Reading:
        scene, plan = self._house.counter, self._house.plan
        load = await drive(scene.app, plan.connections, plan.seconds, self._order)
        return load.reading()

    async def floor(self) -> Reading:
        house = self._house
        database = house.counter.database
        await house.teach_write("placed", weigh(database, PLACED), self._bytes[0])
        await house.teach_write("live", weigh(database, LEASED, WENT_LIVE), self._bytes[1])
        body = house.counter.order_request().partition(b"\r\n\r\n")[2]
        placed = request_bytes("POST", "/writes/placed", house.least.port, body)
        live = request_bytes("POST", "/writes/live", house.least.port)

        async def job(connection: Connection, load: Load) -> bool:
            began = time.perf_counter()
            await connection.send(placed)
            load.took("placed", time.perf_counter() - began)
            await connection.send(live)
            load.took("whole", time.perf_counter() - began)
            return True

        return (await drive(house.least, house.plan.connections, house.plan.seconds, job)).reading()

    async def _order(self, connection: Connection, load: Load) -> bool:
        scene = self._house.counter
        request = scene.order_request()
        began = time.perf_counter()
        placed = await connection.send(request)
        load.took("placed", time.perf_counter() - began)
        uid = placed.json()["order_uid"]
        await scene.until_live(uid)
        load.took("live", time.perf_counter() - began)
        shown = await connection.send(request_bytes("GET", f"/api/v1/orders/{uid}", connection.port))
        load.took("whole", time.perf_counter() - began)
        assert shown.json()["payment"]["state"] == "live", shown.body
        self._house.waiting.append(uid)
        self._bytes = (len(placed.body), len(shown.body))
        return True
