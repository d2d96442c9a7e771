"""The figures a collector reads: how many requests, how long they took, how the worker is."""

from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_REQUESTS = Counter("meja_requests", "Requests answered.", ["route", "status"])
_SECONDS = Histogram(
    "meja_request_seconds",
    "Time to answer a request.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 6),
)
_WORKER_AGE = Gauge("meja_worker_age_seconds", "Seconds since the gateway worker last turned.")
_SOCKETS = Gauge("meja_sockets_open", "Live sockets open now.")


def count_request(scope: Scope, status: int, seconds: float) -> None:
    """Count one answered request under its route's name: an address would be a label without end."""
    route = getattr(scope.get("route"), "name", None) or "none"
    _REQUESTS.labels(route, status).inc()
    _SECONDS.labels(route).observe(seconds)


def count_socket(change: int) -> None:
    """Count a socket that opened (1) or closed (-1)."""
    _SOCKETS.inc(change)


def write_figures(worker_age: float) -> bytes:
    """Write all figures in Prometheus's text form."""
    _WORKER_AGE.set(worker_age)
    return generate_latest()
