"""Commands about the keys of other programs."""

from typing import Annotated

import typer

from core.cli.opening import open_core

app = typer.Typer(help="Keys for programs that read payments.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="What it is for, such as `accounting`.")]


@app.command()
def add(name: Name) -> None:
    """Make a key and print it, once: only its digest is kept."""
    from core.events.record import SYSTEM

    with open_core() as core:
        token = core.keys.make(core.house.opening().outlet.id, name, SYSTEM)
    typer.echo(token)


@app.command("list")
def show() -> None:
    """List the keys that are good, with when each was last used."""
    with open_core() as core:
        keys = core.keys.keys(core.house.opening().outlet.id)
    for key in keys:
        used = "never used" if key.used_at is None else f"used {key.used_at:%Y-%m-%d %H:%M} UTC"
        typer.echo(f"{key.name}\tmade {key.made_at:%Y-%m-%d}\t{used}")
    if not keys:
        typer.echo("There are no keys.")


@app.command()
def revoke(name: Name) -> None:
    """Take a key back, from now on."""
    from core.events.record import SYSTEM

    with open_core() as core:
        core.keys.revoke(core.house.opening().outlet.id, name, SYSTEM)
    typer.echo(f"{name} opens nothing any more.")
