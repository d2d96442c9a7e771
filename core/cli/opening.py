"""Reads the settings and opens the services for one command."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dotenv import dotenv_values
from pydantic import ValidationError

from core.base.errors import MejaError
from core.base.settings import Settings

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from core.services import Core


_IN_PLAIN_WORDS = {
    "bool_parsing": "needs true or false",
    "int_parsing": "needs a whole number",
}
_NAMES_OF_OTHERS = {
    # Of compose.yaml and the Caddyfile, and what one process of a server tells another.
    *("MEJA_OWNER_PASSWORD", "MEJA_APP_PASSWORD", "MEJA_DOMAIN", "MEJA_UPSTREAM"),
    *("MEJA_FIGURES_PLACE", "MEJA_HANDED_OVER"),
}


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
        problems = (_problem(problem) for problem in error.errors())
        raise BadSettings(problem="; ".join(problems).rstrip(".")) from None
    except OSError as error:
        raise BadSettings(problem=f".env cannot be read: {error.strerror}") from None


def _problem(problem: "ErrorDetails") -> str:
    told = _IN_PLAIN_WORDS.get(problem["type"], problem["msg"].removeprefix("Value error, "))
    name = "_".join(str(part) for part in problem["loc"])
    if not name:
        return told
    # What has another name stands there under it already.
    variable = Settings.variable(name) if name in Settings.model_fields else name
    return f"{variable}: {told[:1].lower()}{told[1:]}"


def unknown_names() -> list[str]:
    """Name what looks like a setting, in the environment or in `.env`, and is none: most often a slip of the pen."""
    file = Settings.model_config.get("env_file")
    named = {*os.environ, *(dotenv_values(file) if isinstance(file, str) else {})}
    known = {Settings.variable(field) for field in Settings.model_fields} | _NAMES_OF_OTHERS
    return sorted(name for name in named if name.startswith("MEJA_") and "_TEST_" not in name and name not in known)


def database_said(error: BaseException) -> str:
    """Give the first line of what a database or its driver said, with no secret in it."""
    from core.web.logs import redact

    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines()
    return redact(lines[0].strip().rstrip(".")) if lines else type(cause).__name__


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
