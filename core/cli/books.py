"""Commands about money: do the books hold, and is there news at the gateway."""

import json
from datetime import timedelta
from typing import Annotated

import typer

from core.cli.opening import Refused, open_core


def check(
    as_json: Annotated[bool, typer.Option("--json", help="Answer for programs.")] = False,
) -> None:
    """Check everything that must be true of the books. Exit code 0 only if all of it is."""
    with open_core() as core:
        findings = core.books.check()
    is_sound = all(finding.holds for finding in findings)
    if as_json:
        told = [
            {
                "name": f.name,
                "holds": f.holds,
                "compared": f.was_compared,
                "sentence": f.sentence,
                "faults": f.faults,
                "waiting": f.waiting,
            }
            for f in findings
        ]
        typer.echo(json.dumps({"holds": is_sound, "invariants": told}, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            sign = ("✓" if finding.was_compared else "–") if finding.holds else "✗"
            typer.echo(f"{sign} {finding.sentence}")
            if not finding.was_compared:
                typer.echo("    (not compared: no simulator answers)")
            for fault in finding.faults:
                typer.echo(f"    {fault}")
            for reference in finding.waiting:
                typer.echo(f"    {reference} (waits for an answer)")
    raise typer.Exit(0 if is_sound else 1)


def reconcile(
    days: Annotated[int, typer.Option(min=1, max=400, help="Also payments that ended within so many days.")] = 1,
) -> None:
    """Ask the gateway about every payment that money could still come to, now."""
    with open_core() as core:
        payments, unanswered = core.worker.look_at_everything_once(timedelta(days=days))
    if unanswered:
        raise Refused(problem=f"The gateway did not answer about {unanswered} of {payments} payments. Try again later.")
    typer.echo(f"Asked about {payments} payments." if payments != 1 else "Asked about 1 payment.")
