"""The most memory that Meja had resident while everything above was measured."""

from collections.abc import Sequence

from bench.criteria import Criterion
from bench.house import House
from bench.load import Reading
from bench.processes import Child


class Memory:
    """Asked of the system; nothing is driven."""

    title = "Memory under the load above"
    main = "memory_mb_most"
    criteria = (Criterion("memory_mb_most", "≤", 250, " MB"),)

    def __init__(self, house: House) -> None:
        self._house = house

    @property
    def programs(self) -> Sequence[Child]:
        return ()

    async def figure(self) -> Reading:
        house = self._house
        scenes = (house.counter, house.screens, *house.archives.values())
        return {"memory_mb_most": max(scene.app.most_memory for scene in scenes)}

    async def floor(self) -> Reading:
        return {"memory_mb_most": self._house.least.most_memory}
