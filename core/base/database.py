"""One way in to the database, the same on SQLite and PostgreSQL.

A transaction is a block in a service: `with db.write() as session:`. Never in a route,
never around a network call.
"""

import enum
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import structlog
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Engine,
    Enum,
    LargeBinary,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from core.base.clock import monotonic
from core.base.errors import Busy
from core.base.outcomes import busy_because

_log = structlog.get_logger()
POOL_SIZE = 24
"""Request threads, gateway threads and the worker's own, with room to spare."""
WAIT_SECONDS = 5.0
"""The longest wait for a free connection, and for our own turn to write with SQLite's lock together."""
_LATE = 0.5
"""Seconds in line for our turn after which the wait for SQLite's lock is shorter by as much."""
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    f"busy_timeout={WAIT_SECONDS * 1000:.0f}",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
)


def _strict_name(name: str) -> Callable[..., str]:
    return lambda _type, _compiler, **_kw: name


# SQLite's STRICT tables know only INTEGER, REAL, TEXT, BLOB and ANY.
for _type, _name in (
    (BigInteger, "INTEGER"),
    (Boolean, "INTEGER"),
    (String, "TEXT"),
    (Enum, "TEXT"),
    (JSON, "TEXT"),
    (DateTime, "TEXT"),
    (Date, "TEXT"),
    (LargeBinary, "BLOB"),
):
    compiles(_type, "sqlite")(_strict_name(_name))


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always aware and always UTC, whatever the driver hands back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _enum_values(members: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in members]


class Record(DeclarativeBase):
    """A row with an integer key that never leaves the program."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        str: String,
        bytes: LargeBinary,
        datetime: UtcDateTime,
        enum.StrEnum: Enum(
            enum.StrEnum, native_enum=False, create_constraint=False, length=40, values_callable=_enum_values
        ),
        dict[str, Any]: JSON,
        list[dict[str, Any]]: JSON,
        list[int]: JSON,
        list[str]: JSON,
    }

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class _Transaction(Session):
    """A session that knows whether the database was asked to keep what it wrote."""

    was_sent = False

    def commit(self) -> None:
        self.flush()
        self.was_sent = True
        super().commit()


class Database:
    """Gives out transactions, and says afterwards that one was committed."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        # SQLite's own busy handler is sleep-and-retry without a queue: with a lock of our
        # own, taken before a connection, nobody waits for seconds behind younger writers.
        self._writer: threading.Lock | nullcontext[None] = threading.Lock() if self.is_sqlite else nullcontext()
        self.before_commit: list[Callable[[Session], None]] = []
        self.after_commit: list[Callable[[Session], None]] = []

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for looking only, at one moment of the database.

        Raises Busy when the database does not answer in time, RolledBack when the line was lost.
        """
        try:
            with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
                if self.is_sqlite:
                    _begin(session.connection(), "BEGIN")
                else:
                    _begin_on_postgres(session.connection(), only_reads=True)
                yield session
        except (DBAPIError, PoolTimeout) as error:
            _raise_busy(error)

    @contextmanager
    def glance(self) -> Iterator[Session]:
        """Open a session for a single question. Raises what read() raises.

        Two questions asked in it are answered of two moments.
        """
        # On the way to a server, BEGIN and COMMIT cost as much as the question.
        try:
            with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
                yield session
        except (DBAPIError, PoolTimeout) as error:
            _raise_busy(error)

    @contextmanager
    def write(self, within: float | None = None) -> Iterator[Session]:
        """Open a transaction; leaving it by an error undoes all of it.

        `within` are the seconds it may wait for its turn on SQLite, where the caller has less time than others.
        Raises Busy when the database could not take it in time, RolledBack when it undid it by itself;
        nothing is written then. Raises OutcomeUnknown when the line was lost while it was being kept.
        """
        session = _Transaction(self.engine, expire_on_commit=False)
        try:
            patience = WAIT_SECONDS if within is None else within
            with _in_turn(self._writer, patience) as waited, session:
                if self.is_sqlite:
                    is_short = waited > _LATE or patience < WAIT_SECONDS
                    _begin(session.connection(), "BEGIN IMMEDIATE", patience - waited if is_short else WAIT_SECONDS)
                else:
                    _begin_on_postgres(session.connection())
                yield session
                for hook in self.before_commit:
                    hook(session)
                session.commit()
        except (DBAPIError, PoolTimeout) as error:
            _raise_busy(error, was_sent=session.was_sent)
        for hook in self.after_commit:
            hook(session)

    @contextmanager
    def write_on_a_line(self) -> Iterator[Connection]:
        """Open a transaction on a bare connection, for what changes the tables themselves; whoever does that commits."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                _begin(connection, "BEGIN IMMEDIATE")
            else:
                _begin_on_postgres(connection)
            yield connection

    @property
    def lines(self) -> tuple[int, int]:
        """How many connections are in use at this moment, and how many there may be."""
        pool = self.engine.pool
        return (pool.checkedout(), pool.size()) if isinstance(pool, QueuePool) else (0, 0)

    def close(self) -> None:
        """Give back every connection; one that is still in use is closed when its user is through with it."""
        event.listen(self.engine.pool, "checkin", throw_away)
        self.engine.dispose()


