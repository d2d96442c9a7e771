"""The page about speed says what was measured, a miss as a miss."""

import re
from typing import Any

from bench.course import Line
from bench.page import BEGIN, END, PAGE, as_markdown, as_plot
from bench.plan import Plan
from bench.report import as_document
from tests.bench.test_figures import Cooking, line

MACHINE = {"cores": 2, "load_before": 0.1, "python": "3.11", "sqlite": "3.40", "disk_sync_us": 80}


def measured(*lines: Line) -> dict[str, Any]:
    return as_document(lines, Plan(), MACHINE)


def test_a_promise_that_was_missed_is_called_so() -> None:
    page = as_markdown(measured(line([50, 60, 70], [200, 200, 200])))

    assert "0 of 2 promises kept" in page
    assert "| Rendang | ≥ 100 a second | 60 | **missed** |" in page
    assert "| Rendang | ≥ 0.5 of the floor | 0.3 | **missed** |" in page


def test_a_measure_without_a_floor_is_kept_for_programs_too() -> None:
    document = measured(Line(Cooking(criteria=Cooking().criteria[:1]), [{"per_second": 400.0}], []))

    assert document["measures"][0]["rounds"] == [{"figure": {"per_second": 400.0}, "floor": None}]
    assert "| Rendang | ≥ 100 a second | 400 | kept |" in as_markdown(document)


def test_the_plot_has_a_bar_for_each_promise_green_where_it_was_kept() -> None:
    plot = as_plot(measured(line([250, 250, 250], [400, 400, 400])))

    assert re.findall(r'<rect [^>]*fill="(#17603c|#b3261e)"', plot) == ["#17603c", "#17603c"]


def test_the_page_has_a_place_for_the_figures() -> None:
    text = PAGE.read_text()

    assert text.index(BEGIN) < text.index(END)
