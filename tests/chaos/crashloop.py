"""The crash loop as a part of the long programme: kills under load, on both databases."""

from pathlib import Path

from tests.chaos.crash_loop import Report
from tests.chaos.crash_loop import run as kill_and_look
from tests.chaos.databases import Databases
from tests.chaos.figures import Figures

KILLS_A_MINUTE = 20
"""Measured: a kill and the start after it take about three seconds."""


def run(minutes: float, databases: Databases) -> list[Figures]:
    """Kill the program, a number of times that fits into so many minutes."""
    kills = max(3, round(minutes / len(databases.kinds) * KILLS_A_MINUTE))
    return [_on(kind, kills, databases) for kind in databases.kinds]


def _on(kind: str, kills: int, databases: Databases) -> Figures:
    databases.say(f"{kind}: {kills} kills")
    folder = Path(databases.folder) / f"crashloop-{kind}"
    folder.mkdir()
    report = kill_and_look(kills, databases.fresh(kind), folder)
    databases.say(f"{kind}: {report}")
    return _figures(kind, report)


def _figures(kind: str, report: Report) -> Figures:
    broken = [f"{name}: {', '.join(rows[:3])}" for name, rows in report.broken.items()]
    broken += [f"{len(report.lost)} acknowledged orders are lost"] if report.lost else []
    broken += [f"{report.doubled} orders are doubled"] if report.doubled else []
    return Figures(
        "crashloop",
        kind,
        {
            "kills": report.kills,
            "orders": len(report.acknowledged),
            "paid": report.paid_at_the_gateway,
            "notifications": report.messages,
            "slowest_start_s": max(report.start_seconds, default=0.0),
        },
        broken,
        report.catch_up_seconds,
    )
