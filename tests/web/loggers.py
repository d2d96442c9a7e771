"""What a process has been told about logging, forgotten again."""

import sys

import structlog
from structlog._config import BoundLoggerLazyProxy


def forget_logging() -> None:
    """Undo `configure_logging`, in the loggers as well that modules have used since: each keeps what it first met."""
    structlog.reset_defaults()
    for module in list(sys.modules.values()):
        for thing in list(vars(module).values()):
            if isinstance(thing, BoundLoggerLazyProxy):
                vars(thing).pop("bind", None)
