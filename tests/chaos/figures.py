"""What a part of the fault programme did and found, as one row of the table at its end."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from core.services.books import Finding


@dataclass(slots=True)
class Figures:
    """One part on one database. Everything in it was counted or timed, nothing is expected."""

    part: str
    database: str
    """`sqlite` or `postgresql`."""
    counts: dict[str, float] = field(default_factory=dict)
    """What was done, and what was measured beside: `kills`, `deliveries`, `ack_p99_ms`, …"""
    broken: list[str] = field(default_factory=list)
    """Every fault found, one sentence or invariant each. Empty is good."""
    slowest_recovery: float | None = None
    """Seconds until everything was right again, the worst of all; None where nothing had to recover."""
    seconds: float = 0.0
    """How long the part took on this database. Filled in by whoever runs it."""

    @property
    def is_clean(self) -> bool:
        return not self.broken


def broken_invariants(findings: Sequence[Finding]) -> list[str]:
    """Name the invariants among `core.books.check()`'s findings that do not hold, with their first rows."""
    return [
        f"{each.name}: {', '.join(each.faults[:3]) or 'not compared'}"
        for each in findings
        if not (each.holds and each.was_compared)
    ]


def as_table(rows: Sequence[Figures]) -> str:
    """Draw one table of all rows; the faults found stand below it, so that none is cut off."""
    head = ("part", "database", "took", "recovery", "faults", "what was done")
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head) - 1)]
    drawn = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]) for line in lines
    ]
    drawn.insert(1, "  ".join("─" * width for width in [*widths, 20]))
    drawn += [f"✗ {row.part} on {row.database}: {fault}" for row in rows for fault in row.broken]
    return "\n".join(drawn)


def _cells(row: Figures) -> tuple[str, ...]:
    recovery = "–" if row.slowest_recovery is None else f"{row.slowest_recovery:.1f} s"
    done = ", ".join(f"{name} {_number(value)}" for name, value in row.counts.items())
    return row.part, row.database, f"{row.seconds:.0f} s", recovery, str(len(row.broken)), done


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def save(rows: Sequence[Figures], facts: Mapping[str, object], file: Path) -> None:
    """Write the same figures for programs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    document = {
        **facts,
        "clean": all(row.is_clean for row in rows),
        "rows": [asdict(row) | {"clean": row.is_clean} for row in rows],
    }
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
