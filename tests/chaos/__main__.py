"""Runs the long fault programme: `python -m tests.chaos --minutes 60`, or `make chaos MINUTES=60`."""

import argparse
import json
import logging
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog

from tests.chaos.databases import KINDS, Databases, environment, kind_of, open_databases
from tests.chaos.figures import Figures, as_table, save
from tests.chaos.parts import NoSuchPart, Part, chosen, share_out
from tests.ports import free_port
from tests.servers import NoServer

RESULT = Path(__file__).resolve().parents[2] / "var" / "chaos" / "latest.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the parts one after another, print one table; 0 only when nothing at all was broken."""
    wanted = _options(arguments)
    try:
        parts = chosen(wanted.part)
    except NoSuchPart as nobody:
        sys.stderr.write(f"tests.chaos: {nobody}\n")
        return 2
    # Programs that run inside this process speak through the figures.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    began = time.monotonic()
    with open_databases(tuple(wanted.database)) as databases:
        rows = [row for part, minutes in _programme(parts, wanted.minutes) for row in play(part, minutes, databases)]
        rows += check_all(databases)
    facts = {
        "ended_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "minutes_asked": wanted.minutes,
        "minutes_taken": round((time.monotonic() - began) / 60, 1),
    }
    save(rows, facts, wanted.result)
    is_clean = all(row.is_clean for row in rows)
    sys.stdout.write(f"\n{as_table(rows)}\n\n{'Nothing is broken.' if is_clean else 'SOMETHING IS BROKEN.'}\n")
    sys.stdout.write(f"{facts['minutes_taken']} of {wanted.minutes:g} minutes. Written to {wanted.result}\n")
    return 0 if is_clean else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long all parts may take together (10)")
    parser.add_argument("--part", type=_names, default=[], help="only these, several with commas between")
    parser.add_argument("--database", type=_names, default=list(KINDS), help="sqlite, postgresql, or both (both)")
    parser.add_argument("--result", type=Path, default=RESULT, help="where the figures go (var/chaos/latest.json)")
    wanted = parser.parse_args(arguments)
    if not 0 < wanted.minutes <= 24 * 60:
        parser.error("--minutes lies above 0, up to a day")
    if strangers := [kind for kind in wanted.database if kind not in KINDS]:
        parser.error(f"--database {strangers[0]}: known are {', '.join(KINDS)}")
    return wanted


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _programme(parts: Sequence[Part], minutes: float) -> list[tuple[Part, float]]:
    shares = share_out(minutes, parts)
    return [(part, shares[part.name]) for part in parts]


def play(part: Part, minutes: float, databases: Databases) -> list[Figures]:
    """Play one part; one that could not be played is broken too, and the others still get their turn."""
    databases.part = part.name
    databases.say(f"begins, {minutes:.1f} minutes")
    began = time.monotonic()
    try:
        rows: list[Figures] = part.load().run(minutes, databases)
    except NoServer as missing:
        rows = [Figures(part.name, "postgresql", broken=[f"could not be played: {missing}"])]
    except Exception as error:  # noqa: BLE001 - the report must come, whatever a part fell over
        databases.say(traceback.format_exc())
        rows = [Figures(part.name, "–", broken=[f"could not be played: {type(error).__name__}: {error}"[:300]])]
    took = time.monotonic() - began
    for row in rows:
        row.seconds = row.seconds or took / len(rows)
    databases.say(f"ends after {took / 60:.1f} minutes, {sum(len(row.broken) for row in rows)} faults found")
    for row in rows:
        for fault in row.broken:
            databases.say(f"{row.database}: {fault}")
    return rows


def check_all(databases: Databases) -> list[Figures]:
    """Let `meja check`, as an operator would call it, look at every database that was played on."""
    databases.part = "check"
    rows = {kind: Figures("check", kind, {"databases": 0}) for kind in databases.kinds}
    for part, url in databases.used:
        began = time.monotonic()
        row = rows[kind_of(url)]
        row.counts["databases"] += 1
        row.broken += [f"{part}: {fault}" for fault in _meja_check(url, databases.folder)]
        row.seconds += time.monotonic() - began
    return list(rows.values())


def _meja_check(url: str, folder: Path) -> list[str]:
    # The simulators are gone by now: each part compared with its own book at its end.
    nobody = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "core", "check", "--json"]
    done = subprocess.run(
        command, env=environment(url, folder, nobody), capture_output=True, text=True, timeout=300, check=False
    )
    try:
        told = json.loads(done.stdout)
    except ValueError:
        return [f"meja check answered nothing: {done.stderr.strip()[-300:]}"]
    return [f"{each['name']}: {', '.join(each['faults'][:3])}" for each in told["invariants"] if not each["holds"]]


if __name__ == "__main__":
    sys.exit(main())
