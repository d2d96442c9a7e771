"""The board of a full house, over a database with years of closed orders."""

import time
from collections.abc import Sequence

from bench.client import Answer, Connection, request_bytes
from bench.criteria import Criterion
from bench.house import House
from bench.load import Load, Reading
from bench.processes import Child
from bench.scene import Scene
from bench.screens import print_in


class Archive:
    """Each time somebody begins to cook an order, so that the board must be printed anew; then it is asked for.

    First by a screen that has no board yet, then by one that has, and then by one that has the print before this one.
    """

    main = "p50_ms"
    criteria = (Criterion("p50_ms", "≤", 30, " ms"), Criterion("page_kb", "≤", 60, " KB"))

    def __init__(self, house: House, closed: int) -> None:
        self._house = house
        self._scene = house.archives[closed]
        self._board: Answer | None = None
        self.title = f"Board: {house.plan.open_orders} open orders, {closed:,} closed"

    @property
    def programs(self) -> Sequence[Child]:
        return (self._scene.app,)

    async def figure(self) -> Reading:
        port, session = self._scene.app.port, self._scene.restaurant.sessions[0]
        board = request_bytes("GET", "/cashier/board", port, meja_sid=session)
        load, app = Load(), self._scene.app
        before = app.cpu_seconds
        async with Connection(port) as connection:
            whole = changes = await connection.send(board)
            for _ in range(self._house.plan.prints):
                there = print_in(whole)
                await connection.send(start_one(self._scene))
                load.count += 1
                for name in ("whole", "unchanged"):
                    began = time.perf_counter()
                    whole = await connection.send(board)
                    load.took(name, time.perf_counter() - began)
                began = time.perf_counter()
                changes = await connection.send(
                    request_bytes("GET", "/cashier/board", port, meja_sid=session, Meja_Print=there)
                )
                load.took("changes", time.perf_counter() - began)
        load.program_cpu = app.cpu_seconds - before
        self._board = whole
        size = {"page_kb": len(whole.body) / 1024, "changes_kb": len(changes.body) / 1024}
        return {name: value for name, value in load.reading().items() if name != "per_second"} | size

    async def floor(self) -> Reading:
        assert self._board is not None
        await self._house.teach_page("full_board", self._board)
        found = await self._house.floor_page("full_board", 1)
        return {name: value for name, value in found.items() if name != "per_second"}


def start_one(scene: Scene) -> bytes:
    """Write the request that begins to cook the oldest order which nobody has begun."""
    (uid,) = scene.row("SELECT uid FROM orders WHERE status = 'confirmed' ORDER BY id LIMIT 1")
    form, kind = b"back=cashier", "application/x-www-form-urlencoded"
    session, port = scene.restaurant.sessions[-1], scene.app.port
    path = f"/cashier/orders/{uid}/start"
    return request_bytes("POST", path, port, form, kind=kind, meja_sid=session, Origin=scene.base)
