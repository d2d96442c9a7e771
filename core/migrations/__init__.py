"""Brings a database to the shape this version needs."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine, inspect, make_url, text

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0026"
"""The newest revision; a test compares it with the folder."""
_CONNECT_SECONDS = 5


def upgrade(url: str) -> None:
    """Bring the database at an address to the newest shape. Safe to repeat."""
    if is_current(url):
        return
    from alembic import command

    if url.startswith("sqlite") and (file := make_url(url).database) not in {None, "", ":memory:"}:
        Path(str(file)).parent.mkdir(parents=True, exist_ok=True)
        # For our eyes only, as its copies are; what SQLite lays beside it follows.
        Path(str(file)).touch(mode=0o600)
    command.upgrade(_config(url), "head")


def is_current(url: str) -> bool:
    """Tell whether a database has the newest shape, without loading the migration library."""
    return _shape_of(url) == HEAD


def is_newer(url: str) -> bool:
    """Tell whether a newer version has migrated a database: it suits this one too, which cannot begin on it any more."""
    shape = _shape_of(url)
    return shape.isdecimal() and int(shape) > int(HEAD)


def _shape_of(url: str) -> str:
    engine = _engine(url)
    try:
        if url.startswith("sqlite") and not Path(engine.url.database or "").exists():
            return ""
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return ""
            return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    """Open a database for one look; a server that stands still is not waited for without end."""
    if url.startswith("sqlite"):
        return create_engine(url)
    from core.base.postgres_line import bound_waits

    engine = create_engine(url, connect_args={"connect_timeout": _CONNECT_SECONDS})
    bound_waits(engine)
    return engine


def known_shapes() -> Collection[str]:
    """Name every shape that this version can start from: those that it and the versions before it made."""
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(_config("")).walk_revisions()}


def _config(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = url
    return config
