"""Leaves a span of each statement that is part of something traced: what it does to which table, and nothing it holds.

Ours, because the library's takes no SQLAlchemy of today, keeps whole statements, and asks about each in every loop.
"""

import re
from functools import lru_cache
from typing import Final

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext, ExecutionContext

from core.base.database import Record

Work = ExecutionContext | None
_SPAN: Final = "span_of_ours"
_VERB: Final = re.compile(r"\s*([A-Z]{2,12})\b", re.ASCII)
_TABLE: Final = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"?(\w+)', re.ASCII)


def trace_statements(engine: Engine, tracer: Tracer) -> None:
    """Have the statements of an engine leave spans, wherever somebody's span is open round them."""
    noted = {"db.system.name": engine.dialect.name}

    @event.listens_for(engine, "before_cursor_execute")
    def begin(_line: object, _cursor: object, statement: str, _values: object, work: Work, _many: object) -> None:
        if work is not None and trace.get_current_span().is_recording():
            vars(work)[_SPAN] = tracer.start_span(_name_of(statement), kind=SpanKind.CLIENT, attributes=noted)

    @event.listens_for(engine, "after_cursor_execute")
    def end(_line: object, _cursor: object, _statement: str, _values: object, work: Work, _many: object) -> None:
        if (span := _taken(work)) is not None:
            span.end()

    @event.listens_for(engine, "handle_error")
    def fail(failure: ExceptionContext) -> None:
        if (span := _taken(failure.execution_context)) is not None:
            span.set_attribute("error.type", type(failure.original_exception).__name__)
            span.set_status(StatusCode.ERROR)
            span.end()


def _taken(work: Work) -> Span | None:
    return vars(work).pop(_SPAN, None) if work is not None else None


@lru_cache(maxsize=1024)
def _name_of(statement: str) -> str:
    """Name a statement by its first word and one of our tables; no other word of it is told."""
    verb, table = _VERB.match(statement), _TABLE.search(statement)
    words = [verb[1] if verb else "SQL"]
    if table and table[1] in Record.metadata.tables:
        words.append(table[1])
    return " ".join(words)
