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
from typing import Any, ClassVar

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
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from core.base.errors import Busy

_log = structlog.get_logger()
POOL_SIZE = 24
"""Request threads, gateway threads and the worker's own, with room to spare."""
_SNAPSHOT = "REPEATABLE READ"
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=5000",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
)
_POSTGRES_OPTIONS = (
    "-c lock_timeout=3s -c statement_timeout=10s -c idle_in_transaction_session_timeout=15s -c timezone=UTC"
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


class Database:
    """Gives out transactions, and says afterwards that one was committed."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._write_engine = self.engine.execution_options(write=True)
        # What is read together must be true together; SQLite gives that by itself.
        self._read_engine = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level=_SNAPSHOT)
        # SQLite's own busy handler is sleep-and-retry without a queue: with a lock of our
        # own, taken before a connection, nobody waits for seconds behind younger writers.
        self._writer: threading.Lock | nullcontext[None] = threading.Lock() if self.is_sqlite else nullcontext()
        self.before_commit: list[Callable[[Session], None]] = []
        self.after_commit: list[Callable[[Session], None]] = []

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for looking only, at one moment of the database. Raises Busy when the database does not answer in time."""
        try:
            with Session(self._read_engine, expire_on_commit=False, autoflush=False) as session:
                yield session
        except (OperationalError, PoolTimeout) as error:
            _log.warning("database.refused", reason=type(getattr(error, "orig", None) or error).__name__)
            raise Busy from error

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction; leaving it by an error undoes all of it.

        Raises Busy when the database could not take it in time; nothing is written then.
        """
        try:
            with self._writer, Session(self._write_engine, expire_on_commit=False) as session:
                yield session
                for hook in self.before_commit:
                    hook(session)
                session.commit()
        except (OperationalError, PoolTimeout) as error:
            _log.warning("database.refused", reason=type(getattr(error, "orig", None) or error).__name__)
            raise Busy from error
        for hook in self.after_commit:
            hook(session)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _sqlite_engine(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=POOL_SIZE, max_overflow=0, pool_timeout=5)

    @event.listens_for(engine, "connect")
    def set_pragmas(dbapi: DBAPIConnection, _record: object) -> None:
        dbapi.isolation_level = None  # We say BEGIN ourselves: the driver would begin too late.
        cursor = dbapi.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgres_engine(url: str) -> Engine:
    return create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=5,
        pool_pre_ping=True,
        connect_args={"options": _POSTGRES_OPTIONS, "connect_timeout": 5},
    )
