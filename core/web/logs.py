"""Writes one line per fact, with ids as fields and never a secret in it."""

import logging
import re
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote

import structlog
from pydantic import SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from core.base.settings import Settings
from core.web.figures import count_fault

_HIDDEN: Final = "[hidden]"
_LEAST_SECRET: Final = 8
_SECRET_FIELDS: Final = re.compile(
    r"key|signature|token|cookie|password|pin$|secret|authorization|qr_?(text|string)|^body$|^raw$|payload",
    re.IGNORECASE,
)
_SECRET_TEXTS: Final = re.compile(
    r"(?:SB-)?Mid-(?:server|client)-[\w-]+"  # the gateway's keys
    r"|\b[0-9a-fA-F]{128}\b"  # a signature, the right one too
    r"|000201[\w .*+/-]{20,}"  # the text of a QR
    r"|\b(?i:Basic|Bearer)(?:\s|%20)+[\w+/=.~-]+"
    r"|meja_(?:sid|half|guest|kiosk|rounds|station)=[^;\s]+"
    r"|\bmeja_[\w-]{43}"  # a program's key
    r"|(?<=/t/)[\w-]{12,}"  # the key of a table
    # The login of a database: a password may hold anything up to the last @.
    r"|(?<=://)[^/@\s:]*:\S+(?=@)"
    r"|(?<=password=)[^&\s]+"
)
# A terminal would obey them, and a new line would look like a line of ours; tracebacks keep their ends of lines.
_UNSEEN: Final = {code: f"\\x{code:02x}" for code in (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0))}


def redact(text: str) -> str:
    """Take every secret that has a shape of its own out of a text."""
    return _SECRET_TEXTS.sub(_HIDDEN, text)


@lru_cache
def _is_secret(field: str) -> bool:
    return _SECRET_FIELDS.search(field) is not None


class _Redactor:
    """Takes secrets out of all that a line tells, however deep: by name, by shape, and those of the settings by sight."""

    def __init__(self, settings: Settings) -> None:
        ours = sorted(_secrets_of(settings), key=len, reverse=True)
        # One look at each text for all of them.
        self._secrets = re.compile("|".join([*map(re.escape, ours), _SECRET_TEXTS.pattern]))

    def __call__(self, _logger: WrappedLogger, _method: str, fields: EventDict) -> EventDict:
        return {name: self._told(value, name) for name, value in fields.items()}

    def _told(self, value: Any, name: str = "") -> Any:  # noqa: ANN401 - whatever a line tells
        if _is_secret(name):
            return _HIDDEN
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {str(key): self._told(each, str(key)) for key, each in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._told(each) for each in value]
        text = value if isinstance(value, str) else repr(value)
        told = self._secrets.sub(_HIDDEN, text)
        return told if told.isprintable() else told.translate(_UNSEEN)


def _secrets_of(settings: Settings) -> Iterator[str]:
    """Tell the secrets that are set. Short ones are left to their shapes: they would stand in every other word."""
    told = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
    for address in (settings.database_url, settings.redis_url or ""):
        told += [unquote(login.rpartition(":")[2]) for login in re.findall(r"://([^/@\s:]*:\S+)@", address)]
    for secret in told:
        if len(secret.strip()) >= _LEAST_SECRET:
            yield secret.strip()


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
            _count_faults,
            structlog.processors.format_exc_info,
            _Redactor(settings),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
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
    # As they were given: sorting them anew in every line costs, and tells nobody anything.
    return structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), sort_keys=False, exception_formatter=plain)
