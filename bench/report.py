"""Shows what was measured: a table for people, a file for programs. A miss is shown as a miss."""

import json
import os
import platform
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bench.course import Line
from bench.load import Reading
from bench.plan import Plan
from bench.processes import ROOT

_UNITS = {"per_second": "/s", "p50_ms": " ms p50", "p99_ms": " ms p99", "start_s": " s"}
_SHOWN = ("per_second", "p50_ms", "p99_ms")


def as_table(lines: Sequence[Line]) -> str:
    """Write one block for each measure: figure, floor, ratio, then each promise with hit or miss."""
    return "\n".join(_block(line) for line in lines)


def as_document(lines: Sequence[Line], plan: Plan, machine: dict[str, Any]) -> dict[str, Any]:
    """Write everything that was measured, each round by itself as well."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": machine,
        "plan": {name: getattr(plan, name) for name in plan.__slots__},
        "measures": [
            {
                "title": line.measure.title,
                "main": line.measure.main,
                "figure": line.figure,
                "floor": line.floor,
                "ratio": line.ratio,
                "spread": line.spread,
                "promises": [
                    {"figure": each.figure, "bound": each.bound, "limit": each.limit, "value": value, "is_met": is_met}
                    for each, value, is_met in line.verdicts()
                ],
                "rounds": [
                    {"figure": figure, "floor": floor} for figure, floor in zip_longest(line.figures, line.floors)
                ],
            }
            for line in lines
        ],
    }


def machine_facts(folder: Path) -> dict[str, Any]:
    """Tell on what was measured, and how long its disk takes to keep 4 KiB for certain."""
    return {
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "disk_sync_us": round(_disk_sync(folder) * 1e6),
    }


def save(document: dict[str, Any], file: Path) -> None:
    """Write the document for programs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _block(line: Line) -> str:
    main, figure, floor = line.measure.main, line.figure, line.floor
    shown = [name for name in _SHOWN if name in figure] or [main]
    rows = [
        f"{line.measure.title}   (spread {line.spread:.0%}"
        + (f", generator {figure['generator_cpu']:.0%} of a core)" if "generator_cpu" in figure else ")"),
        "    meja   " + _figures(figure, shown),
    ]
    if floor:
        rows.append("    floor  " + _figures(floor, shown) + f"   ratio {line.ratio:.2f}")
    if extra := _extra(line, shown):
        rows.append("    also   " + extra)
    rows += [
        f"    {'hit ' if is_met else 'MISS'}   {criterion}   ({_short(value)})"
        for criterion, value, is_met in line.verdicts()
    ]
    return "\n".join(rows) + "\n"


def _figures(reading: Reading, names: Sequence[str]) -> str:
    return "  ".join(f"{_short(reading[name]):>7}{_UNITS.get(name, ' ' + name)}" for name in names if name in reading)


def _extra(line: Line, shown: Sequence[str]) -> str:
    hidden = {*shown, "count", "generator_cpu"}
    pairs = ((name, value, line.floor.get(name)) for name, value in line.figure.items() if name not in hidden)
    return ", ".join(
        f"{name} {_short(value)}" + (f" (floor {_short(least)})" if least is not None else "")
        for name, value, least in pairs
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _disk_sync(folder: Path) -> float:
    file = folder / "disk.probe"
    spans = []
    with file.open("wb", buffering=0) as out:
        for _ in range(50):
            began = time.perf_counter()
            out.write(bytes(4096))
            os.fdatasync(out.fileno())
            spans.append(time.perf_counter() - began)
    file.unlink()
    return sorted(spans)[len(spans) // 2]


def _commit() -> str:
    try:
        told = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=5
        )
    except OSError:
        return ""
    return told.stdout.strip()
