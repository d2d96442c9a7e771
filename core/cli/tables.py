"""Commands about the tables and their stickers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.opening import Refused, open_core

if TYPE_CHECKING:
    from core.outlets.models import Table
    from core.services import Core
    from core.services.table_desk import TableDesk

app = typer.Typer(help="The tables and their stickers.", no_args_is_help=True)


@app.command("list")
def list_tables() -> None:
    """List the tables with their addresses."""
    with open_core() as core:
        _, tables = _desk(core).tables()
        for table in tables:
            typer.echo(f"{table.label}\t{_address(core, table)}")


@app.command()
def add(labels: Annotated[list[str], typer.Argument(help="What stands on the tables: 1 2 3 Teras-1.")]) -> None:
    """Put up tables, each with an address of its own."""
    from core.services.outlet_desk import OutletDesk

    with open_core() as core:
        for table in OutletDesk(core.db, core.clock).add_tables(labels):
            typer.echo(f"{table.label}\t{_address(core, table)}")


@app.command()
def rotate(
    labels: Annotated[list[str] | None, typer.Argument(help="Labels of the tables.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every table.")] = False,
) -> None:
    """Give tables new addresses. Their old stickers are dead from now on."""
    with open_core() as core:
        desk = _desk(core)
        if every == bool(labels):
            raise Refused(problem="Name the tables, or say --all.")
        wanted = labels or [table.label for table in desk.tables()[1]]
        for table in desk.rotate(wanted):
            typer.echo(f"{table.label}\t{_address(core, table)}")


@app.command()
def sheet(
    out: Annotated[Path, typer.Option(help="Where the PDF goes.", dir_okay=False)] = Path("tables.pdf"),
) -> None:
    """Draw the stickers on A4 sheets, one QR per table."""
    from core.services.sticker_sheet import draw_stickers

    with open_core() as core:
        outlet, tables = _desk(core).tables()
        if not tables:
            raise Refused(problem="There are no tables to draw.")
        stickers = [(table.label, _address(core, table)) for table in tables]
    try:
        out.write_bytes(draw_stickers(outlet.name, stickers))
    except OSError as error:
        raise Refused(problem=f"{out} cannot be written: {error.strerror}.") from None
    typer.echo(f"{out}: {len(stickers)} stickers.")


def _desk(core: "Core") -> "TableDesk":
    from core.services.table_desk import TableDesk

    return TableDesk(core.db, core.clock)


def _address(core: "Core", table: "Table") -> str:
    return f"{core.settings.base_url}/t/{table.token}"
