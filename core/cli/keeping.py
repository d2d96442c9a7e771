"""Commands that make, fill, copy and bring back the database."""

from pathlib import Path
from typing import Annotated

import typer

from core.base.clock import system_clock
from core.cli.catching_up import catch_up
from core.cli.holding import hold_database
from core.cli.opening import NewerDatabase, Refused, load_settings, open_core


def migrate() -> None:
    """Bring the database to the shape this version needs. Safe to repeat."""
    from core.migrations import is_newer, upgrade

    settings = load_settings()
    if is_newer(settings.database_url):
        raise NewerDatabase
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
    thin: Annotated[
        bool,
        typer.Option(
            "--thin", help="Take older copies away then: of two days all are kept, of thirty the last of each day."
        ),
    ] = False,
) -> None:
    """Copy the whole database into a file, while it is in use, and check the copy."""
    from core.services.backups import back_up, thin_out

    settings, now = load_settings(), system_clock()
    folder = folder or settings.data_dir / "backups"
    file = back_up(settings.database_url, folder, now)
    typer.echo(f"{file}: {file.stat().st_size:,} bytes, checked.")
    if thin and (old := thin_out(folder, now)):
        typer.echo(f"{old} older copies were taken away.")


def restore(
    file: Annotated[Path, typer.Argument(help="A copy made by `meja backup`.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a copy in the place of the database, then ask the gateway what happened since. Stop the server first."""
    from core.migrations import upgrade
    from core.services.backups import bring_back
    from core.services.set_aside import Mark

    settings = load_settings()
    if not yes:
        typer.confirm(f"Replace the database by {file}?", abort=True)
    hand = hold_database(settings)
    try:
        aside = bring_back(settings.database_url, file, system_clock())
        if aside:
            typer.echo(f"What was there before: {aside}.")
        upgrade(settings.database_url)
        typer.echo(f"{file} is in place.")
        if not settings.is_sqlite:
            typer.echo("Rights are not put back: run docs/postgres-role.sql again before a server starts.")
        catch_up(settings, Mark.RESTORED)
    finally:
        if hand is not None:
            hand.close()
