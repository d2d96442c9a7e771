"""An evening with secrets that are known by sight, before a collector: it is told what happened, and none of them."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from opentelemetry.trace import Status, StatusCode
from sqlalchemy import select, text, update

from core.base.database import Database
from core.gateways.open_telemetry import Traces
from core.outlets.models import Table
from core.payments.models import GatewayMessage
from tests.printing.printer import open_printer, put_up
from tests.running_program import Program, running_program
from tests.running_simulator import running_simulator
from tests.shop import CASHIER, Shop, notification
from tests.traces.collector import ENDPOINT, Collector, facts, names, open_collector
from tests.web.patience import soon

STRANGER = "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"


@dataclass
class Canaries:
    """Secrets by what they are, drawn anew."""

    all: dict[str, str] = field(default_factory=dict)

    def make(self, name: str, before: str = "") -> str:
        self.all[name] = before + "canary" + secrets.token_hex(6)
        return self.all[name]


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with open_collector() as collector:
        yield collector


def _evening(program: Program, canaries: Canaries) -> str:
    """Order, pay and be found out about, with a secret wherever one fits; gives the payment's reference."""
    token = canaries.make("table")
    with program.core.db.write() as session:
        session.execute(update(Table).where(Table.id == program.shop.tables[0].id).values(token=token))
    guest = requests.Session()
    guest.headers.update(
        {
            "User-Agent": canaries.make("user agent"),
            "Cookie": f"meja_guest={canaries.make('cookie')}",
            "Authorization": f"Bearer {canaries.make('bearer')}",
            "traceparent": STRANGER,
            "tracestate": f"vendor={canaries.make('trace state')}",
            "baggage": f"who={canaries.make('baggage')}",
        }
    )
    guest.get(f"{program.url}/t/{token}?why={canaries.make('query')}", timeout=30)
    order = _placed(program, guest, canaries, token)
    wish = {"order_id": order, "customer_details": {"phone": canaries.make("phone", "+62"), "email": "a@b.id"}}
    guest.post(f"{program.url}/api/v1/payments/qris", json=wish, timeout=30)
    look = f"{program.url}/api/v1/orders/{order}"
    assert soon(lambda: guest.get(look, timeout=30).json()["payment"]["state"] == "live")
    payment = guest.get(look, timeout=30).json()["payment"]
    canaries.all["QR"] = payment["qr_string"]
    program.simulator.pay(payment["reference"])
    assert soon(lambda: guest.get(look, timeout=30).json()["payment_status"] == "paid")
    _strangers(program, guest, canaries)
    with program.core.db.read() as session:
        raws = session.scalars(select(GatewayMessage.raw)).all()
    assert raws
    canaries.all |= {f"signature {n}": json.loads(raw)["signature_key"] for n, raw in enumerate(raws)}
    return str(payment["reference"])


def _placed(program: Program, guest: requests.Session, canaries: Canaries, token: str) -> str:
    line = {"dish_id": program.shop.dishes["Es Teh"].id, "quantity": 1, "note": canaries.make("note")}
    wish: dict[str, Any] = {
        "table_token": token,
        "lines": [line],
        "payment_method": "qris",
        "customer_name": canaries.make("name"),
    }
    key = {"Idempotency-Key": canaries.make("once-only key")}
    answer = guest.post(f"{program.url}/api/v1/orders", json=wish, headers=key, timeout=30)
    assert answer.status_code == 201, answer.text
    canaries.all["order"] = answer.json()["order_uid"]
    return canaries.all["order"]


def _strangers(program: Program, guest: requests.Session, canaries: Canaries) -> None:
    guest.get(f"{program.url}/t/{canaries.make('wrong table')}", timeout=30)
    guest.get(f"{program.url}/{canaries.make('path')}", headers={"Host": canaries.make("host") + ":80"}, timeout=30)
    guest.request(canaries.make("method").upper(), f"{program.url}/", timeout=30)
    login = {"username": "kasir", "password": canaries.make("password")}
    guest.post(f"{program.url}/cashier/login", data=login, timeout=30)
    forged = notification("K0000000000000000000000000Q", 1000, "settlement", key=canaries.make("stranger's key"))
    for body in (forged, forged[:-5] + canaries.make("half a body").encode()):
        headers = {"Content-Type": "application/json"}
        assert not guest.post(f"{program.url}/api/v1/webhooks/midtrans", data=body, headers=headers, timeout=30).ok
    program.simulator.misbehave({"call": "charge", "kind": "drop_answer", "count": 1})
    _placed(program, guest, canaries, canaries.all["table"])


