"""A gateway whose calls leave spans is the same gateway, and each of its calls is told with our order id."""

import os
from collections.abc import Iterator

import pytest
from opentelemetry import propagate

from core.base.database import Database
from core.base.settings import Settings
from core.base.traces import span, was_told_of
from core.gateways.open_telemetry import Traces
from core.gateways.traced import TracedGateway
from core.payments.gateway import CannotClose, ChargeRequest, GatewayState, GatewayUnavailable, RefundRequest
from core.services import midtrans
from tests.running_simulator import Simulator
from tests.traces.collector import Collector, facts, open_collector

FIRST, SECOND = "K01HZX3J5Q8W9R2T4V6Y8Z0A1BCQ", "K01HZX3J5Q8W9R2T4V6Y8Z0A1BDQ"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with open_collector() as collector:
        yield collector


@pytest.fixture
def traces(collector: Collector, database: Database) -> Iterator[Traces]:
    traces = Traces(collector.settings, database.engine)
    yield traces
    traces.close()


def _wish(reference: str) -> ChargeRequest:
    return ChargeRequest(reference, 7_000, (("Es Teh", 7_000, 1),), 900)


def test_every_call_is_told_with_how_it_ended(collector: Collector, traces: Traces, simulator: Simulator) -> None:
    gateway = TracedGateway(midtrans(Settings(_env_file=None, midtrans_core_url=simulator.url)))

    charge = gateway.charge(_wish(FIRST))
    assert gateway.fetch_qr(charge.transaction_id) == charge.qr_text
    simulator.pay(FIRST)
    assert gateway.fetch_report(FIRST).state is GatewayState.SETTLED
    gateway.refund(RefundRequest(FIRST, "refund-1", 7_000, "returned"))
    with pytest.raises(CannotClose):
        gateway.cancel(FIRST)
    gateway.charge(_wish(SECOND))
    gateway.expire(SECOND)
    simulator.misbehave({"call": "status", "kind": "http_500", "count": 1})
    with pytest.raises(GatewayUnavailable):
        gateway.fetch_report(SECOND)
    traces.provider.force_flush()

    calls = [(span.name, facts(span)) for span in collector.spans if span.name.startswith("gateway.")]
    assert calls == [
        ("gateway.charge", {"meja.reference": FIRST}),
        ("gateway.qr", {}),
        ("gateway.status", {"meja.reference": FIRST, "meja.state": "settled"}),
        ("gateway.refund", {"meja.reference": FIRST}),
        ("gateway.cancel", {"meja.reference": FIRST, "error.type": "CannotClose"}),
        ("gateway.charge", {"meja.reference": SECOND}),
        ("gateway.expire", {"meja.reference": SECOND}),
        ("gateway.status", {"meja.reference": SECOND, "meja.reason": "unreadable", "error.type": "GatewayUnavailable"}),
    ]


def test_of_more_notifications_than_it_remembers_the_oldest_is_forgotten(collector: Collector, traces: Traces) -> None:
    references = [f"K{number}" for number in range(1025)]
    for reference in references:
        with span("webhook"):
            was_told_of(reference)
    for reference in (references[0], references[1], references[-1]):
        with span("look", follows=reference):
            pass
    traces.provider.force_flush()

    assert [len(look.links) for look in collector.named("look")] == [0, 1, 1]


def test_a_notification_outside_of_any_span_is_followed_by_a_look_without_a_link(
    collector: Collector, traces: Traces
) -> None:
    was_told_of("K1")
    with span("look", follows="K1"):
        pass
    traces.provider.force_flush()

    assert [len(look.links) for look in collector.named("look")] == [0]


def test_a_look_may_lead_nobody_and_follow_nobody_over_the_network(traces: Traces) -> None:
    carrier = {"traceparent": "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"}
    assert not propagate.extract(carrier)
    with span("look"):
        told: dict[str, str] = {}
        propagate.inject(told)

    assert (told, propagate.get_global_textmap().fields) == ({}, set())


def test_what_the_owner_set_of_the_library_is_as_before_when_it_has_been_set_up(
    collector: Collector, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "database")
    before = dict(os.environ)

    Traces(collector.settings, database.engine).close()

    assert dict(os.environ) == before
