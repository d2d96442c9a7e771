"""Many idle phones: what each open menu costs, and how soon all of them hear that something has run out."""

import asyncio
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from bench.client import Connection, request_bytes
from bench.criteria import Criterion
from bench.house import House
from bench.load import Load, Reading
from bench.processes import Child, running
from bench.scene import app_settings
from bench.screens import Screen, all_seen, open_listeners, open_sockets

_REST = 1.0
_LONGEST = 30.0
_NUDGE = b'{"event": 12345}'


class IdleSockets:
    """A program started afresh; its memory before and after the sockets open; then the last portion of a dish is sold."""

    main = "kb_each"
    criteria = (Criterion("kb_each", "≤", 45, " KB"), Criterion("nudge_p99_ms", "≤", 1000, " ms"))

    def __init__(self, house: House) -> None:
        self._house = house
        self._restaurant = house.blank.copy(house.folder / "sockets")
        self._portions = list(self._restaurant.last_portions)
        self.title = f"{house.plan.sockets:,} idle diner sockets"

    @property
    def programs(self) -> Sequence[Child]:
        return (self._house.counter.simulator,)

    async def figure(self) -> Reading:
        count, folder = self._house.plan.sockets, self._restaurant.file.parent
        settings = app_settings(self._restaurant, folder, self._house.counter.simulator.port)
        screens = [Screen(None) for _ in range(count)]
        with running(["core", "serve"], folder, settings=settings) as app:
            menu = f"ws://127.0.0.1:{app.port}/live/menu/{self._restaurant.table}"
            origin = f"http://127.0.0.1:{app.port}"
            async with Connection(app.port) as counter:
                await counter.call("GET", f"/api/v1/menu?table={self._restaurant.table}")
                # The first socket and the first order load what all share.
                async with open_sockets([(menu, Screen(None), "")], origin):
                    await self._sell_the_last(counter)
                await asyncio.sleep(_REST)
                before = app.memory
                async with open_sockets(((menu, screen, "") for screen in screens), origin):
                    await asyncio.sleep(_REST)
                    after = app.memory
                    ordered_at = await self._sell_the_last(counter)
                    await all_seen(screens, _LONGEST)
        return _reading(screens, ordered_at, (after - before) * 1024 / count)

    async def floor(self) -> Reading:
        count = self._house.plan.sockets
        screens = [Screen(None) for _ in range(count)]
        with running(["bench.relay", "{port}"], self._house.folder / "floor") as relay:
            before = relay.memory
            async with open_listeners(relay.port, screens, 0) as speaker:
                after = relay.memory
                began = time.time()
                speaker.write(_NUDGE)
                await all_seen(screens, _LONGEST)
        return _reading(screens, began, (after - before) * 1024 / count)

    async def _sell_the_last(self, counter: Connection) -> float:
        """Order a dish of which one portion is left; gives the moment, which lies before the commit."""
        body = {
            "table_token": self._restaurant.table,
            "lines": [{"dish_id": self._portions.pop(), "quantity": 1}],
            "payment_method": "cash",
        }
        answer = await counter.send(request_bytes("POST", "/api/v1/orders", counter.port, json.dumps(body).encode()))
        return datetime.fromisoformat(answer.json()["created_at"]).astimezone(UTC).timestamp()


def _reading(screens: list[Screen], began: float, kb_each: float) -> Reading:
    load = Load()
    for screen in screens:
        load.took("whole", screen.nudged_at - began)
    found = load.reading()
    return {"kb_each": kb_each, "nudge_p50_ms": found["p50_ms"], "nudge_p99_ms": found["p99_ms"]}
