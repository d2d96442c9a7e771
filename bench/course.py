"""Runs every measure, Meja and floor in turn, round after round."""

import contextlib
import resource
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import uvloop

from bench.criteria import Criterion, Measure, ratio
from bench.house import House, open_house
from bench.load import Reading
from bench.measures import measures_of
from bench.plan import Plan

Say = Callable[[str], None]


@dataclass(slots=True)
class Line:
    """One measure with what each round said."""

    measure: Measure
    figures: list[Reading] = field(default_factory=list)
    floors: list[Reading] = field(default_factory=list)

    @property
    def figure(self) -> Reading:
        return middle(self.figures)

    @property
    def floor(self) -> Reading:
        return middle(self.floors)

    @property
    def ratio(self) -> float | None:
        """Compare round by round and take the middle: what slows the machine down slows both."""
        pairs = zip(self.figures, self.floors, strict=False)
        found = [ratio(self.measure.main, figure, floor) for figure, floor in pairs]
        return median(found) if found else None

    @property
    def spread(self) -> float:
        """Tell how far the rounds lie apart, as a share of their middle."""
        values = [figure[self.measure.main] for figure in self.figures]
        return (max(values) - min(values)) / median(values) if median(values) else 0.0

    def verdicts(self) -> list[tuple[Criterion, float, bool]]:
        """Hold every promise against what was measured."""
        values = self.figure | ({} if self.ratio is None else {"ratio": self.ratio})
        return [
            (criterion, values[criterion.figure], criterion.is_met(values[criterion.figure]))
            for criterion in self.measure.criteria
        ]


def middle(readings: list[Reading]) -> Reading:
    """Take the median of each figure; of a `_most`, the greatest."""
    names = readings[0] if readings else {}
    return {
        name: (max if name.endswith("_most") else median)([reading[name] for reading in readings]) for name in names
    }


def run_course(plan: Plan, folder: Path, say: Say) -> list[Line]:
    """Measure everything on programs started in this folder."""
    _allow_many_sockets()
    with open_house(plan, folder) as house:
        wanted = [measure for measure in measures_of(house) if plan.only.lower() in measure.title.lower()]
        lines = [Line(measure) for measure in wanted]
        for number in range(plan.rounds):
            say(f"round {number + 1} of {plan.rounds}")
            for line in lines:
                _measure(house, line, say)
        return lines


def _measure(house: House, line: Line, say: Say) -> None:
    measure = line.measure
    with house.only(measure.programs):
        line.figures.append(uvloop.run(measure.figure()))
    with house.only([house.least]):
        floor = uvloop.run(measure.floor())
    if floor is not None:
        line.floors.append(floor)
    say(f"  {measure.title}: {line.figures[-1][measure.main]:.4g} {measure.main}")


def _allow_many_sockets() -> None:
    # The children inherit it.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
