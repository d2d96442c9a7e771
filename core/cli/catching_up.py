"""What a command does when an old state of the books is served again: hold back, ask the gateway, tell."""

from typing import TYPE_CHECKING, Final

import typer

from core.base.clock import system_clock
from core.base.settings import Settings
from core.cli.opening import open_core

if TYPE_CHECKING:
    from core.services.old_books import Missed, OldBooks
    from core.services.set_aside import Mark

_MANY: Final = 200
"""Payments that a gateway is not asked about in a moment."""


def catch_up(settings: Settings, mark: "Mark") -> bool:
    """Let a marked database be served again, with what happened meanwhile; tells whether it bore the mark.

    No server may start before it is through, and with it give up orders that were paid long ago.
    """
    from core.base.database import Database
    from core.services.old_books import learn_what_was_missed, take_up

    db = Database(settings.database_url)
    try:
        books = take_up(db, mark, system_clock())
    finally:
        db.close()
    if books is None:
        return False
    with open_core(settings) as core:
        missed = learn_what_was_missed(core.db, core.clock, core.worker, books, say_how_many=_tell_how_many)
        faults = sum(1 for finding in core.books.check() if not finding.holds)
    _tell_what_was_missed(books, missed)
    typer.echo("The books hold." if not faults else f"{faults} things are not as they must be: run `meja check`.")
    return True


def _tell_how_many(payments: int) -> None:
    if payments > _MANY:
        typer.echo(f"Asking the gateway about {payments:,} payments. That may take some minutes.")


def _tell_what_was_missed(books: "OldBooks", missed: "Missed") -> None:
    typer.echo(
        f"Asked the gateway about {missed.asked} payments: {missed.settled} were paid since it was kept. "
        f"Refunds and money taken back since: {missed.given_back}."
    )
    if missed.unanswered:
        typer.echo(
            f"No answer came about {missed.unanswered} of them. The server goes on asking by itself, and ends no order "
            "before it was answered. Until then give no money back in cash without a look at the gateway's own page."
        )
    if missed.held_back:
        typer.echo(
            f"Refunds held back: {missed.held_back}. They were still to be made when it was kept, and may have been made, "
            "refused or given in cash since. They stand on the money page; look at the gateway's own page before you ask "
            "for one anew."
        )
    if books.kept_at is not None:
        typer.echo(
            f"What came after {books.kept_at:%Y-%m-%d %H:%M:%S} UTC is not in it: cash taken since then is missing, "
            "and numbers called out since then are given out again. Money for lost orders comes up on the money page as "
            "soon as the gateway tells of it: have it send its notifications again, and compare with its own report."
        )
