"""What a measure promises, and the shape that every measure has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bench.load import Reading
from bench.processes import Child


@dataclass(frozen=True, slots=True)
class Criterion:
    """One promise about one figure."""

    figure: str
    """Name of the figure in a reading; `ratio` is the one between Meja and its floor."""
    bound: Literal["≥", "≤"]
    limit: float
    unit: str = ""

    def is_met(self, value: float) -> bool:
        return value >= self.limit if self.bound == "≥" else value <= self.limit

    def __str__(self) -> str:
        return f"{self.figure} {self.bound} {self.limit:g}{self.unit}"


class Measure(Protocol):
    """One line of the table: Meja, and the floor beside it."""

    title: str
    main: str
    """The figure that is compared with the floor: `per_second`, or a span, of which less is better."""

    @property
    def criteria(self) -> Sequence[Criterion]:
        """Say what is promised."""

    @property
    def programs(self) -> Sequence[Child]:
        """Name the programs that Meja's side needs; all others stand still meanwhile."""

    async def figure(self) -> Reading:
        """Measure Meja once."""

    async def floor(self) -> Reading | None:
        """Measure the floor once; None where there is none."""


def ratio(main: str, figure: Reading, floor: Reading) -> float:
    """Compare with the floor: 1 is as good as the machine can do, 0.5 half as good."""
    mine, least = figure[main], floor[main]
    if not mine or not least:
        return 0.0
    return mine / least if main == "per_second" else least / mine
