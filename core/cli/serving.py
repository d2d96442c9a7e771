"""Commands that run something, and the one that shows with which settings."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated

import structlog
import typer
from pydantic import SecretStr

from core.base.errors import Busy
from core.base.settings import Settings
from core.cli.holding import hold_database
from core.cli.opening import database_said, load_settings, refuse_unless_current, unknown_names

NAME_LOOKUPS = "timeout:2 attempts:1"
"""What the system's resolver is told: a silent name server would else hold a call of the gateway for ten seconds and more."""
DATABASE_AWAY = 75
"""What a start ends with that the database gave no answer (docs/running.md)."""
_SILENCES = frozenset({"OperationalError", "NoAnswer"})
_LOGIN_OF_A_SERVER = re.compile(r"(?<=://)[^/@\s]*:\S+(?=@)|(?<=password=)[^&\s]+")


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (MEJA_HOST).")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on (MEJA_PORT).")] = None,
) -> None:
    """Serve the restaurant until Ctrl-C."""
    from core.web.hang_ups import put_hang_ups_off

    put_hang_ups_off()
    from core.web.logs import configure_logging
    from core.web.server import run

    # The server's own processes read the settings anew.
    os.environ.update({"MEJA_HOST": host} if host is not None else {})
    os.environ.update({"MEJA_PORT": str(port)} if port is not None else {})
    os.environ.setdefault("RES_OPTIONS", NAME_LOOKUPS)
    settings = load_settings()
    configure_logging(settings)
    if names := unknown_names():
        structlog.get_logger().warning("settings.unknown", names=names)
    with _needing_the_database(settings):
        refuse_unless_current(settings.database_url)
        if (hand := hold_database(settings)) is not None:
            # Asked here for the sake of one clear sentence; the server lays its own hand on the file.
            hand.close()
        _prove(settings)
    run(settings)


@contextmanager
def _needing_the_database(settings: Settings) -> Iterator[None]:
    """End with a code of its own where PostgreSQL does not answer: after a power cut it may come up later than we do.

    A start that was refused is not repeated by whoever supervises us; this one is to be.
    """
    try:
        yield
    except Exception as error:
        is_silent = isinstance(error, Busy) or type(error).__name__ in _SILENCES
        if settings.is_sqlite or not is_silent:
            raise
        said = database_said(error.__cause__ if isinstance(error, Busy) and error.__cause__ else error)
        typer.echo(
            f"meja: the database does not answer ({said}). Start again when it does, or check MEJA_DATABASE_URL.",
            err=True,
        )
        raise typer.Exit(DATABASE_AWAY) from None


def _prove(settings: Settings) -> None:
    """Try the ground before anything is opened on it, so that a refusal is one sentence on the terminal.

    Each process of the server proves it again for itself.
    """
    from core.base.clock import system_clock
    from core.base.database import Database
    from core.services.self_test import self_test

    db = Database(settings.database_url)
    try:
        self_test(db, settings, system_clock())
    finally:
        db.close()


def simulator(context: typer.Context) -> None:
    """Run the Midtrans simulator; its options are those of `python -m simulator`."""
    os.execv(sys.executable, [sys.executable, "-m", "simulator", *context.args])  # noqa: S606 - our own program


def config() -> None:
    """Show the settings in force, secrets masked."""
    settings = load_settings()
    for name in Settings.model_fields:
        typer.echo(f"{Settings.variable(name)}={_shown(getattr(settings, name))}")
    for name in unknown_names():
        typer.echo(f"meja: {name} is no setting, and is passed over.", err=True)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        return f"{'*' * 8} ({len(secret)} characters)" if secret else "(empty)"
    if isinstance(value, timedelta):
        return _span(int(value.total_seconds()))
    return _LOGIN_OF_A_SERVER.sub("********", str(value))


def _span(seconds: int) -> str:
    """Write a span as it is written in `.env`."""
    size, unit = next((size, unit) for size, unit in ((3600, "h"), (60, "m"), (1, "s")) if seconds % size == 0)
    return f"{seconds // size}{unit}"
