"""The control surface: who may use it, and what else it tells."""

import asyncio
import json
from datetime import datetime
from typing import Any

import pytest

from simulator.app import create_app
from tests.simulator.merchant import Merchant


@pytest.mark.parametrize(
    ("client", "status"),
    [(("127.0.0.1", 1), 200), (("::1", 1), 200), (("203.0.113.5", 1), 403), (("phone", 1), 403), (None, 403)],
)
def test_only_this_machine_controls_the_simulator(client: tuple[str, int] | None, status: int) -> None:
    assert asyncio.run(_asked_from(client)) == status


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example.com"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
def test_no_other_sites_page_controls_the_simulator(merchant: Merchant, headers: dict[str, str]) -> None:
    response = merchant.call("POST", "/simulator/reset", headers=headers)

    assert response.status_code == 403


def test_its_own_page_does(merchant: Merchant) -> None:
    assert merchant.call("POST", "/simulator/reset", headers={"origin": merchant.url}).status_code == 200


def test_a_transaction_is_told_in_whole_rupiah(merchant: Merchant) -> None:
    merchant.charge("A-1", 47_500)
    merchant.pay("A-1", issuer="dana")
    merchant.post("A-1", "refund", {"refund_key": "R1", "amount": 7_000})

    told = merchant.control("GET", "/transactions/A-1")

    assert (told["gross_amount"], told["settled"], told["refunded"]) == (47_500, 47_500, 7_000)
    assert told["refunds"] == [{"refund_key": "R1", "amount": 7_000, "reason": "", "is_confirmed": False}]
    assert datetime.fromisoformat(told["expires_at"]).tzinfo is not None
    assert merchant.control("GET", "/transactions")["transactions"] == [told]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/transactions/nobody", None, 404),
        ("POST", "/transactions/nobody/pay", {}, 404),
        ("POST", "/transactions/A-1/pay", {"amount": 0}, 400),
        ("POST", "/transactions/A-1/pay", {"amount": "1"}, 400),
        ("POST", "/transactions/A-1/pay", {"late": "yes"}, 400),
        ("POST", "/transactions/A-1/pay", {"issuer": 7}, 400),
        ("POST", "/transactions/A-1/pay", ["all"], 400),
        ("POST", "/transactions/A-1/chargeback", {}, 409),
        ("POST", "/transactions/A-1/deny", {"reversal": True}, 409),
        ("PUT", "/settings", {"colour": "red"}, 400),
        ("PUT", "/settings", {"muted": "pending"}, 400),
        ("PUT", "/settings", {"notifications_enabled": 1}, 400),
        ("PUT", "/settings", {"expiry_lag_seconds": -1}, 400),
        ("PUT", "/settings", {"refund_balance": "all"}, 400),
        ("PUT", "/settings", {"notify_url": 7}, 400),
        ("PUT", "/clock", {"freeze": "tomorrow"}, 400),
        ("PUT", "/clock", {"freeze": "2026-05-01T12:00:00"}, 400),
        ("PUT", "/clock", {"advance_seconds": "1"}, 400),
        ("PUT", "/clock", {"scale": 0}, 400),
        ("PUT", "/clock", {"speed": 2}, 400),
        ("GET", "/nowhere", None, 404),
    ],
)
def test_a_control_call_that_makes_no_sense_is_refused(
    merchant: Merchant, method: str, path: str, body: object, status: int
) -> None:
    merchant.charge()

    response = merchant.call(method, f"/simulator{path}", body)

    assert response.status_code == status
    assert response.json()["error"]
    assert merchant.status()["transaction_status"] == "pending"


def test_a_body_that_is_no_json_is_refused(merchant: Merchant) -> None:
    assert merchant.call("PUT", "/simulator/settings", data=b"{").status_code == 400


def test_the_journal_tells_every_call_and_counts_charges(merchant: Merchant) -> None:
    merchant.charge("A-1")
    merchant.charge("A-1")
    merchant.charge("A-2")
    merchant.status("A-1")
    merchant.call("GET", "/v2/token", params={"client_key": "x"}, auth=None)

    journal = merchant.control("GET", "/journal")

    assert journal["charges"] == {"A-1": 2, "A-2": 1}
    assert journal["calls"] == {"charge": 3, "status": 1, "card_token": 1}
    assert [each["number"] for each in journal["entries"]] == [1, 2, 3, 4, 5]
    first, second = merchant.control("GET", "/journal?call=charge&order_id=A-1")["entries"]
    assert (first["answer"]["status_code"], second["answer"]["status_code"]) == ("201", "406")
    assert first["request"]["payment_type"] == "qris"


def test_a_frozen_clock_stands_until_it_is_moved_or_thawed(merchant: Merchant) -> None:
    merchant.freeze("2026-05-01T12:00:00+07:00")
    merchant.advance(60)
    charged = merchant.charge()
    frozen = merchant.control("GET", "/clock")
    merchant.freeze(at=False)

    thawed = merchant.control("GET", "/clock")

    assert charged["transaction_time"] == "2026-05-01 12:01:00"
    assert (frozen["is_frozen"], frozen["now"]) == (True, "2026-05-01T12:01:00+07:00")
    assert not thawed["is_frozen"]
    assert thawed["now"].startswith("2026-05-01T05:01:0")


def test_settings_are_told_and_reset(merchant: Merchant) -> None:
    merchant.settings(refund_balance=1_000, channels=[])
    merchant.control("POST", "/reset")

    settings = merchant.control("GET", "/settings")

    assert settings["refund_balance"] is None
    assert settings["channels"] == ["qris", "credit_card", "bank_transfer"]


async def _asked_from(client: tuple[str, int] | None) -> int:
    """Ask the app itself, as a server would for a caller from this address."""
    answered: list[dict[str, Any]] = []
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/simulator/book",
        "raw_path": b"/simulator/book",
        "root_path": "",
        "query_string": b"",
        "headers": [],
        "client": client,
        "server": ("127.0.0.1", 8100),
        "scheme": "http",
        "http_version": "1.1",
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        answered.append(message)

    await create_app()(scope, receive, send)
    assert json.loads(answered[1]["body"])
    return int(answered[0]["status"])
