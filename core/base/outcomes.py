"""What became of a transaction that an error ended: certainly nothing, or nobody knows."""

import functools
import secrets
import time
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError

from core.base.clock import monotonic
from core.base.errors import N_, Busy

_log = structlog.get_logger()
TRIES: Final = 3
_PAUSE_MILLISECONDS: Final = 40
_PATIENCE_SECONDS: Final = 5.0
_LOST_RACES: Final = frozenset({"40001", "40P01"})
"""PostgreSQL undid the transaction to let another one pass."""
_LOST_LINES: Final = frozenset({"57P01", "57P02", "25P03"})
"""PostgreSQL closed the connection, and says so."""

P = ParamSpec("P")
R = TypeVar("R")


class RolledBack(Busy):
    """The database undid the whole transaction before it was asked to keep it: it may be tried again."""


class OutcomeUnknown(Busy):
    """The line was lost while the transaction was being kept: nobody knows whether it was.

    It is never repeated here. Who asked may ask again with the same once-only key, and is told then.
    """

    kind = "outcome-unknown"
    sentence = N_(
        "The connection to the database was lost at the moment of saving. "
        "Please look whether it was done before you do it again."
    )


def busy_because(error: Exception, *, was_sent: bool) -> Busy | None:
    """Say what an error of the database means for the transaction; nothing when it is a fault of the statement.

    `was_sent`: the database had been asked to keep the transaction.
    """
    if not isinstance(error, DBAPIError):
        return Busy()  # There was no free connection.
    state = getattr(error.orig, "sqlstate", None) or ""
    is_silence = type(error.orig).__name__ == "NoAnswer"
    if error.connection_invalidated or state in _LOST_LINES or state.startswith("08") or is_silence:
        if was_sent:
            return OutcomeUnknown()
        # Who has just waited for a silent server is not made to wait three times as long.
        return Busy() if is_silence else RolledBack()
    if state in _LOST_RACES:
        return RolledBack()
    return Busy() if isinstance(error, OperationalError) else None


def retried(method: Callable[P, R]) -> Callable[P, R]:
    """Run a service's method again, at most three times in all, when the database certainly undid its transaction.

    For methods with a single writing transaction and no call out of the house; everything before
    that transaction must bear repeating. Not for a method that calls another such one.
    """

    @functools.wraps(method)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        began = monotonic()
        for turn in range(1, TRIES):
            try:
                return method(*args, **kwargs)
            except RolledBack:
                if monotonic() - began > _PATIENCE_SECONDS:
                    raise  # Who has waited this long is told, and asks again when it suits.
                _log.info("database.again", what=method.__qualname__, turn=turn)
                time.sleep(turn * (0.5 + secrets.randbelow(1000) / 1000) * _PAUSE_MILLISECONDS / 1000)
        return method(*args, **kwargs)

    return run
