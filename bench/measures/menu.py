"""The menu page: how many a second, and how much a phone has to load before it can be read."""

import re
from collections.abc import Sequence

from bench.client import Answer, Connection, request_bytes
from bench.criteria import Criterion
from bench.house import House
from bench.load import Reading, drive, repeat
from bench.processes import Child

_NEEDED = re.compile(rb'<(?:script|link)\b[^>]*?(?:src|href)="([^"]+\.(?:js|css)[^"]*)"')


class Menu:
    """GET /t/{token}, gzipped, from kept-open connections."""

    title = "Menu page"
    main = "per_second"
    criteria = (
        Criterion("per_second", "≥", 1000),
        Criterion("p50_ms", "≤", 10, " ms"),
        Criterion("first_load_kb", "≤", 25, " KB"),
        Criterion("ratio", "≥", 0.5),
    )

    def __init__(self, house: House) -> None:
        self._house = house
        self._page: Answer | None = None
        app = house.counter.app
        self._request = request_bytes("GET", f"/t/{house.counter.restaurant.table}", app.port)

    @property
    def programs(self) -> Sequence[Child]:
        return (self._house.counter.app,)

    async def figure(self) -> Reading:
        app, plan = self._house.counter.app, self._house.plan
        async with Connection(app.port) as connection:
            page = self._page = await connection.send(self._request)
            first_load = await _first_load(connection, page)
        load = await drive(app, plan.connections, plan.seconds, repeat(self._request))
        return load.reading() | {"first_load_kb": first_load / 1024, "html_kb": len(page.body) / 1024}

    async def floor(self) -> Reading:
        assert self._page is not None
        await self._house.teach_page("menu", self._page)
        return await self._house.floor_page("menu", self._house.plan.connections)


async def _first_load(connection: Connection, page: Answer) -> int:
    """Add up the page with its styles and scripts, as they travel; pictures come later."""
    needed = sorted(set(_NEEDED.findall(page.plain)))
    total = len(page.body)
    for address in needed:
        path = address.decode().replace("&amp;", "&")
        total += len((await connection.send(request_bytes("GET", path, connection.port))).body)
    return total
