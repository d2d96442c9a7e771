"""Reads the settings and opens the services for one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import ValidationError

from core.base.errors import MejaError
from core.base.settings import Settings

if TYPE_CHECKING:
    from core.services import Core


class BadSettings(MejaError):
    """Settings that no start is safe with."""

    kind = "bad-settings"
    status = 500
    sentence = "%(problem)s."


class NotMigrated(MejaError):
    """A database that has not got the shape this version needs."""

    kind = "not-migrated"
    status = 503
    sentence = "The database is not up to date. Run `meja migrate` first."


class NewerDatabase(MejaError):
    """A database that a newer version has migrated."""

    kind = "newer-database"
    status = 503
    sentence = (
        "The database is of a newer version of Meja. Bring that version in again, or restore a copy from before it."
    )


class Refused(MejaError):
    """Something given to a command that it cannot work with."""

    kind = "refused"
    status = 400
    sentence = "%(problem)s"


def load_settings() -> Settings:
    """Read the environment and `.env`. Raises BadSettings with the variable's name and what it needs."""
    try:
        return Settings()
    except ValidationError as error:
        problems = (_problem(problem["loc"], problem["msg"]) for problem in error.errors())
        raise BadSettings(problem="; ".join(problems).rstrip(".")) from None


def _problem(place: tuple[int | str, ...], message: str) -> str:
    told = message.removeprefix("Value error, ")
    name = "_".join(str(part) for part in place).upper()
    return told if not name or told.startswith("MEJA_") else f"MEJA_{name}: {told[:1].lower()}{told[1:]}"


def refuse_unless_current(url: str) -> None:
    """Hold a database to the shape that this version works with. Raises NotMigrated, NewerDatabase."""
    from core.migrations import is_current, is_newer

    if not is_current(url):
        raise NewerDatabase if is_newer(url) else NotMigrated


@contextmanager
def open_core(settings: Settings | None = None) -> Iterator["Core"]:
    """Open the services for the length of a block. Raises NotMigrated, NewerDatabase, Moved, HalfRestored."""
    from core.services import open_services
    from core.services.set_aside import refuse_if_set_aside

    settings = settings or load_settings()
    refuse_unless_current(settings.database_url)
    core = open_services(settings)
    try:
        refuse_if_set_aside(core.db)
        yield core
    finally:
        core.close()
