"""A payment's way to every board, with the house full of open pages."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial

from bench.client import Answer, Connection, request_bytes
from bench.criteria import Criterion
from bench.house import House
from bench.load import Load, Reading
from bench.processes import Child
from bench.screens import Screen, all_seen, open_listeners, open_sockets
from bench.weights import PAID, weigh

_REST = 0.3
_LONGEST = 10.0
_NUDGE = b'{"event": 12345}'


class Boards:
    """The wallet pays, the gateway notifies; from the payment's own time stamp until each board shows it.

    The stamp is taken before the commit, so the commit is part of the span, and of the floor: a commit of the same
    rows, a word through a bare relay, the board's bytes from memory.
    """

    title = "Paid → every board updated"
    main = "p50_ms"
    criteria = (
        Criterion("p50_ms", "≤", 40, " ms"),
        Criterion("p99_ms", "≤", 250, " ms"),
        Criterion("ratio", "≥", 0.3),
    )

    def __init__(self, house: House) -> None:
        self._house = house
        self._board: Answer | None = None

    @property
    def programs(self) -> Sequence[Child]:
        return (self._house.screens.app, self._house.screens.simulator)

    async def figure(self) -> Reading:
        scene, plan = self._house.screens, self._house.plan
        port, sessions = scene.app.port, scene.restaurant.sessions[: plan.boards]
        async with AsyncExitStack() as stack:
            boards = []
            for session in sessions:
                connection = await stack.enter_async_context(Connection(port))
                boards.append(
                    self._board_screen(connection, request_bytes("GET", "/cashier/board", port, meja_sid=session))
                )
            wishes = [
                (f"{scene.live}/cashier/live", board, session) for board, session in zip(boards, sessions, strict=True)
            ]
            diners = range(1, plan.diners + 1)
            wishes += [(f"{scene.live}/live/orders/history-{n:014d}", Screen(None), "") for n in diners]
            await stack.enter_async_context(open_sockets(wishes, scene.base))
            counter = await stack.enter_async_context(Connection(port))
            simulator = await stack.enter_async_context(Connection(scene.simulator.port))
            load, cpu, began = Load(), time.process_time(), time.perf_counter()
            for _ in range(plan.payments_seen):
                await self._follow(counter, simulator, boards, load)
            load.seconds = time.perf_counter() - began
            load.own_cpu = (time.process_time() - cpu) / load.seconds
        return _without_rate(load)

    async def floor(self) -> Reading:
        house, plan = self._house, self._house.plan
        assert self._board is not None
        await house.teach_page("board", self._board)
        await house.teach_write("paid_alone", weigh(house.screens.database, PAID), 15)
        page = request_bytes("GET", "/pages/board", house.least.port)
        commit = request_bytes("POST", "/writes/paid_alone", house.least.port)
        house.relay.resume()
        load = Load()
        async with AsyncExitStack() as stack:
            connections = [await stack.enter_async_context(Connection(house.least.port)) for _ in range(plan.boards)]
            boards = [Screen(partial(connection.send, page)) for connection in connections]
            speaker = await stack.enter_async_context(open_listeners(house.relay.port, boards, plan.diners))
            counter = await stack.enter_async_context(Connection(house.least.port))
            for _ in range(plan.payments_seen):
                for board in boards:
                    board.forget()
                await asyncio.sleep(_REST)
                began = time.time()
                await counter.send(commit)
                speaker.write(_NUDGE)
                await all_seen(boards, _LONGEST)
                _note(load, boards, began)
        return _without_rate(load)

    def _board_screen(self, connection: Connection, request: bytes) -> Screen:
        async def look() -> None:
            self._board = await connection.send(request)

        return Screen(look)

    async def _follow(self, counter: Connection, simulator: Connection, boards: list[Screen], load: Load) -> None:
        scene = self._house.screens
        uid = await scene.place(counter)
        await asyncio.sleep(_REST)
        await scene.pays(simulator, uid, notify=False)
        (newest,) = scene.row("SELECT MAX(id) FROM events")
        for board in boards:
            board.forget(newest)
        await counter.send(scene.notification(uid, "settlement"))
        await all_seen(boards, _LONGEST)
        _note(load, boards, scene.paid_at(uid))
        assert self._board is not None
        assert uid.encode() in self._board.plain, f"the board does not show {uid}"


def _note(load: Load, boards: list[Screen], began: float) -> None:
    load.count += 1
    for board in boards:
        load.took("nudge", board.nudged_at - began)
        load.took("whole", board.looked_at - began)


def _without_rate(load: Load) -> Reading:
    # How many a second is how many we wanted: it says nothing.
    return {name: value for name, value in load.reading().items() if name != "per_second"}
