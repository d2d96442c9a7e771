"""The log tells facts with their ids, and no secret ever."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
import structlog
from starlette.testclient import TestClient

from core.base.settings import Settings
from core.web.logs import configure_logging, redact
from tests.shop import Shop, notification
from tests.web.loggers import forget_logging
from tests.web.patience import soon

KEY = "SB-Mid-server-Abc123_xyz"
SIGNATURE = "ab" * 64
QR = "00020101021226620014COM.GO-JEK.WWW011993600914300000000000520458125303360540547500"


@pytest.fixture(autouse=True)
def logging_as_json(tmp_path: Path) -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    forget_logging()
    configure_logging(Settings(_env_file=None, log_format="json", data_dir=tmp_path))
    yield
    root.handlers, root.level = before[0], before[1]
    forget_logging()


@pytest.mark.parametrize(
    "text",
    [
        f"401 from gateway with key {KEY}",
        f"wrong signature {SIGNATURE}",
        f"drawing {QR}",
        f"sent Basic {'QWxhZGRpbjpvcGVuIHNlc2FtZQ=='}",
        "Cookie: meja_sid=abcdefghijklmnopqrstuv; meja_guest=abc.def",
        "Cookie: meja_kiosk=abcdefghijklmnopqrstuv",
        "/t/AbCdEfGhIjKlMnOpQrStUv/basket",
        "cannot reach postgresql+psycopg://meja:a-password@db/meja",
        "cannot reach postgresql+psycopg://meja:with/a-password@db/meja",
        "cannot reach postgresql+psycopg://meja:with@a-password@db/meja",
        "cannot reach redis://:a-password@127.0.0.1:6379/0",
        "cannot reach postgresql://db/meja?user=meja&password=a-password",
        "authorization: bearer abcdefghijklmnopqrstuv",
        "authorization=Bearer%20abcdefghijklmnopqrstuv",
        "Cookie: __Host-meja_half=abcdefghijklmnopqrstuv; __Host-meja_station=abcdefghijklmnopqrstuv",
        "asked with meja_" + "abcdefghij" + "k" * 33,
    ],
)
def test_a_secret_with_a_shape_is_taken_out_of_any_text(text: str) -> None:
    told = redact(text)

    assert "[hidden]" in told
    for secret in (KEY, SIGNATURE, QR, "QWxhZG", "abcdefghij", "AbCdEfGhIj", "a-password"):
        assert secret not in told


def test_what_is_no_secret_stays() -> None:
    line = "order qqGTW6RtPWaL3NLzlGcorA of K01HZX3J5Q8W9R2T4V6Y8Z0A1BCQ paid Rp47.500"

    assert redact(line) == line


def test_fields_with_secret_names_are_hidden_whatever_they_hold(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info(
        "fact", order="A17", server_key="abc", pin="246810", cookie="c", qr_text="q", body="b", signature="s", token="t"
    )

    line = json.loads(capsys.readouterr().out)
    assert line["order"] == "A17"
    for name in ("server_key", "pin", "cookie", "qr_text", "body", "signature", "token"):
        assert line[name] == "[hidden]"


def test_a_secret_is_hidden_however_deep_it_lies(capsys: pytest.CaptureFixture[str]) -> None:
    address = "postgresql+psycopg://meja:a-password@db/meja"

    structlog.get_logger().info(
        "fact",
        error=ValueError(address),
        lines=[address, {"password": "a-password"}],
        told={"url": address, "pin": 246810, "amount": 47_500, "paid": True},
        raw_bytes=address.encode(),
    )

    said = capsys.readouterr().out
    assert "a-password" not in said
    assert "246810" not in said
    assert json.loads(said)["told"] == {
        "url": "postgresql+psycopg://[hidden]@db/meja",
        "pin": "[hidden]",
        "amount": 47_500,
        "paid": True,
    }


def test_what_the_settings_hold_is_known_by_sight(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    secrets: dict[str, Any] = {
        "secret_key": "no shape of its own at all, and long",
        "midtrans_server_key": "another-of-no-shape",
        "metrics_token": "token (with) regex.*",
        "database_url": "postgresql+psycopg://meja:p%40ss-word%21@db/meja",
        "redis_url": "redis://:redis-word@db:6379/0",
    }
    forget_logging()
    configure_logging(Settings(_env_file=None, log_format="json", data_dir=tmp_path, **secrets))

    structlog.get_logger().warning("p@ss-word! redis-word", told=list(secrets.values()))

    said = capsys.readouterr().out
    for secret in ("no shape", "another-of", "regex", "p@ss", "p%40ss", "redis-word"):
        assert secret not in said, secret


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_nobody_writes_on_the_operators_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, log_format: Literal["json", "console"]
) -> None:
    """A path may hold any character: one could colour, clear or rename the terminal, or make up a line of its own."""
    forget_logging()
    configure_logging(Settings(_env_file=None, log_format=log_format, data_dir=tmp_path))

    structlog.get_logger().info("request", path="/\x1b[2J\x9b31m\x07\r\nrequest forged=1")

    said = capsys.readouterr().out
    assert not {"\x1b", "\x9b", "\x07", "\r"} & set(said)
    assert len(said.splitlines()) == 1


def test_a_traceback_shows_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    canary = "a-value-in-a-variable"
    message = f"refused with {KEY} {len(canary)}"
    try:
        raise RuntimeError(message)
    except RuntimeError:
        logging.getLogger("a.library").exception("it failed")

    told = capsys.readouterr().out
    assert "RuntimeError" in told
    assert KEY not in told
    assert canary not in told


def test_a_request_is_one_line_with_its_order(
    client: TestClient, house: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    order = house.order("Es Teh", pay_by="cash")
    capsys.readouterr()

    client.get(f"/orders/{order.uid}?secret=abc", headers={"x-request-id": "request-1234"})

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    line = next(line for line in lines if line["event"] == "request")
    assert (line["request"], line["order"], line["status"]) == ("request-1234", order.uid, 200)
    assert "abc" not in json.dumps(line)


def test_no_canary_of_a_whole_visit_stands_in_the_log(
    client: TestClient, house: Shop, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    order = house.order("Sate Ayam")
    assert soon(lambda: house.attempt(order).qr_text is not None)
    attempt = house.attempt(order)
    body = notification(attempt.reference, attempt.amount, "settlement")
    signature = json.loads(body)["signature_key"]

    client.get(table)
    client.post("/cashier/login", data={"username": "kasir", "password": "canary-password"})
    client.post("/api/v1/webhooks/midtrans", content=body, headers={"content-type": "application/json"})
    client.post(
        "/api/v1/webhooks/midtrans",
        content=body.replace(signature.encode(), SIGNATURE.encode()),
        headers={"content-type": "application/json"},
    )

    told = capsys.readouterr().out
    assert "request" in told
    for canary in (signature, SIGNATURE, "canary-password", attempt.qr_text, house.tables[0].token, "SB-Mid-server"):
        assert canary
        assert canary not in told


def test_a_full_disk_stops_no_sale(monkeypatch: pytest.MonkeyPatch, client: TestClient) -> None:
    def full(_text: str) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sys.stdout.write", full)

    assert client.get("/nowhere").status_code == 404
