"""The command `meja`: everything an operator does that is not done on a screen.

Every command fails with one clear sentence and exit code 2 when what it was given is wrong. The libraries
behind the commands are loaded inside them: `meja --help` must not wait for a PDF library.
"""

import sys
from typing import Any

import typer

from core.base.errors import MejaError
from core.cli import (
    books,
    demo,
    keeping,
    keys,
    menus,
    moving,
    outlets,
    people,
    printers,
    serving,
    settlements,
    tables,
)
from core.cli.opening import database_said


class _Meja(typer.Typer):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - Typer's own signature
        try:
            return super().__call__(*args, **kwargs)
        except MejaError as error:
            typer.echo(f"meja: {error}", err=True)
            sys.exit(2)
        except Exception as error:
            if type(error).__module__ == "sqlalchemy.exc":
                told = f"the database cannot be used ({database_said(error)}). Check MEJA_DATABASE_URL."
            elif isinstance(error, OSError) and error.filename:
                told = f"{error.filename}: {error.strerror}. Who runs this, and may they?"
            else:
                raise
            typer.echo(f"meja: {told}", err=True)
            sys.exit(2)


app = _Meja(
    name="meja",
    help="Ordering and paying at the table.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.command()(demo.demo)
app.command()(serving.serve)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})(
    serving.simulator
)
app.command()(keeping.migrate)
app.command()(keeping.seed)
app.add_typer(outlets.app, name="outlet")
app.add_typer(people.app, name="staff")
app.add_typer(keys.app, name="key")
app.add_typer(tables.app, name="tables")
app.add_typer(menus.app, name="menu")
app.add_typer(printers.app, name="printers")
app.add_typer(settlements.app, name="settlement")
app.command()(books.check)
app.command()(books.reconcile)
app.command()(keeping.backup)
app.command()(keeping.restore)
app.command()(moving.move)
app.command()(serving.config)