def test_no_secret_of_an_evening_reaches_the_collector(
    database_url: str, canaries: Canaries, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What FastAPI would send by itself is told to send as well.
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv(ENDPOINT, collector.address)
    monkeypatch.setenv("OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST", ".*")
    key = canaries.make("server key", "SB-Mid-server-")
    with (
        running_simulator(server_key=key) as simulator,
        running_program(database_url, simulator, midtrans_server_key=key) as program,
    ):
        _evening(program, canaries)

    assert set(collector.paths) == {"/v1/traces"}
    told = b"\0".join([*collector.bodies, *(head.encode() for head in collector.heads)])
    assert [name for name, canary in canaries.all.items() if canary.lower().encode() in told.lower()] == []
    assert STRANGER.split("-")[1].encode() not in told
    assert bytes.fromhex(STRANGER.split("-")[1]) not in told
    assert {name for span in collector.spans for name in facts(span)} <= {
        *("http.request.method", "http.response.status_code", "http.route", "error.type", "db.system.name"),
        *("meja.reference", "meja.tries", "meja.state", "meja.outcome", "meja.reason"),
    }
    assert [span.name for span in collector.spans if span.events or span.status.message or span.trace_state] == []


def test_spans_have_the_names_of_routes_and_hang_together(
    database_url: str, canaries: Canaries, collector: Collector
) -> None:
    named: dict[str, Any] = {ENDPOINT: f"{collector.address}/"}
    with running_simulator() as simulator, running_program(database_url, simulator, **named) as program:
        reference = _evening(program, canaries)

    (menu,) = [span for span in collector.named("GET /t/{token}") if facts(span)["http.response.status_code"] == 200]
    assert facts(menu)["http.route"] == "/t/{token}"
    assert {"BEGIN", "SELECT tables"} & names(collector.children(menu))
    known = {span.span_id for span in collector.spans}
    assert [span.name for span in collector.spans if span.parent_span_id and span.parent_span_id not in known] == []
    asked = [span for span in collector.spans if span.name.startswith(("GET /", "POST /"))]
    assert {span.parent_span_id for span in asked} == {b""}
    jobs = [span for span in collector.named("worker.attempt") if facts(span)["meja.reference"] == reference]
    assert "gateway.charge" in names(collector.children(jobs[0]))
    (paid,) = [span for span in collector.named("settlement") if facts(span)["meja.outcome"] == "applied"]
    (job,) = [span for span in jobs if span.span_id == paid.parent_span_id]
    (status,) = [span for span in collector.children(job) if span.name == "gateway.status"]
    assert facts(status) == {"meja.reference": reference, "meja.state": "settled", "meja.tries": 1}
    assert [facts(call) for call in collector.children(status)] == [
        {"http.request.method": "GET", "http.response.status_code": 200}
    ]
    (heard,) = [span for span in collector.named("notification") if span.span_id == job.links[0].span_id]
    assert facts(heard)["meja.reference"] == reference
    assert "INSERT gateway_messages" in names(collector.children(heard))
    assert {facts(span)["error.type"] for span in collector.named("gateway.charge") if span.status.code} == {
        "GatewayUnavailable"
    }


def test_a_slip_leaves_a_span_of_which_printer_and_kind(shop: Shop, collector: Collector) -> None:
    traces = Traces(collector.settings, shop.core.db.engine)
    with open_printer() as device:
        printer = put_up(shop, device, prints_kitchen=True)
        order = shop.order("Sate Ayam", pay_by="cash")
        shop.core.cash.take(order.uid, order.cash_total, CASHIER)

        shop.core.printing.sweep_once()
    traces.close()

    (slip,) = collector.named("printing")
    assert facts(slip) == {"meja.printer": printer.uid, "meja.kind": "kitchen", "meja.tries": 1}


def test_nothing_that_is_not_listed_is_told_of_any_span(database: Database, collector: Collector) -> None:
    traces = Traces(collector.settings, database.engine)
    tracer = traces.provider.get_tracer("of a library")
    with tracer.start_as_current_span("work", attributes={"url.path": "canary", "db.query.text": "canary"}) as span:
        span.record_exception(ValueError("canary"))
        span.set_status(Status(StatusCode.ERROR, "canary"))
        span.set_attribute("http.route", "/" + "x" * 500)
        with database.read() as session, pytest.raises(Exception, match="canary"):
            session.execute(text("SELECT :secret FROM canary"), {"secret": "canary"})
    traces.close()

    assert [body for body in collector.bodies if b"canary" in body] == []
    (work,) = collector.named("work")
    assert len(facts(work)["http.route"]) == 120
    failed = [child for child in collector.children(work) if child.status.code]
    assert [(child.name, "error.type" in facts(child)) for child in failed] == [("SELECT", True)]


def test_what_nobody_traced_asks_for_leaves_no_span(database: Database, collector: Collector) -> None:
    traces = Traces(collector.settings, database.engine)
    with database.read() as session:
        session.execute(text("SELECT 1"))
    traces.close()

    assert collector.spans == []
