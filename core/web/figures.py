"""The figures a collector reads: counted in every process, and given out as those of the whole program.

Where several processes serve, each keeps its figures in a file of its own, in a folder that PROMETHEUS_MULTIPROC_DIR
names (core/web/crew.py); whoever is asked adds them up. What the database knows is asked of it at that moment.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from math import inf
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    values,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import Scope

from core.base.clock import monotonic
from core.services.breaker import GatewayTrouble
from core.services.standing import Standing

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
PLACE_VARIABLE: Final = "MEJA_FIGURES_PLACE"
"""Names the files of a process. Its successor goes on in them: named by process, they would grow without end."""
if FOLDER_VARIABLE in os.environ and (_place := os.environ.get(PLACE_VARIABLE)):
    values.ValueClass = values.MultiProcessValue(lambda: _place)  # type: ignore[no-untyped-call]
_REQUESTS = Counter("meja_requests", "Requests answered.", ["route", "status"])
_SECONDS = Histogram(
    "meja_request_seconds",
    "Time to answer a request.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 6),
)
_EVENTS = Counter("meja_events", "What happened to orders, attempts and money, by its name.", ["kind"])
for _alerted in ("attempt.settled", "attempt.live", "attempt.failed", "attempt.bad_qr"):
    _EVENTS.labels(_alerted)
for _status in (200, 403, 503):
    _REQUESTS.labels("midtrans_webhook", _status)
# What is alerted on stands there from the start: of a line that comes with its first count a collector sees no increase.
_FAULTS = Counter("meja_faults", "Faults of the program: each stands in the log with its traceback.")
_NEWS = Histogram(
    "meja_board_news_seconds",
    "From the commit of what happened, a settled payment for one, until an open board was told.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10),
)
_SOCKETS = Gauge("meja_sockets_open", "Live sockets open now.", multiprocess_mode="livesum")
_PROCESSES = Gauge("meja_processes", "Processes that serve.", multiprocess_mode="livesum")
_LINES = Gauge("meja_database_lines_used", "Database connections in use at this moment.", multiprocess_mode="livesum")
_MOST_LINES = Gauge("meja_database_lines", "Database connections there may be.", multiprocess_mode="livesum")
_TURNED = Gauge(
    "meja_worker_turned_monotonic_seconds",
    "When a gateway worker last turned, on this machine's clock since its start.",
    multiprocess_mode="livemax",
)


def count_request(scope: Scope, status: int, seconds: float) -> None:
    """Count one answered request under its route's name: an address would be a label without end."""
    route = getattr(scope.get("route"), "name", None) or "none"
    _requests(route, status).inc()
    _seconds(route).observe(seconds)


# Looked up once for each name: finding a child by its labels costs more than counting with it.
@cache
def _requests(route: str, status: int) -> Counter:
    return _REQUESTS.labels(route, status)


@cache
def _seconds(route: str) -> Histogram:
    return _SECONDS.labels(route)


def count_fault() -> None:
    """Count an error that nobody had foreseen."""
    _FAULTS.inc()


def count_events(kinds: Iterable[str]) -> None:
    """Count what a transaction that was kept wrote down."""
    for kind in kinds:
        _EVENTS.labels(kind).inc()


def count_socket(change: int) -> None:
    """Count a socket that opened (1) or closed (-1)."""
    _SOCKETS.inc(change)


def time_news(seconds: float) -> None:
    """Note how long a board waited to be told."""
    _NEWS.observe(max(0.0, seconds))


def note_process(turned_at: float, lines_used: int, most_lines: int) -> None:
    """Note how this process is: others give it out."""
    _PROCESSES.set(1)
    _TURNED.set(turned_at)
    _LINES.set(lines_used)
    _MOST_LINES.set(most_lines)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found when somebody asked for figures."""

    checks: Mapping[str, str]
    """Of /readyz: `ok`, or what is wrong, by the name of the part."""
    space: tuple[int, int] | None
    """Bytes that are free in the data folder, and bytes there are."""
    copied_at: datetime | None
    """When the newest copy in the data folder was made."""
    open_now: Standing | None = None
    """Nothing when the database does not answer."""
    trouble: GatewayTrouble | None = None


def write_figures(seen: Seen, now: datetime) -> bytes:
    """Write all figures in Prometheus's text form; those of the database are missing when it does not answer."""
    counted = _counted()
    asked = CollectorRegistry()
    asked.register(_Asked(counted, seen, now))
    return generate_latest(counted) + generate_latest(asked)


