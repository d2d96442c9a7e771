"""Commands about the shop itself."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.opening import Refused, open_core

if TYPE_CHECKING:
    from core.outlets.models import MerchantClass
    from core.services import Core
    from core.services.outlet_desk import OutletDesk

app = typer.Typer(help="The shop: its name, rates and zone.", no_args_is_help=True)
_SHOWN = (
    "name",
    "address",
    "phone",
    "tax_number",
    "merchant_name",
    "nmid",
    "zone",
    "day_cutoff_hour",
    "language",
    "asks_table_code",
)


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
    tax: Annotated[float | None, typer.Option(min=0, max=10, help="Restaurant tax (PB1) in percent, 0 to 10.")] = None,
    service: Annotated[float | None, typer.Option(min=0, max=25, help="Service charge in percent, 0 to 25.")] = None,
    cash_coin: Annotated[
        int | None, typer.Option(min=0, max=1000, help="Round cash bills to this coin; 0 rounds nothing.")
    ] = None,
    zone: Annotated[str | None, typer.Option(help="Asia/Jakarta, Asia/Makassar or Asia/Jayapura.")] = None,
    cutoff: Annotated[int | None, typer.Option(min=0, max=23, help="Hour at which the business day ends.")] = None,
    merchant_class: Annotated[
        str | None,
        typer.Option(help="What kind of QRIS merchant it is, for the fee: micro, small, …, or unknown."),
    ] = None,
    table_codes: Annotated[
        bool | None, typer.Option(help="Whether a phone must name its table's code before it may order.")
    ] = None,
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
        "asks_table_code": table_codes,
    }
    named: dict[str, object] = {key: value for key, value in values.items() if value is not None}
    if merchant_class is not None:
        named["merchant_class"] = _merchant_class(merchant_class)
    if not named:
        raise Refused(problem="Name something to set; `meja outlet set --help` lists it.")
    with open_core() as core:
        outlet = _desk(core).set_up(named)
        typer.echo(f"{outlet.name} is set up.")


@app.command()
def hours(
    lines: Annotated[
        list[str] | None, typer.Argument(help='When it is open, a line for each kind of day: "mon-fri 08:00-22:00".')
    ] = None,
    always: Annotated[bool, typer.Option("--always", help="Open round the clock: take all hours away.")] = False,
) -> None:
    """Set the opening hours, or show them."""
    from core.outlets.hours_text import read_hours, write_hours

    if always and lines:
        raise Refused(problem="Name the hours, or say --always.")
    with open_core() as core:
        if always or lines:
            core.house.set_hours(read_hours(lines or []))
        opening = core.house.opening()
    for line in write_hours(opening.spans) or ["always"]:
        typer.echo(line)


@app.command()
def pause(
    reason: Annotated[str, typer.Argument(help='What guests read: "Dapur penuh".')],
    minutes: Annotated[int | None, typer.Option(help="End it by itself after so long.")] = None,
) -> None:
    """Take no new orders for a while. What was ordered goes on."""
    with open_core() as core:
        core.house.pause(reason, minutes)
    typer.echo("Paused. `meja outlet resume` ends it.")


@app.command()
def resume() -> None:
    """Take orders again."""
    with open_core() as core:
        core.house.resume()
    typer.echo("Orders are taken again.")


@app.command()
def show() -> None:
    """Show what is known of the shop."""
    from core.outlets.hours_text import write_hours

    with open_core() as core:
        opening = core.house.opening()
    outlet, house = opening.outlet, opening.house
    for field in _SHOWN:
        typer.echo(f"{field}\t{getattr(outlet, field)}")
    typer.echo(f"tax\t{outlet.tax_rate / 100:g} %")
    typer.echo(f"service\t{outlet.service_rate / 100:g} %")
    typer.echo(f"cash_coin\t{outlet.cash_coin}")
    typer.echo(f"merchant_class\t{outlet.merchant_class or 'unknown'}")
    typer.echo(f"hours\t{'; '.join(write_hours(opening.spans)) or 'always'}")
    typer.echo(f"now\t{house.status}{f' ({house.reason})' if house.reason else ''}")


def _merchant_class(name: str) -> "MerchantClass | None":
    from core.outlets.models import MerchantClass

    known = {str(one): one for one in MerchantClass} | {"unknown": None}
    if name not in known:
        raise Refused(problem=f"{name} is no merchant class; known are {', '.join(known)}.")
    return known[name]


def _desk(core: "Core") -> "OutletDesk":
    from core.services.outlet_desk import OutletDesk

    return OutletDesk(core.db, core.clock)
