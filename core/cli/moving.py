"""The command that moves a house from SQLite to PostgreSQL."""

from collections.abc import Mapping
from typing import Annotated

import typer
from sqlalchemy.engine import make_url

from core.base.clock import system_clock
from core.base.settings import Settings
from core.cli.catching_up import catch_up
from core.cli.holding import hold_database
from core.cli.opening import Refused, load_settings, refuse_unless_current


def move(
    to: Annotated[
        str | None, typer.Option(metavar="URL", help="An empty database: postgresql+psycopg://USER@HOST/NAME.")
    ] = None,
    unseal: Annotated[bool, typer.Option("--unseal", help="Let a file that was moved be served again.")] = False,
) -> None:
    """Copy everything from SQLite into an empty PostgreSQL database, and prove it there. Stop the server first."""
    from core.services.moving import move as move_house

    if (to is None) is not unseal:
        raise Refused(problem="Name the new database with --to URL, or use --unseal.")
    settings = load_settings()
    if not settings.is_sqlite:
        raise Refused(problem="MEJA_DATABASE_URL is no SQLite database: there is nothing to move.")
    refuse_unless_current(settings.database_url)
    hand = hold_database(settings)
    try:
        if to is None:
            _unseal(settings)
            return
        rows = move_house(settings, to, system_clock())
    finally:
        if hand is not None:
            hand.close()
    _tell(rows, make_url(settings.database_url).database, make_url(to).render_as_string())


def _unseal(settings: Settings) -> None:
    from core.services.set_aside import Mark

    file = make_url(settings.database_url).database
    if not catch_up(settings, Mark.MOVED):
        typer.echo(f"{file} was not moved.")
        return
    typer.echo(f"{file} may be served again. Serve the database that it was moved to no more: both would send refunds.")


def _tell(rows: Mapping[str, int], file: str | None, address: str) -> None:
    moved = {table: count for table, count in rows.items() if count}
    for table, count in moved.items():
        typer.echo(f"{table:<20}{count:>12,}")
    typer.echo(
        f"{sum(moved.values()):,} rows of {len(moved)} tables were moved to {address}: counted and added up alike on "
        "both sides, and the books hold there.\n"
        "Next: set MEJA_DATABASE_URL to the new database, keep MEJA_SECRET_KEY as it is, and start the server. "
        f"It asks the gateway about everything that is open.\n{file} holds all that it held, and is served no more: what "
        "happens from now on is not in it. Keep it aside."
    )
