"""Commands about the printers."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.opening import Refused, open_core

if TYPE_CHECKING:
    from core.services import Core
    from core.services.printer_desk import PrinterView

app = typer.Typer(help="The printers: how they are, and a page to try one by.", no_args_is_help=True)
_PATIENCE = 30.0
_PAUSE = 0.5


@app.command("list")
def show() -> None:
    """List the printers with what each prints and how it is."""
    with open_core() as core:
        views = core.printers.printers(core.house.opening().outlet.id)
    for view in views:
        printer = view.printer
        where = f"{printer.host}:{printer.port}"
        typer.echo(f"{printer.name}\t{where}\t{printer.paper} mm\t{_duties(view)}\t{_state(view)}")
    if not views:
        typer.echo("There are no printers. Managers put them up at /cashier/printers.")


@app.command()
def test(name: Annotated[str, typer.Argument(help="The printer's name.")]) -> None:
    """Print a test page, and wait until it is out. A server may be running beside it."""
    from core.base.clock import monotonic
    from core.events.record import SYSTEM

    with open_core() as core:
        outlet_id = core.house.opening().outlet.id
        uid = _view(core, outlet_id, name).printer.uid
        core.printers.test(outlet_id, uid, SYSTEM)
        ends = monotonic() + _PATIENCE
        while monotonic() < ends:
            # Where a server has the printer in hand this finds nothing to do, and the server prints the page.
            core.printing.sweep_once()
            view = _view(core, outlet_id, name)
            if view.printer.trouble is not None:
                raise Refused(problem=f"{name} printed nothing: {_state(view)}.")
            if view.waiting == 0:
                typer.echo(f"{name} has printed its test page.")
                return
            time.sleep(_PAUSE)
    raise Refused(problem=f"{name} has printed nothing for {_PATIENCE:.0f} seconds.")


def _view(core: "Core", outlet_id: int, name: str) -> "PrinterView":
    found = [view for view in core.printers.printers(outlet_id) if view.printer.name == name]
    if not found:
        raise Refused(problem=f"There is no printer named {name}.")
    return found[0]


def _duties(view: "PrinterView") -> str:
    printer = view.printer
    duties = {
        "kitchen": printer.prints_kitchen,
        "receipts": printer.prints_receipts,
        "drawer": printer.opens_drawer,
    }
    return ", ".join(name for name, is_done in duties.items() if is_done) or "nothing"


def _state(view: "PrinterView") -> str:
    printer = view.printer
    if not printer.is_enabled:
        return "switched off"
    if printer.trouble is not None:
        return f"{printer.trouble.replace('_', ' ')} ({view.waiting} waiting)"
    return "never printed" if printer.printed_at is None else f"printed {printer.printed_at:%Y-%m-%d %H:%M} UTC"
