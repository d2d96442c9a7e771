"""Writes one line per fact, with ids as fields and never a secret in it."""

import logging
import re
import sys
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from core.base.settings import Settings
from core.web.figures import count_fault

_HIDDEN: Final = "[hidden]"
_SECRET_FIELDS: Final = re.compile(
    r"key|signature|token|cookie|password|pin$|secret|authorization|qr_?(text|string)|^body$|^raw$|payload",
    re.IGNORECASE,
)
_SECRET_TEXTS: Final = re.compile(
    r"(?:SB-)?Mid-(?:server|client)-[\w-]+"  # the gateway's keys
    r"|\b[0-9a-fA-F]{128}\b"  # a signature, the right one too
    r"|000201[\w .*+/-]{20,}"  # the text of a QR
    r"|\b(?:Basic|Bearer)\s+[\w+/=.~-]+"
    r"|meja_(?:sid|guest|kiosk)=[^;\s]+"
    r"|(?<=/t/)[\w-]{12,}"  # the key of a table
    r"|(?<=://)[^/@\s:]+:[^/@\s]+(?=@)"  # the login of a database
)


def redact(text: str) -> str:
    """Take every secret that has a shape of its own out of a text."""
    return _SECRET_TEXTS.sub(_HIDDEN, text)


def _redact_fields(_logger: WrappedLogger, _method: str, fields: EventDict) -> EventDict:
    for name, value in fields.items():
        if _SECRET_FIELDS.search(name):
            fields[name] = _HIDDEN
        elif isinstance(value, str):
            fields[name] = redact(value)
    return fields


def _count_faults(_logger: WrappedLogger, _method: str, fields: EventDict) -> EventDict:
    if fields.get("exc_info"):
        count_fault()
    return fields


class _Lines:
    """Standard output that never fails: a full disk must not stop a sale."""

    def msg(self, line: str) -> None:
        try:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
        except (OSError, ValueError):
            return

    debug = info = warning = error = critical = exception = msg


class _Foreign(logging.Handler):
    """Brings the lines of libraries into ours."""

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = {"logger": record.name}
        if record.exc_info:
            fields["exc_info"] = record.exc_info
        structlog.get_logger().log(record.levelno, record.getMessage(), **fields)


def configure_logging(settings: Settings, *, level: int = logging.INFO) -> None:
    """Send every line of this process to standard output, as JSON or in colours."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _count_faults,
            structlog.processors.format_exc_info,
            _redact_fields,
            _renderer(settings),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_args: _Lines(),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [_Foreign()]
    root.setLevel(max(level, logging.INFO))
    for chatty in ("uvicorn.error", "watchfiles"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _renderer(settings: Settings) -> Processor:
    if settings.log_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    # The rich form of a traceback shows the values of variables, and with them secrets.
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=plain)
