"""The command that moves a house from SQLite to PostgreSQL."""

from collections.abc import Mapping
from typing import Annotated

import typer

from core.base.clock import system_clock
from core.cli.holding import hold_database
from core.cli.opening import NotMigrated, Refused, load_settings


def move(
    to: Annotated[str, typer.Option(metavar="URL", help="An empty database: postgresql+psycopg://USER@HOST/NAME.")],
) -> None:
    """Copy everything from SQLite into an empty PostgreSQL database, and prove it there. Stop the server first."""
    from sqlalchemy.engine import make_url

    from core.migrations import is_current
    from core.services.moving import move as move_house

    settings = load_settings()
    if not settings.is_sqlite:
        raise Refused(problem="MEJA_DATABASE_URL is no SQLite database: there is nothing to move.")
    if not is_current(settings.database_url):
        raise NotMigrated
    hand = hold_database(settings)
    try:
        rows = move_house(settings, to, system_clock())
    finally:
        if hand is not None:
            hand.close()
    _tell(rows, make_url(settings.database_url).database, make_url(to).render_as_string())


def _tell(rows: Mapping[str, int], file: str | None, address: str) -> None:
    moved = {table: count for table, count in rows.items() if count}
    for table, count in moved.items():
        typer.echo(f"{table:<20}{count:>12,}")
    typer.echo(
        f"{sum(moved.values()):,} rows of {len(moved)} tables were moved to {address}: counted and added up alike on "
        "both sides, and the books hold there.\n"
        "Next: set MEJA_DATABASE_URL to the new database, keep MEJA_SECRET_KEY as it is, and start the server. "
        f"It asks the gateway about everything that is open.\n{file} is as it was. Keep it aside and serve it no more: "
        "what happens from now on is not in it."
    )
