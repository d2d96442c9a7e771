"""A collector of traces on this machine: takes what is sent over OTLP/HTTP, or refuses, or never answers."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from core.base.settings import Settings

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


@dataclass
class Collector:
    """Everything that came in, as it came."""

    address: str = ""
    answers: threading.Event = field(default_factory=threading.Event)
    """While it is not set, nobody who sends something hears anything."""
    paths: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """Those of a program that sends its traces here."""
        named: dict[str, Any] = {ENDPOINT: self.address}
        return Settings(_env_file=None, **named)

    @property
    def resources(self) -> list[dict[str, Any]]:
        return [_facts(batch.resource) for body in self.bodies for batch in _read(body).resource_spans]

    @property
    def spans(self) -> list[Span]:
        batches = [batch for body in self.bodies for batch in _read(body).resource_spans]
        return [span for batch in batches for scope in batch.scope_spans for span in scope.spans]

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans if span.name == name]

    def children(self, parent: Span) -> list[Span]:
        return [span for span in self.spans if span.parent_span_id == parent.span_id]


def facts(span: Span) -> dict[str, Any]:
    """What is told of a span beside its name and its times."""
    return _facts(span)


def names(spans: Sequence[Span]) -> set[str]:
    return {span.name for span in spans}


@contextmanager
def open_collector(*, answers: bool = True) -> Iterator[Collector]:
    """Run a collector until the block ends."""
    collector = Collector()
    if answers:
        collector.answers.set()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.answers.wait()
            collector.paths.append(self.path)
            collector.heads.append(str(self.headers))
            collector.bodies.append(body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        server.daemon_threads = True
        collector.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield collector
        collector.answers.set()
        server.shutdown()


def _read(body: bytes) -> ExportTraceServiceRequest:
    read: ExportTraceServiceRequest = ExportTraceServiceRequest.FromString(body)
    return read


def _facts(told: Any) -> dict[str, Any]:
    return {fact.key: getattr(fact.value, fact.value.WhichOneof("value")) for fact in told.attributes}
