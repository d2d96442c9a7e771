"""The crash loop as a part of the long programme: kills under load, on both databases."""

from pathlib import Path

from tests.chaos.crash_loop import Report
from tests.chaos.crash_loop import run as kill_and_look
from tests.chaos.databases import Databases
from tests.chaos.figures import Figures

KILLS_A_MINUTE = 16
"""Measured on two cores: a life, its end and the start after it take three to four seconds."""


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
    told, found = report.told, report.found
    starts = sorted(report.start_seconds)
    return Figures(
        "crashloop",
        kind,
        {
            "kills": report.kills,
            "polite_ends": len(report.stop_seconds),
            "orders": len(told.orders),
            "orders_per_s": report.orders_a_second,
            "paid_by_qris": found.settled,
            "paid_in_cash": found.cash,
            "kitchen_steps": len(told.steps),
            "refunds_in_meja": told.refunds,
            "refunds_in_dashboard": found.refunds_at_the_gateway - told.refunds,
            "notifications": found.messages,
            "answers_503": told.answers[503],
            "serving_again_p50_s": starts[len(starts) // 2],
            "serving_again_worst_s": starts[-1],
            "polite_end_worst_s": max(report.stop_seconds, default=0.0),
        },
        report.faults,
        found.catch_up_seconds,
    )
