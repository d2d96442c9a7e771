"""Sends traces to the collector that an owner names (docs/decisions/0031).

Loaded only where OTEL_EXPORTER_OTLP_ENDPOINT is set; nobody else knows OpenTelemetry.
"""

import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from dotenv import dotenv_values
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanContext, StatusCode
from sqlalchemy import Engine

from core.base.clock import monotonic
from core.base.settings import Settings
from core.base.traces import Fact, Note, trace_with
from core.gateways.discreet_spans import OURS, DiscreetExporter
from core.gateways.traced_statements import trace_statements

_MARKS: Final = 1024
_FAREWELL_SECONDS: Final = 1.0
"""How long the end of the program waits for a collector to take the last spans."""
_COMPLAINS_EVERY: Final = 300.0
"""Seconds between two lines in the log about a collector that takes nothing."""
_TRIES: Final = f"{OURS}tries"


class Traces:
    """The spans of one process, and the thread that sends them."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        """Begin to trace this process. Spans wait in a queue with an end: what is too much for it is dropped."""
        unmeasured = NoOpMeterProvider()
        with _environment():
            exporter = DiscreetExporter(
                OTLPSpanExporter(f"{settings.otlp_endpoint}/v1/traces", meter_provider=unmeasured)
            )
            # Not the global one: nobody but us writes to it.
            self.provider = TracerProvider(shutdown_on_exit=False, meter_provider=unmeasured)
            self.provider.add_span_processor(BatchSpanProcessor(exporter, meter_provider=unmeasured))
            RequestsInstrumentor().instrument(tracer_provider=self.provider, meter_provider=unmeasured)
        self._tracer = self.provider.get_tracer("meja")
        trace_statements(engine, self._tracer)
        self._marks: OrderedDict[str, SpanContext] = OrderedDict()
        self._lock = threading.Lock()
        propagate.set_global_textmap(_Deaf())
        _complain_seldom()
        trace_with(self)

    @contextmanager
    def span(self, name: str, follows: str | None, **facts: Fact) -> Iterator[Note]:
        """Keep a span for the length of a block; of an error its class is told, and never its text."""
        tries = getattr(trace.get_current_span(), "attributes", {}).get(_TRIES)
        with self._tracer.start_as_current_span(
            name, links=self._taken_mark(follows), record_exception=False, set_status_on_exception=False
        ) as span:
            # What a job is at for the third time, its calls are at for the third time.
            _note(span, **({"tries": tries} if tries else {}), **facts)
            try:
                yield partial(_note, span)
            except Exception as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(StatusCode.ERROR)
                raise

    def note(self, **facts: Fact) -> None:
        """Add facts to the span that this thread is in."""
        _note(trace.get_current_span(), **facts)

    def was_told_of(self, reference: str) -> None:
        """Remember this span for the look that follows it in this process, which is kicked as soon as it is stored."""
        current = trace.get_current_span()
        _note(current, reference=reference)
        if current.is_recording():
            with self._lock:
                self._marks[reference] = current.get_span_context()
                if len(self._marks) > _MARKS:
                    self._marks.popitem(last=False)

    def close(self) -> None:
        """Send what is left, as far as the collector takes it within a moment, and trace no more."""
        trace_with(None)
        RequestsInstrumentor().uninstrument()
        # The library would wait for half a minute; the end of the process does not wait for this thread.
        last = threading.Thread(target=self.provider.shutdown, name="last-traces", daemon=True)
        last.start()
        last.join(_FAREWELL_SECONDS)

    def _taken_mark(self, reference: str | None) -> Sequence[Link]:
        if reference is None:
            return ()
        with self._lock:
            mark = self._marks.pop(reference, None)
        return () if mark is None else (Link(mark),)


def _note(span: Span, **facts: Fact) -> None:
    for name, value in facts.items():
        span.set_attribute(OURS + name, value)


class _Deaf(TextMapPropagator):
    """Takes no trace from a request, as a stranger would choose what is kept, and gives none to the gateway."""

    def extract(self, carrier: object, context: Context | None = None, *_getter: Any, **_named: Any) -> Context:
        return context if context is not None else Context()

    def inject(self, carrier: object, context: Context | None = None, *_setter: Any, **_named: Any) -> None:
        return None

    @property
    def fields(self) -> set[str]:
        return set()


@contextmanager
def _environment() -> Iterator[None]:
    """Let the library find in its environment what stands in `.env`, while it is set up.

    Only so long: a process that becomes a new one would else keep what was taken out of the file.
    """
    file = Settings.model_config.get("env_file")
    written = dotenv_values(file) if isinstance(file, str) else {}
    wanted = {"OTEL_SERVICE_NAME": "meja"} | {
        name: value for name, value in written.items() if name.startswith("OTEL_") and value
    }
    added = {name: value for name, value in wanted.items() if name not in os.environ}
    # Names of the stable conventions alone: those are on the list of what may leave.
    added["OTEL_SEMCONV_STABILITY_OPT_IN"] = "http"
    before = dict(os.environ)
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name)
            if name in before:
                os.environ[name] = before[name]


def _complain_seldom() -> None:
    """Have the library say now and then that its collector takes nothing, and not at every try."""
    exporting = logging.getLogger(OTLPSpanExporter.__module__)
    exporting.setLevel(logging.ERROR)
    exporting.filters[:] = [_Seldom()]
    # A full queue says so for each span that it drops.
    logging.getLogger("opentelemetry.sdk._shared_internal").setLevel(logging.ERROR)


class _Seldom(logging.Filter):
    _spoke_at = -_COMPLAINS_EVERY

    def filter(self, _record: logging.LogRecord) -> bool:
        now = monotonic()
        if now - self._spoke_at < _COMPLAINS_EVERY:
            return False
        self._spoke_at = now
        return True