def throw_away(_line: object, kept: ConnectionPoolEntry) -> None:
    """Close a connection that is given back to a pool nobody uses any more."""
    kept.invalidate()


@contextmanager
def _in_turn(lock: "threading.Lock | nullcontext[None]", patience: float) -> Iterator[float]:
    """Wait for our turn to write, but not for ever; tells for how many seconds. Raises Busy."""
    if isinstance(lock, nullcontext):
        yield 0.0
        return
    began = monotonic()
    if not lock.acquire(timeout=patience):
        raise Busy
    try:
        yield monotonic() - began
    finally:
        lock.release()


def _raise_busy(error: DBAPIError | PoolTimeout, *, was_sent: bool = False) -> NoReturn:
    busy = busy_because(error, was_sent=was_sent)
    if busy is None:
        raise error
    cause = getattr(error, "orig", None) or error
    said = next(iter(str(cause).splitlines()), "")[:200]
    _log.warning("database.refused", reason=type(cause).__name__, said=said, outcome=type(busy).__name__)
    raise busy from error


def _sqlite_engine(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    # The connection that was given back last goes out first. Each keeps pages of the file for itself: when all of them
    # work by turns, memory grows with the file twenty times over.
    engine = create_engine(url, pool_size=POOL_SIZE, max_overflow=0, pool_timeout=WAIT_SECONDS, pool_use_lifo=True)

    @event.listens_for(engine, "connect")
    def set_pragmas(dbapi: DBAPIConnection, _record: object) -> None:
        dbapi.isolation_level = None  # We say BEGIN ourselves: the driver would begin too late.
        cursor = dbapi.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _begin(connection: Connection, how: str, patience: float = WAIT_SECONDS) -> None:
    """Begin a transaction of SQLite's, which its driver leaves to us.

    SQLAlchemy's event for it would do the same, and have every statement look for listeners: a quarter of its time.
    """
    if connection.info.get("patience", WAIT_SECONDS) != patience:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={max(patience, 0) * 1000:.0f}")
        connection.info["patience"] = patience
    connection.exec_driver_sql(how)


def _begin_on_postgres(connection: Connection, *, only_reads: bool = False) -> None:
    from core.base.postgres_line import begin

    begin(connection, only_reads=only_reads)


def _postgres_engine(url: str) -> Engine:
    # One process on SQLite needs no driver of PostgreSQL.
    from core.base.postgres_line import open_engine

    return open_engine(url, pool_size=POOL_SIZE, max_overflow=0, pool_timeout=WAIT_SECONDS)
