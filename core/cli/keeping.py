"""Commands that make, fill, copy and bring back the database."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.base.clock import system_clock
from core.cli.holding import hold_database
from core.cli.opening import Refused, load_settings, open_core

if TYPE_CHECKING:
    from core.services.backups import Missed

_MANY = 200
"""Payments that a gateway is not asked about in a moment."""


def migrate() -> None:
    """Bring the database to the shape this version needs. Safe to repeat."""
    from core.migrations import upgrade

    settings = load_settings()
    upgrade(settings.database_url)
    typer.echo("The database is up to date.")


def seed() -> None:
    """Fill an empty database with the demo restaurant. Not in production."""
    from core.services.seed import seed_demo

    settings = load_settings()
    if settings.is_production:
        raise Refused(problem="The demo restaurant has accounts that everybody knows: not in production.")
    with open_core(settings) as core:
        was_empty = seed_demo(core.db, core.clock)
    typer.echo("The demo restaurant is there now." if was_empty else "The database holds a restaurant already.")


def backup(
    folder: Annotated[Path | None, typer.Option(help="Where the copy goes (MEJA_DATA_DIR/backups).")] = None,
) -> None:
    """Copy the whole database into a file, while it is in use, and check the copy."""
    from core.services.backups import back_up

    settings = load_settings()
    file = back_up(settings.database_url, folder or settings.data_dir / "backups", system_clock())
    typer.echo(f"{file}: {file.stat().st_size:,} bytes, checked.")


def restore(
    file: Annotated[Path, typer.Argument(help="A copy made by `meja backup`.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a copy in the place of the database, then ask the gateway what happened since. Stop the server first."""
    from core.migrations import upgrade
    from core.services.backups import bring_back, learn_what_was_missed

    settings = load_settings()
    if not yes:
        typer.confirm(f"Replace the database by {file}?", abort=True)
    hand = hold_database(settings)
    try:
        aside = bring_back(settings.database_url, file, system_clock())
        upgrade(settings.database_url)
        typer.echo(f"{file} is in place." + (f" What was there before: {aside}." if aside else ""))
        if not settings.is_sqlite:
            typer.echo("Rights are not put back: run docs/postgres-role.sql again before a server starts.")
        # Before any server can start, and with it give up orders that were paid long ago.
        with open_core(settings) as core:
            missed = learn_what_was_missed(core.db, core.clock, core.worker, say_how_many=_tell_how_many)
            faults = sum(1 for finding in core.books.check() if not finding.holds)
    finally:
        if hand is not None:
            hand.close()
    _tell_what_was_missed(missed)
    typer.echo("The books hold." if not faults else f"{faults} things are not as they must be: run `meja check`.")


def _tell_how_many(payments: int) -> None:
    if payments > _MANY:
        typer.echo(f"Asking the gateway about {payments:,} payments. That may take some minutes.")


def _tell_what_was_missed(missed: "Missed") -> None:
    typer.echo(
        f"Asked the gateway about {missed.asked} payments: {missed.settled} were paid since the copy was made. "
        f"Refunds and money taken back since: {missed.given_back}."
    )
    if missed.unanswered:
        typer.echo(
            f"No answer came about {missed.unanswered} of them. The server goes on asking by itself, and ends no order "
            "before it was answered. Until then give no money back in cash without a look at the gateway's own page."
        )
    if missed.held_back:
        typer.echo(
            f"{missed.held_back} refunds had not gone out when the copy was made, and were not sent now: each may have "
            "gone since. They stand on the money page; look at the gateway's own before you ask for one anew."
        )
    if missed.made_at is not None:
        typer.echo(
            f"What came after {missed.made_at:%Y-%m-%d %H:%M:%S} UTC is not in the copy: cash taken since then is missing, "
            "and numbers called out since then are given out again. Money for lost orders comes up on the money page as "
            "soon as the gateway tells of it: have it send its notifications again, and compare with its own report."
        )
