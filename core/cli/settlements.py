"""Commands about the files in which the gateway lists what it collected."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.opening import Refused, open_core

if TYPE_CHECKING:
    from core.services.settlement_reports import FileReport

app = typer.Typer(help="Settlement files of the gateway.", no_args_is_help=True)


@app.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX file, as the gateway's dashboard exports it.")],
    column: Annotated[
        list[str] | None,
        typer.Option(help='Name a column yourself, as order_id="Order ID"; with nothing after the =, it is not read.'),
    ] = None,
) -> None:
    """Compare a settlement file with the books. All of it is taken in, or nothing; no money is posted from it."""
    from core.events.record import SYSTEM

    columns = dict(_named(one) for one in column or ())
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise Refused(problem=f"{file} cannot be read: {error.strerror}.") from None
    with open_core() as core:
        outlet_id = core.house.opening().outlet.id
        taken = core.settlement_files.take_in(outlet_id, file.name, raw, SYSTEM, columns=columns)
        report = core.settlement_reports.report(outlet_id, taken.uid)
        address = f"{core.settings.base_url}/cashier/money/settlements/{taken.uid}"
    if not taken.is_new:
        typer.echo("This file was taken in before; this is how it stands now.")
    _tell(report)
    typer.echo(address)


def _named(option: str) -> tuple[str, str]:
    name, sign, header = option.partition("=")
    if not sign:
        raise Refused(problem=f'--column {option}: write it as order_id="Order ID".')
    return name.strip(), header


def _tell(report: "FileReport") -> None:
    from core.base.money import with_dots

    file, tally = report.view.file, report.view.tally
    payments = "1 payment" if tally.payments == 1 else f"{tally.payments} payments"
    days = f"{file.first_day} to {file.last_day}" if file.speaks_of_days else "refunds only"
    typer.echo(f"{days}: {payments}, Rp{with_dots(file.gross)}")
    percent = "–" if tally.percent is None else f"{tally.percent} %"
    typer.echo(f"matched\t{tally.matched} ({percent})")
    for name, amount in (("fee", file.fee), ("vat", file.vat), ("net", file.net)):
        if amount is not None:
            typer.echo(f"{name}\tRp{with_dots(amount)}")
    for group in report.groups:
        typer.echo(f"{group.kind}\t{group.count}")
        for view in group.views:
            place = f"row {view.line.row_number}" if view.line else str(view.row.day)
            said = {"ours": view.row.ours, "theirs": view.row.theirs, "what": view.row.what or None}
            told = " ".join(f"{name}={value}" for name, value in said.items() if value is not None)
            typer.echo(f"  {view.row.reference}\t{place}\t{told}")
