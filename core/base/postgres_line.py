"""A line to PostgreSQL on which nobody waits for ever.

The server's own limits (`statement_timeout` and its like) do not help when it is the server that
stands still: stopped, swapped out, or behind a network that swallows everything.
"""

import select
from collections.abc import Callable, Generator, Sequence
from functools import cached_property
from typing import Any, Final, Self

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from core.base.clock import monotonic

ANSWER_SECONDS = 12.0
"""Longer than the server's own limit for a statement: while it can speak, its word comes first."""
_LOOK_EVERY = 0.25
_OPTIONS: Final = (
    "-c lock_timeout=3s -c statement_timeout=10s -c idle_in_transaction_session_timeout=15s -c timezone=UTC"
)
QUIET_SECONDS: Final = 1.0
"""A line that was used less long ago is taken as it is: asking first is one way to the server and back in five."""
_WRITING: Final = "BEGIN"
_READING: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


def open_engine(url: str, **pool: Any) -> Engine:
    """Make an engine whose connections give up on a silent server, and are asked after they were quiet.

    Whoever uses one begins by themselves: a single question needs no transaction. `pool` is what create_engine() is
    told of it.
    """
    how: dict[str, Any] = {"options": _OPTIONS, "connect_timeout": 5, "autocommit": True}
    # The line that was given back last goes out first: few lines do most of the work, and those know every statement.
    engine = create_engine(url, connect_args=how, pool_use_lifo=True, **pool)
    bound_waits(engine)
    ask_after_quiet_lines(engine)
    return engine


def begin(connection: Connection, *, only_reads: bool = False) -> None:
    """Begin a transaction with the next statement.

    One that only reads sees one moment of the database, and is refused everything else.
    """
    line = connection.connection.dbapi_connection
    assert isinstance(line, _Line)  # noqa: S101 - of an engine that open_engine() made
    line.begins_with = _READING if only_reads else _WRITING


class NoAnswer(psycopg.OperationalError):
    """The server said nothing within the time; the line was cut."""


_Row = tuple[Any, ...]


class _Columns(Sequence[Any]):
    """What the columns of a result are called, worked out when somebody asks.

    SQLAlchemy does so once for each statement, and the driver would make objects of them each time it is asked.
    """

    def __init__(self, find: Callable[[], Sequence[Any] | None]) -> None:
        self._find = find

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401 - one, or a part of them
        return self._found[index]

    def __len__(self) -> int:
        return len(self._found)

    @cached_property
    def _found(self) -> Sequence[Any]:
        return self._find() or ()


class _Cursor(psycopg.Cursor[_Row]):
    """A cursor whose first statement takes the BEGIN along: a transaction costs one way to the server less."""

    @property
    def description(self) -> Any:  # noqa: ANN401 - a sequence, where psycopg has a list
        result = self.pgresult
        if result is None or not result.nfields:
            return super().description
        return _Columns(lambda: super(_Cursor, self).description)

    def execute(self, query: Any, params: Any = None, **how: Any) -> Self:  # noqa: ANN401 - psycopg's own signature
        line = self.connection
        assert isinstance(line, _Line)  # noqa: S101 - which gave it out
        if line.begins_with is None:
            return super().execute(query, params, **how)
        with line.pipeline():
            line.say_begin()
            return super().execute(query, params, **how)

    def executemany(self, *what: Any, **how: Any) -> None:
        line = self.connection
        assert isinstance(line, _Line)  # noqa: S101 - which gave it out
        line.say_begin()
        super().executemany(*what, **how)


class _Line(psycopg.Connection[_Row]):
    """A connection whose every wait ends, and which goes on knowing its statements after it was only read from."""

    begins_with: str | None = None
    """What the next statement has to begin with."""
    _only_reads = False

    def say_begin(self) -> None:
        if (how := self.begins_with) is not None:
            self.begins_with = None
            self._only_reads = how == _READING
            self.execute(how)

    def commit(self) -> None:
        self.begins_with = None
        super().commit()

    def rollback(self) -> None:
        """End a transaction without keeping anything.

        The driver throws away every prepared statement with a ROLLBACK. Where nothing could be written, COMMIT keeps
        nothing either.
        """
        self.begins_with = None
        if self._only_reads and self.pgconn.transaction_status == TransactionStatus.INTRANS:
            self.commit()
        else:
            super().rollback()

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
        line = _Line.connect(*cargs, **cparams, cursor_factory=_Cursor)
        # As wide as the columns. By itself the driver names a type by how great a number is, and of one statement the
        # server would have to prepare as many as there are sizes of its numbers.
        for dumper in (Int8Dumper, Int8BinaryDumper):
            line.adapters.register_dumper(int, dumper)
        return line


def ask_after_quiet_lines(engine: Engine) -> None:
    """Have a connection that was quiet for a while, or on which something has come unasked, answer before it is used.

    SQLAlchemy's own `pool_pre_ping` asks every time.
    """

    @event.listens_for(engine, "checkin")
    def given_back(_line: object, record: ConnectionPoolEntry) -> None:
        record.info["given_back"] = monotonic()

    @event.listens_for(engine, "checkout")
    def given_out(line: _Line, record: ConnectionPoolEntry, _proxy: object) -> None:
        given_back = record.info.get("given_back")
        if given_back is None:
            # It was opened just now.
            return
        if monotonic() - given_back < QUIET_SECONDS and not _has_news(line):
            return
        try:
            engine.dialect.do_ping(line)  # type: ignore[arg-type] # psycopg's own, as the dialect wants it
        except psycopg.Error as gone:
            # With one line all those of that time are gone: the server was restarted.
            raise InvalidatePoolError from gone


def _has_news(line: _Line) -> bool:
    """Tell whether the server said something by itself: of a line at rest that is its end."""
    if line.closed:
        return True
    ear = select.poll()
    ear.register(line.fileno(), select.POLLIN)
    return bool(ear.poll(0))
