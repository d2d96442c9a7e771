"""What the gateway's own fraud check has not accepted is not yet money."""

import json
from typing import Any

import pytest
import requests

from core.gateways.bounded_session import BoundedSession
from core.gateways.midtrans import Midtrans

REFERENCE = "K01JZZZZZZZZZZZZZZZZZZZZZZZQ"


class Answering(BoundedSession):
    """A session whose gateway says that the money has come, and what its fraud check thinks of it."""

    def __init__(self, thinks: dict[str, Any]) -> None:
        super().__init__()
        self.thinks = thinks

    def request(self, method: str | bytes, url: str | bytes, *_args: object, **_kwargs: object) -> requests.Response:
        body = {
            "status_code": "200",
            "order_id": REFERENCE,
            "transaction_id": "t",
            "transaction_status": "settlement",
            "gross_amount": "28000.00",
            "currency": "IDR",
        }
        answer = requests.Response()
        answer.status_code = 200
        answer._content = json.dumps(body | self.thinks).encode()
        return answer


@pytest.mark.parametrize(
    ("thinks", "is_trusted"),
    [
        ({}, True),
        ({"fraud_status": "accept"}, True),
        ({"fraud_status": "challenge"}, False),
        ({"fraud_status": "deny"}, False),
        ({"fraud_status": ""}, False),
        ({"fraud_status": None}, False),
        ({"fraud_status": ["accept"]}, False),
    ],
)
def test_only_what_the_fraud_check_accepts_is_trusted(thinks: dict[str, Any], is_trusted: bool) -> None:
    gateway = Midtrans(
        core_url="http://127.0.0.1:9", server_key="key", client_key="key", acquirer="gopay", session=Answering(thinks)
    )
    assert gateway.fetch_report(REFERENCE).is_trusted is is_trusted