def answers_of(route: str) -> dict[int, int]:
    """Tell how many requests to a route were answered with each status since the program started."""
    return {
        int(sample.labels["status"]): int(sample.value)
        for family in _counted().collect()
        for sample in family.samples
        if sample.name == "meja_requests_total" and sample.labels["route"] == route
    }


def _counted() -> CollectorRegistry:
    """Give what all processes have counted."""
    if FOLDER_VARIABLE not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # it registers itself
    return registry


class _Asked(Collector):
    """What is true at the moment of asking."""

    def __init__(self, counted: CollectorRegistry, seen: Seen, now: datetime) -> None:
        self._counted, self._seen, self._open, self._now = counted, seen, seen.open_now, now

    def collect(self) -> Iterator[Metric]:
        # The youngest: a process that stands still ends itself, and the others carry its work on.
        turned = self._counted.get_sample_value("meja_worker_turned_monotonic_seconds") or 0.0
        yield _gauge("meja_worker_age_seconds", "Seconds since a gateway worker last turned.", monotonic() - turned)
        yield _gauge("meja_database_answers", "1 when the database answered this question.", self._open is not None)
        ready = {part: float(check == "ok") for part, check in self._seen.checks.items()}
        yield _by("meja_ready", "1 when /readyz finds nothing wrong with the part.", "part", ready)
        yield from self._disk()
        if self._open is None:
            return
        troubles = {str(kind): float(kind is self._seen.trouble) for kind in GatewayTrouble}
        yield _by("meja_gateway_trouble", "1 while the gateway gives nobody a QR, by why.", "kind", troubles)
        yield _by("meja_orders_open", "Open orders.", "status", self._open.orders)
        yield _by("meja_attempts_open", "Attempts whose end is open.", "state", self._open.attempts)
        yield _gauge("meja_money_cases_open", "Money that waits for a person.", self._open.cases)
        yield _gauge(
            "meja_money_cases_urgent", "Those the gateway gives back for a day at most.", self._open.urgent_cases
        )
        yield from self._notifications()

    def _disk(self) -> Iterator[Metric]:
        if self._seen.space is not None:
            free, all_there_is = self._seen.space
            yield _gauge("meja_disk_free_bytes", "Free where the data folder lies.", free)
            yield _gauge("meja_disk_bytes", "All there is where the data folder lies.", all_there_is)
        copied_at = self._seen.copied_at
        age = inf if copied_at is None else (self._now - copied_at).total_seconds()
        yield _gauge("meja_copy_age_seconds", "Since the newest copy in the data folder; +Inf when there is none.", age)

    def _notifications(self) -> Iterator[Metric]:
        assert self._open is not None  # noqa: S101 - asked for before
        heard = self._open.notifications
        waits = 0.0 if heard.waiting_since is None else (self._now - heard.waiting_since).total_seconds()
        yield _gauge(
            "meja_notification_waits_seconds", "Age of the oldest notification nobody has looked after.", waits
        )
        if heard.last_at is not None:
            silence = (self._now - heard.last_at).total_seconds()
            yield _gauge("meja_notification_silence_seconds", "Since the newest notification.", silence)
        lags = {str(share): lag for share in (0.5, 0.95, 1) if (lag := heard.lag(share)) is not None}
        text = "From a notification to the end of its look, of the newest 50 within an hour."
        yield _by("meja_notification_lag_seconds", text, "quantile", lags)
        yield _gauge("meja_notifications_unmatched", "Of these, those about no order of ours.", heard.unmatched)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=float(value))


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
