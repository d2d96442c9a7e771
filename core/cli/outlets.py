"""Commands about the shop itself."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.opening import Refused, open_core

if TYPE_CHECKING:
    from core.services import Core
    from core.services.outlet_desk import OutletDesk

app = typer.Typer(help="The shop: its name, rates and zone.", no_args_is_help=True)
_SHOWN = ("name", "address", "phone", "tax_number", "merchant_name", "nmid", "zone", "day_cutoff_hour", "language")


@app.command("set")
def set_up(
    name: Annotated[str | None, typer.Option(help="Its name, as guests know it.")] = None,
    address: Annotated[str | None, typer.Option()] = None,
    phone: Annotated[str | None, typer.Option()] = None,
    tax_number: Annotated[str | None, typer.Option(help="NPWPD, for the receipt.")] = None,
    merchant_name: Annotated[
        str | None, typer.Option(help="The name in your QRIS code; another one is not shown.")
    ] = None,
    nmid: Annotated[str | None, typer.Option(help="Your National Merchant ID.")] = None,
    tax: Annotated[float | None, typer.Option(help="Restaurant tax (PB1) in percent, 0 to 10.")] = None,
    service: Annotated[float | None, typer.Option(help="Service charge in percent, 0 to 25.")] = None,
    cash_coin: Annotated[int | None, typer.Option(help="Round cash bills to this coin; 0 rounds nothing.")] = None,
    zone: Annotated[str | None, typer.Option(help="Asia/Jakarta, Asia/Makassar or Asia/Jayapura.")] = None,
    cutoff: Annotated[int | None, typer.Option(help="Hour at which the business day ends.")] = None,
) -> None:
    """Set up the shop, or change what is named."""
    values = {
        "name": name,
        "address": address,
        "phone": phone,
        "tax_number": tax_number,
        "merchant_name": merchant_name,
        "nmid": nmid,
        "tax_rate": None if tax is None else round(tax * 100),
        "service_rate": None if service is None else round(service * 100),
        "cash_coin": cash_coin,
        "zone": zone,
        "day_cutoff_hour": cutoff,
    }
    named = {key: value for key, value in values.items() if value is not None}
    if not named:
        raise Refused(problem="Name something to set; `meja outlet set --help` lists it.")
    with open_core() as core:
        outlet = _desk(core).set_up(named)
        typer.echo(f"{outlet.name} is set up.")


@app.command()
def show() -> None:
    """Show what is known of the shop."""
    from core.outlets.queries import first_outlet

    with open_core() as core, core.db.read() as session:
        outlet = first_outlet(session)
    for field in _SHOWN:
        typer.echo(f"{field}\t{getattr(outlet, field)}")
    typer.echo(f"tax\t{outlet.tax_rate / 100:g} %")
    typer.echo(f"service\t{outlet.service_rate / 100:g} %")
    typer.echo(f"cash_coin\t{outlet.cash_coin}")


def _desk(core: "Core") -> "OutletDesk":
    from core.services.outlet_desk import OutletDesk

    return OutletDesk(core.db, core.clock)
