"""A gateway whose calls leave spans is the same gateway, and each of its calls is told with our order id."""

from collections.abc import Iterator

import pytest

from core.base.database import Database
from core.base.settings import Settings
from core.gateways.open_telemetry import Traces
from core.gateways.traced import TracedGateway
from core.payments.gateway import CannotClose, ChargeRequest, GatewayState, GatewayUnavailable, RefundRequest
from core.services import midtrans
from tests.running_simulator import Simulator
from tests.traces.collector import ENDPOINT, Collector, facts, open_collector

FIRST, SECOND = "K01HZX3J5Q8W9R2T4V6Y8Z0A1BCQ", "K01HZX3J5Q8W9R2T4V6Y8Z0A1BDQ"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with open_collector() as collector:
        yield collector


def _wish(reference: str) -> ChargeRequest:
    return ChargeRequest(reference, 7_000, (("Es Teh", 7_000, 1),), 900)


def test_every_call_is_told_with_how_it_ended(collector: Collector, database: Database, simulator: Simulator) -> None:
    traces = Traces(Settings(_env_file=None, **{ENDPOINT: collector.address}), database.engine)
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
    traces.close()

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
