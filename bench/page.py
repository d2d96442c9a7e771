"""Writes the page about speed anew from what was measured last: `python -m bench.page`."""

import json
import sys
from collections.abc import Mapping, Sequence
from html import escape
from math import log10
from typing import Any

from bench.processes import ROOT

MEASURED = ROOT / "var" / "bench" / "latest.json"
PAGE = ROOT / "docs" / "speed.md"
KEPT = ROOT / "docs" / "speed.json"
PLOT = ROOT / "docs" / "pictures" / "speed.svg"
BEGIN, END = "<!-- figures: written by `python -m bench.page` -->", "<!-- end of the figures -->"
_NAMES: Mapping[str, str] = {
    "per_second": "a second",
    "p50_ms": "ms, half of them",
    "p99_ms": "ms, 99 of 100",
    "ratio": "of the floor",
    "first_load_kb": "KB on a first visit",
    "page_kb": "KB of page",
    "memory_mb_most": "MB at most",
    "memory_mb": "MB at rest",
    "kb_each": "KB each",
    "nudge_p99_ms": "ms to all, 99 of 100",
    "start_s": "s",
    "held_ms_most": "ms held up at most",
}
_ROW, _LEFT, _WIDTH = 22, 440, 680
_LEAST, _MOST = 0.1, 10.0


def main() -> None:
    """Take the last course of measures into the page, with its plot and its figures for programs."""
    document = json.loads(MEASURED.read_text())
    head, _, rest = PAGE.read_text().partition(BEGIN)
    tail = rest.partition(END)[2]
    PAGE.write_text(f"{head}{BEGIN}\n\n{as_markdown(document)}\n{END}{tail}")
    PLOT.write_text(as_plot(document))
    KEPT.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    sys.stdout.write(f"written: {PAGE.relative_to(ROOT)}\n")


def as_markdown(document: Mapping[str, Any]) -> str:
    """Draw the table: each promise beside what was measured; a miss is called one."""
    machine, plan = document["machine"], document["plan"]
    promises = _promises(document)
    kept = sum(each["is_met"] for _, each in promises)
    rows = [
        f"{kept} of {len(promises)} promises kept, at {document['commit']}, {document['at'][:10]}: medians of {plan['rounds']} "
        f"rounds of {plan['seconds']:g} s on {machine['cores']} cores, Python {machine['python']}, SQLite "
        f"{machine['sqlite']}, a disk that needs {machine['disk_sync_us']} µs to keep 4 KiB.",
        "",
        "| Measure | Promise | Measured | |",
        "|---|---|---|---|",
    ]
    rows += [
        f"| {title} | {each['bound']} {each['limit']:g} {_NAMES.get(each['figure'], each['figure'])} | "
        f"{_short(each['value'])} | {'kept' if each['is_met'] else '**missed**'} |"
        for title, each in promises
    ]
    return "\n".join(rows) + "\n"


def as_plot(document: Mapping[str, Any]) -> str:
    """Draw how far each figure is from its promise: a bar to the right is better than promised, one to the left worse."""
    promises = _promises(document)
    height = _ROW * (len(promises) + 2)
    middle = _LEFT + _WIDTH / 2
    bars = [_bar(number, title, each, middle) for number, (title, each) in enumerate(promises, start=1)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH} {height}" '
            'font-family="system-ui, sans-serif" font-size="12">',
            f'<rect width="{_LEFT + _WIDTH}" height="{height}" fill="#fff"/>',
            f'<text x="{middle}" y="15" text-anchor="middle" fill="#333">as promised</text>',
            f'<line x1="{middle}" x2="{middle}" y1="{_ROW}" y2="{height - _ROW / 2}" stroke="#999"/>',
            *bars,
            "</svg>",
            "",
        ]
    )


def _bar(number: int, title: str, promise: Mapping[str, Any], middle: float) -> str:
    value, limit = max(promise["value"], 1e-9), max(promise["limit"], 1e-9)
    better = value / limit if promise["bound"] == "≥" else limit / value
    reach = _reach(better)
    left, width = (middle, reach) if reach >= 0 else (middle + reach, -reach)
    colour = "#17603c" if promise["is_met"] else "#b3261e"
    name = escape(f"{title}: {_NAMES.get(promise['figure'], promise['figure'])}")
    y = number * _ROW
    return (
        f'<text x="{_LEFT - 10}" y="{y + 15}" text-anchor="end" fill="#222">{_cut(name)}</text>'
        f'<rect x="{left:.1f}" y="{y + 4}" width="{max(width, 1):.1f}" height="{_ROW - 8}" fill="{colour}"/>'
    )


def _reach(better: float) -> float:
    """Place a share of the promise on a scale of powers: a tenth is the left end, ten times the right one."""
    return log10(min(max(better, _LEAST), _MOST)) * (_WIDTH / 2 - 10)


def _cut(text: str, most: int = 70) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _promises(document: Mapping[str, Any]) -> Sequence[tuple[str, Mapping[str, Any]]]:
    return [(measure["title"], each) for measure in document["measures"] for each in measure["promises"]]


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    main()
