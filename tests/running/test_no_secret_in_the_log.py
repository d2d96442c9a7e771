"""A whole evening with secrets that are known by sight: none of them stands in the log, in either form."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select, update
from sqlalchemy.engine import make_url

from core.base.settings import Settings
from core.migrations import upgrade
from core.payments.models import Attempt, GatewayMessage
from core.services import open_services
from core.staff.models import StaffMember
from core.staff.secrets import hash_secret
from tests.chaos.serving import Copy, copy_of_the_program, running_gateway
from tests.running_simulator import Simulator
from tests.shop import Shop, TestClock, furnish, notification
from tests.web.patience import soon

WITHIN = 120
WEBHOOK = "/api/v1/webhooks/midtrans"


@dataclass
class Canaries:
    """Secrets by what they are; each is drawn anew, so that it stands nowhere by chance."""

    of_settings: dict[str, str] = field(default_factory=dict)
    all: dict[str, str] = field(default_factory=dict)

    def make(self, name: str, before: str = "") -> str:
        self.all[name] = before + "canary" + secrets.token_hex(12)
        return self.all[name]


@pytest.fixture(params=["json", "console"])
def log_format(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def canaries() -> Canaries:
    canaries = Canaries()
    canaries.of_settings = {
        "midtrans_server_key": canaries.make("server key", "SB-Mid-server-"),
        "midtrans_client_key": canaries.make("client key", "SB-Mid-client-"),
        "midtrans_signature_key": canaries.make("signature key"),
        "midtrans_old_signature_key": canaries.make("old signature key"),
        "secret_key": canaries.make("secret key"),
        "metrics_token": canaries.make("metrics token"),
    }
    return canaries


@pytest.fixture
def shop(postgres_url: str, tmp_path: Path, canaries: Canaries) -> Iterator[Shop]:
    upgrade(postgres_url)
    keys = ("--server-key", canaries.all["server key"], "--signature-key", canaries.all["signature key"])
    with running_gateway(tmp_path, *keys) as gateway:
        core = open_services(
            Settings(_env_file=None, database_url=postgres_url, midtrans_core_url=gateway.simulator.url)
        )
        shop = Shop(core, gateway.simulator, TestClock())
        furnish(shop)
        with core.db.write() as session:
            hashes = {
                "password_hash": hash_secret(canaries.make("password")),
                "pin_hash": hash_secret("905172"),
            }
            session.execute(update(StaffMember).values(**hashes))
        yield shop
        core.close()


@pytest.fixture
def copy(shop: Shop, postgres_url: str, tmp_path: Path, canaries: Canaries, log_format: str) -> Iterator[Copy]:
    url = make_url(postgres_url).set(password=canaries.make("database password"))
    copy = copy_of_the_program(
        url.render_as_string(hide_password=False),
        shop.simulator.url,
        tmp_path,
        log_format=log_format,
        **canaries.of_settings,
    )
    yield copy
    copy.kill()


def test_no_secret_of_a_whole_evening_stands_in_the_log(
    shop: Shop, copy: Copy, canaries: Canaries, log_format: str
) -> None:
    copy.start()
    shop.simulator.notify(f"{copy.address}{WEBHOOK}")
    _guests_pay(shop, copy, canaries)
    _staff_work(shop, copy, canaries)
    _strangers_try(shop, copy, canaries)
    _the_gateway_misbehaves(shop.simulator, shop, copy)
    copy.terminate()
    _note_what_the_database_holds(shop, canaries)

    said = copy.log.read_text(errors="replace")
    assert '"event": "request"' in said if log_format == "json" else "request " in said
    assert [name for name, canary in canaries.all.items() if canary in said] == []


def _order(shop: Shop, copy: Copy, method: str) -> dict[str, Any]:
    body = {
        "table_token": shop.tables[0].token,
        "lines": [{"dish_id": shop.dishes["Es Teh"].id, "quantity": 1, "option_ids": []}],
        "payment_method": method,
    }
    answer = requests.post(
        f"{copy.address}/api/v1/orders", json=body, headers={"Idempotency-Key": secrets.token_hex(8)}, timeout=30
    )
    assert answer.status_code == 201, answer.text
    order: dict[str, Any] = answer.json()
    return order


def _guests_pay(shop: Shop, copy: Copy, canaries: Canaries) -> None:
    browser = requests.Session()
    browser.get(f"{copy.address}/t/{shop.tables[0].token}", timeout=30)
    canaries.all |= {f"cookie {cookie.name}": cookie.value or "" for cookie in browser.cookies if cookie.value}
    canaries.all["table"] = shop.tables[0].token
    _order(shop, copy, "cash")
    order = _order(shop, copy, "qris")
    look = f"{copy.address}/api/v1/orders/{order['order_uid']}"
    assert soon(lambda: requests.get(look, timeout=30).json()["payment"]["state"] == "live", WITHIN)
    payment = requests.get(look, timeout=30).json()["payment"]
    shop.simulator.pay(payment["reference"])
    assert soon(lambda: requests.get(look, timeout=30).json()["payment_status"] == "paid", WITHIN)


def _staff_work(shop: Shop, copy: Copy, canaries: Canaries) -> None:
    browser = requests.Session()
    wrong = canaries.make("wrong password")
    for password in (wrong, canaries.all["password"]):
        browser.post(f"{copy.address}/cashier/login", data={"username": "kasir", "password": password}, timeout=30)
    assert browser.cookies.get("meja_sid")
    canaries.all["session"] = browser.cookies["meja_sid"]
    browser.get(f"{copy.address}/cashier?secret={canaries.make('query')}", timeout=30)
    browser.post(f"{copy.address}/cashier/switch", data={"pin": "905172"}, timeout=30)
    canaries.all["PIN"] = "905172"


def _strangers_try(shop: Shop, copy: Copy, canaries: Canaries) -> None:
    key, token = canaries.make("stranger's key"), canaries.make("stranger's token")
    requests.get(f"{copy.address}/api/v1/payments", headers={"Authorization": f"Bearer {key}"}, timeout=30)
    requests.get(f"{copy.address}/metrics", headers={"Authorization": f"Bearer {token}"}, timeout=30)
    requests.get(f"{copy.address}/t/{token}", timeout=30)
    body = notification("K0000000000000000000000000Q", 1000, "settlement", key=key)
    canaries.all["stranger's signature"] = json.loads(body)["signature_key"]
    for content in (body, body[:-5], b"{" * 9_000):
        headers = {"Content-Type": "application/json"}
        assert not requests.post(f"{copy.address}{WEBHOOK}", data=content, headers=headers, timeout=30).ok


def _is_decided(look: str) -> bool:
    return bool(requests.get(look, timeout=30).json()["payment"]["state"] != "charging")


def _the_gateway_misbehaves(simulator: Simulator, shop: Shop, copy: Copy) -> None:
    for kind in ("http_500", "half_json", "drop_answer", "corrupt_qr_crc", "redirect"):
        simulator.misbehave({"call": "charge", "kind": kind, "count": 1})
        order = _order(shop, copy, "qris")
        look = f"{copy.address}/api/v1/orders/{order['order_uid']}"
        soon(partial(_is_decided, look), 3)
    simulator.behave()


def _note_what_the_database_holds(shop: Shop, canaries: Canaries) -> None:
    with shop.core.db.read() as session:
        texts = session.scalars(select(Attempt.qr_text).where(Attempt.qr_text.is_not(None))).all()
        messages = session.scalars(select(GatewayMessage.raw)).all()
    assert texts
    assert messages
    canaries.all |= {f"QR {number}": text for number, text in enumerate(texts) if text}
    canaries.all |= {f"signature {number}": json.loads(raw)["signature_key"] for number, raw in enumerate(messages)}
