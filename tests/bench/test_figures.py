"""What the load programme says about what it measured."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from bench.__main__ import main
from bench.course import Line, middle
from bench.criteria import Criterion, ratio
from bench.load import Load, Reading, quantile
from bench.plan import Plan
from bench.processes import Child
from bench.report import as_document, as_table


@dataclass
class Cooking:
    """A measure that measures nothing."""

    title: str = "Rendang"
    main: str = "per_second"
    criteria: Sequence[Criterion] = (Criterion("per_second", "≥", 100), Criterion("ratio", "≥", 0.5))
    programs: Sequence[Child] = ()

    async def figure(self) -> Reading:
        return {"per_second": 1.0}

    async def floor(self) -> Reading | None:
        return None


def line(figures: list[float], floors: list[float]) -> Line:
    return Line(Cooking(), [{"per_second": each} for each in figures], [{"per_second": each} for each in floors])


def test_a_figure_is_the_middle_of_its_rounds() -> None:
    assert line([90, 300, 110], [200, 200, 200]).figure == {"per_second": 110}


def test_memory_is_the_most_of_all_rounds() -> None:
    assert middle([{"memory_mb_most": 100}, {"memory_mb_most": 130}, {"memory_mb_most": 110}]) == {
        "memory_mb_most": 130
    }


def test_each_round_is_compared_with_its_own_floor() -> None:
    assert line([100, 50, 100], [200, 100, 400]).ratio == 0.5


def test_of_a_time_less_is_better() -> None:
    assert ratio("p50_ms", {"p50_ms": 20}, {"p50_ms": 5}) == 0.25


def test_a_measure_that_got_nothing_done_is_no_good_at_all() -> None:
    assert ratio("per_second", {"per_second": 0}, {"per_second": 500}) == 0


def test_a_miss_is_shown_as_a_miss() -> None:
    shown = as_table([line([90], [100])])

    assert "MISS   per_second ≥ 100   (90)" in shown
    assert "hit    ratio ≥ 0.5   (0.9)" in shown


def test_the_file_holds_every_round() -> None:
    document = as_document([line([90, 110, 130], [200, 200, 200])], Plan(), {"cores": 2})

    (measure,) = document["measures"]
    assert [each["figure"]["per_second"] for each in measure["rounds"]] == [90, 110, 130]
    assert [(each["figure"], each["is_met"]) for each in measure["promises"]] == [
        ("per_second", True),
        ("ratio", True),
    ]


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 3), (0.99, 4), (1.0, 4)])
def test_a_quantile_is_one_of_the_values(share: float, value: int) -> None:
    assert quantile([4, 1, 3, 2], share) == value


def test_a_reading_names_each_part_of_the_whole() -> None:
    load = Load(count=2, seconds=4.0)
    for seconds in (0.010, 0.020):
        load.took("whole", seconds)
        load.took("placed", seconds / 2)

    reading = load.reading()

    assert reading["per_second"] == 0.5
    assert reading["p99_ms"] == pytest.approx(20)
    assert reading["placed_p50_ms"] == pytest.approx(10)


@pytest.mark.parametrize("wish", ["--rounds=0", "--rounds=99", "--seconds=0", "--seconds=3600", "--quick --full"])
def test_no_wish_makes_it_run_without_end(wish: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(wish.split())

    assert stopped.value.code == 2
    assert "usage: bench" in capsys.readouterr().err
