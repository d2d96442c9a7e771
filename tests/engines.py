"""Engines that share what one of them has learned: a question is compiled once in a process, not once in every test."""

from collections.abc import Callable
from typing import ParamSpec

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from core.base import database

Told = ParamSpec("Told")
_TAUGHT: dict[str, Engine] = {}
"""The first engine of each kind that has met its server."""


def share_what_is_learned() -> None:
    """Let every Database of this process use the compiled questions of those before it."""
    database._sqlite_engine = _sharing(database._sqlite_engine)
    database._postgres_engine = _sharing(database._postgres_engine)


def _sharing(make: Callable[Told, Engine]) -> Callable[Told, Engine]:
    def made(*told: Told.args, **how: Told.kwargs) -> Engine:
        engine = make(*told, **how)
        kind = engine.dialect.name
        if (taught := _TAUGHT.get(kind)) is not None:
            # The two belong together: what is compiled is kept under the dialect that it was compiled for.
            engine.dialect, engine._compiled_cache = taught.dialect, taught._compiled_cache
            return engine

        @event.listens_for(engine, "connect")
        def has_met_its_server(_dbapi: DBAPIConnection, _record: object) -> None:
            _TAUGHT.setdefault(kind, engine)

        return engine

    return made
