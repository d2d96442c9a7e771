"""Commands about the people who work here."""

import sys
from typing import Annotated

import typer

from core.cli.opening import open_core
from core.staff.models import Role

app = typer.Typer(help="The people who work here.", no_args_is_help=True)

Username = Annotated[str, typer.Argument(help="What they sign in with.")]


@app.command()
def add(
    username: Username,
    role: Annotated[Role, typer.Option(help="What they may do.")],
    name: Annotated[str, typer.Option(help="How the others know them.")] = "",
) -> None:
    """Write down a new person; the password is asked for, or read from standard input."""
    from core.services.table_desk import TableDesk

    with open_core() as core:
        outlet, _ = TableDesk(core.db, core.clock).tables()
        core.door.add_member(outlet.id, username, name or username, role, _secret("Password"))
    typer.echo(f"{username} can sign in now.")


@app.command()
def passwd(username: Username) -> None:
    """Change a password, asked for or read from standard input. Ends the person's sign-ins."""
    with open_core() as core:
        core.door.set_password(username, _secret("New password"))
    typer.echo(f"{username} has a new password.")


@app.command()
def pin(username: Username) -> None:
    """Change a PIN of six digits, asked for or read from standard input. Ends the person's sign-ins."""
    with open_core() as core:
        core.door.set_pin(username, _secret("New PIN"))
    typer.echo(f"{username} has a new PIN.")


@app.command()
def disable(username: Username) -> None:
    """Let a person go: no more sign-ins, and the present ones end now."""
    with open_core() as core:
        core.door.disable(username)
    typer.echo(f"{username} can no longer sign in.")


@app.command()
def enable(username: Username) -> None:
    """Let a person sign in again, with the password and PIN they had."""
    with open_core() as core:
        core.door.enable(username)
    typer.echo(f"{username} can sign in again.")


@app.command("totp-off")
def totp_off(username: Username) -> None:
    """Ask a person for no code after the password any more: for whoever has lost the phone."""
    with open_core() as core:
        core.codes.take_off(username)
    typer.echo(f"{username} signs in with the password alone.")


def _secret(what: str) -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")
