"""What a cashier sees: a payment's way onto ten boards in a real browser, and whether a full board stutters."""

import asyncio
import time
from collections.abc import Sequence

from playwright.async_api import Page

from bench.browser import forget, hold_ups, open_boards, painted_at
from bench.client import Connection
from bench.criteria import Criterion, Measure
from bench.house import House
from bench.load import Load, Reading
from bench.measures.archive import start_one
from bench.processes import Child
from bench.scene import Scene, told

_REST = 0.3


class _InTheBrowser:
    """A measure that has no floor: the least that a browser must do is not known."""

    async def floor(self) -> Reading | None:
        return None


class CardsSeen(_InTheBrowser):
    """A wallet pays at the simulator, which notifies; from just before that call until each board has painted the card.

    `ledger` is the part of it from the time stamp of the books, which is taken just before their commit.
    """

    main = "p50_ms"
    criteria = (Criterion("p50_ms", "≤", 150, " ms"), Criterion("p99_ms", "≤", 1000, " ms"))

    def __init__(self, house: House) -> None:
        self._house = house
        self.title = f"Paid → card painted by {house.plan.browsers} boards in the browser"

    @property
    def programs(self) -> Sequence[Child]:
        return (self._house.screens.app, self._house.screens.simulator)

    async def figure(self) -> Reading:
        scene, plan, load = self._house.screens, self._house.plan, Load()
        async with (
            open_boards(scene, plan.browsers) as boards,
            Connection(scene.app.port) as counter,
            Connection(scene.simulator.port) as simulator,
            told(scene),
        ):
            for _ in range(plan.payments_in_browsers):
                uid = await scene.place(counter)
                await asyncio.sleep(_REST)
                began = time.time()
                await scene.pays(simulator, uid, notify=True)
                await _follow(scene, boards, uid, began, load)
        return {name: value for name, value in load.reading().items() if name != "per_second"}


async def _follow(scene: Scene, boards: Sequence[Page], uid: str, began: float, load: Load) -> None:
    await asyncio.sleep(_REST)
    painted = [await painted_at(board, uid) for board in boards]
    paid_at = scene.paid_at(uid)
    load.count += 1
    load.took("last", max(painted) - began)
    for at in painted:
        load.took("whole", at - began)
        load.took("ledger", at - paid_at)


class Stutter(_InTheBrowser):
    """Somebody else begins to cook orders of a full board; how long it takes this one each time to show it.

    `held_ms_most` is the longest that anything held the page up meanwhile, 0 when nothing did for 50 ms.
    """

    main = "p50_ms"
    criteria = (Criterion("p50_ms", "≤", 50, " ms"), Criterion("held_ms_most", "≤", 50, " ms"))

    def __init__(self, house: House, closed: int) -> None:
        self._house = house
        self._scene = house.archives[closed]
        self.title = f"A board of {house.plan.open_orders} open orders swaps in the browser"

    @property
    def programs(self) -> Sequence[Child]:
        return (self._scene.app,)

    async def figure(self) -> Reading:
        load = Load()
        async with open_boards(self._scene, 1) as (board,), Connection(self._scene.app.port) as other:
            await asyncio.sleep(1)
            await forget(board)
            for _ in range(self._house.plan.prints):
                await other.send(start_one(self._scene))
                await asyncio.sleep(_REST)
                load.count += 1
            swaps, held = await hold_ups(board)
        for seconds in swaps:
            load.took("whole", seconds)
        most = {"held_ms_most": max(held, default=0.0) * 1000, "held_times": float(len(held))}
        return {name: value for name, value in load.reading().items() if name != "per_second"} | most


def in_the_browser(house: House) -> list[Measure]:
    """Make the measures that need a browser."""
    return [CardsSeen(house), Stutter(house, next(iter(house.archives)))]
