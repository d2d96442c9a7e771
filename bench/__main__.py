"""Runs the load programme: `python -m bench`, or `make bench`."""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench.course import run_course
from bench.plan import Plan
from bench.processes import ROOT
from bench.report import as_document, as_table, machine_facts, save

PLACE = ROOT / "var" / "bench"


def main(arguments: list[str] | None = None) -> None:
    """Read the options, measure, show and save."""
    options = _parser().parse_args(arguments)
    plan = _plan(options)
    began = time.monotonic()
    # As an exit it lets every program be stopped and the folder be removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    PLACE.mkdir(parents=True, exist_ok=True)
    # On the disk that a restaurant would use: a folder in memory would make every commit free.
    with tempfile.TemporaryDirectory(prefix="run-", dir=PLACE) as folder:
        machine = machine_facts(Path(folder))
        lines = run_course(plan, Path(folder), lambda text: print(text, flush=True))
    print()
    print(as_table(lines))
    missed = sum(not is_met for line in lines for *_, is_met in line.verdicts())
    promised = sum(len(line.measure.criteria) for line in lines)
    file = PLACE / "latest.json"
    save(as_document(lines, plan, machine), file)
    print(
        f"{promised - missed} of {promised} promises kept; medians of {plan.rounds} rounds, {machine['cores']} cores,"
    )
    print(f"load {machine['load_before']:.1f} before the start; {time.monotonic() - began:.0f} s. Written to {file}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description="Measure Meja beside the least the machine must do.")
    parser.add_argument("--rounds", type=_bounded(1, 20), help="how often everything is measured (3)")
    parser.add_argument("--seconds", type=_bounded(0.2, 60), help="length of one measure of throughput (3)")
    parser.add_argument(
        "--only", default="", help="measure only what has this in its title; nothing that builds on another"
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="one short round: a look, nothing to quote")
    size.add_argument("--full", action="store_true", help="5,000 sockets, and a board over 1,000,000 orders")
    return parser


def _plan(options: argparse.Namespace) -> Plan:
    rounds = None if options.rounds is None else int(options.rounds)
    if options.quick:
        return replace(Plan.quick(rounds, options.seconds), only=options.only)
    make = Plan.full if options.full else Plan.usual
    return replace(make(rounds or 3, options.seconds or 3.0), only=options.only)


def _bounded(least: float, most: float) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = float(text)
        if not least <= value <= most:
            message = f"from {least:g} to {most:g}"
            raise argparse.ArgumentTypeError(message)
        return value

    return number


if __name__ == "__main__":
    main()
