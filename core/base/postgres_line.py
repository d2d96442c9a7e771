"""A line to PostgreSQL on which nobody waits for ever.

The server's own limits (`statement_timeout` and its like) do not help when it is the server that
stands still: stopped, swapped out, or behind a network that swallows everything.
"""

from collections.abc import Generator
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from core.base.clock import monotonic

ANSWER_SECONDS = 12.0
"""Longer than the server's own limit for a statement: while it can speak, its word comes first."""
_LOOK_EVERY = 0.25


class NoAnswer(psycopg.OperationalError):
    """The server said nothing within the time; the line was cut."""


class _Line(psycopg.Connection[tuple[Any, ...]]):
    """A connection whose every wait ends."""

    def wait(self, gen: Any, interval: float = _LOOK_EVERY, timeout: float | None = None) -> Any:  # noqa: ANN401 - psycopg's own signature
        return super().wait(self._in_time(gen), min(interval, _LOOK_EVERY), timeout)

    def _in_time(self, talk: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        until = monotonic() + ANSWER_SECONDS
        ready = None
        try:
            while True:
                ready = yield talk.send(ready)
                if not ready and monotonic() >= until:
                    self.pgconn.finish()
                    message = f"no answer within {ANSWER_SECONDS:.0f} s"
                    raise NoAnswer(message)
        except StopIteration as done:
            return done.value


def bound_waits(engine: Engine) -> None:
    """Let every connection of a PostgreSQL engine give up on a server that has gone silent."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, cargs: tuple[Any, ...], cparams: dict[str, Any]) -> Any:  # noqa: ANN401 - what the driver gives
        return _Line.connect(*cargs, **cparams)
