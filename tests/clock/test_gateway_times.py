"""Midtrans writes times without a zone. They are Jakarta's, in Makassar and Jayapura too."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import requests
from sqlalchemy import update

from core.base.clock import GATEWAY_ZONE
from core.gateways.bounded_session import BoundedSession
from core.gateways.midtrans import Midtrans
from core.outlets.models import Outlet
from tests.shop import Shop

zones = pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
REFERENCE = "K01JZZZZZZZZZZZZZZZZZZZZZZZQ"


class Answering(BoundedSession):
    """A session whose gateway answers each status call with the same times."""

    def request(self, method: str | bytes, url: str | bytes, *_args: object, **_kwargs: object) -> requests.Response:
        body = {
            "status_code": "200",
            "order_id": REFERENCE,
            "transaction_id": "t",
            "transaction_status": "settlement",
            "gross_amount": "28000.00",
            "currency": "IDR",
            "settlement_time": "2026-12-31 23:59:59",
            "expiry_time": "2027-01-01 00:14:59",
        }
        answer = requests.Response()
        answer.status_code = 200
        answer._content = json.dumps(body).encode()
        return answer


@zones
def test_the_gateways_times_are_jakartas_wherever_the_shop_stands(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The machine stands in the shop, and its own zone says nothing about the gateway's.
    monkeypatch.setenv("TZ", zone)
    gateway = Midtrans(
        core_url="http://127.0.0.1:9", server_key="key", client_key="key", acquirer="gopay", session=Answering()
    )

    report = gateway.fetch_report(REFERENCE)

    assert report.paid_at == datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    assert report.expires_at == datetime(2026, 12, 31, 17, 14, 59, tzinfo=UTC)
    assert GATEWAY_ZONE.utcoffset(datetime(2026, 12, 31, tzinfo=UTC)) == timedelta(hours=7)


@zones
def test_a_qr_can_be_paid_for_a_quarter_of_an_hour_in_every_zone(shop: Shop, zone: str) -> None:
    with shop.core.db.write() as session:
        session.execute(update(Outlet).values(zone=zone))
    ordered_at = shop.clock()
    order = shop.order("Sate Ayam")

    expires_at = shop.attempt(order).expires_at
    assert expires_at is not None
    # The gateway counts whole seconds.
    assert abs(expires_at - ordered_at - timedelta(minutes=15)) < timedelta(seconds=5)

    shop.wallet.pays(order)
    paid_at = shop.attempt(order).gateway_paid_at
    assert paid_at is not None
    assert abs(paid_at - ordered_at) < timedelta(seconds=30)
