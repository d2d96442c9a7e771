"""Lets leave the house what is listed here, name by name, and nothing else of a span.

Libraries note whole addresses, headers and the texts of errors in their spans: table keys, orders, names and numbers.
Loaded only where traces are collected (core/gateways/open_telemetry.py).
"""

from collections.abc import Sequence
from typing import Final

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Link, Status
from opentelemetry.util.types import AnyValue

OURS: Final = "meja."
"""In front of each name of our own."""
_FACTS: Final = ("reference", "tries", "kind", "printer", "state", "outcome", "reason")
_ALLOWED: Final = frozenset(
    {"http.request.method", "http.response.status_code", "http.route", "error.type", "db.system.name"}
    | {OURS + fact for fact in _FACTS}
)
"""All that is told of a span beside its name, its times, whether it failed, and its place among the others."""
_LONGEST: Final = 120


class DiscreetExporter(SpanExporter):
    """Hands spans on to another exporter, without what is not allowed. Works on the thread that sends them."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_without_secrets(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()


def _without_secrets(span: ReadableSpan) -> ReadableSpan:
    """Copy what may be told. Events are left out, as they hold the texts of errors; so is the text of a failure."""
    noted = span.attributes or {}
    return ReadableSpan(
        name=span.name[:_LONGEST],
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={name: _short(value) for name, value in noted.items() if name in _ALLOWED},
        links=[Link(link.context) for link in span.links],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _short(value: AnyValue) -> AnyValue:
    return value if isinstance(value, (int, float)) else str(value)[:_LONGEST]
