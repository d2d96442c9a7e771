"""What the gateway makes of a charge."""

import re
from datetime import datetime
from typing import Any

import pytest

from tests.simulator import shapes
from tests.simulator.merchant import Merchant

ITEMS = [
    {"id": "MENU-014", "price": 28_000, "quantity": 1, "name": "Nasi Goreng Kampung"},
    {"id": "MENU-031", "price": 7_000, "quantity": 2, "name": "Es Teh Manis"},
    {"id": "SVC", "price": 8_000, "quantity": 1, "name": "Service charge"},
    {"id": "VOUCHER", "price": -2_500, "quantity": 1, "name": "Voucher Mei"},
]


def test_a_qris_charge_is_a_201_inside_http_200(merchant: Merchant) -> None:
    body = {
        "payment_type": "qris",
        "transaction_details": {"order_id": "KIOSK-20260501-0007A", "gross_amount": 47_500},
        "item_details": ITEMS,
        "qris": {"acquirer": "gopay"},
    }

    response = merchant.call("POST", "/v2/charge", body)

    assert response.status_code == 200
    answer = response.json()
    shapes.assert_made_of(answer, shapes.CHARGE)
    assert answer["status_code"] == "201"
    assert answer["status_message"] == "QRIS transaction is created"
    assert answer["gross_amount"] == "47500.00"
    assert answer["transaction_status"] == "pending"
    assert answer["acquirer"] == "gopay"


def test_both_pictures_are_linked_by_ids_of_their_own(merchant: Merchant) -> None:
    answer = merchant.charge()

    plain, framed = answer["actions"]
    assert plain == {
        "name": "generate-qr-code",
        "method": "GET",
        "url": f"{merchant.url}/v2/qris/{answer['transaction_id']}/qr-code",
    }
    assert framed["name"] == "generate-qr-code-v2"
    assert re.fullmatch(rf"{merchant.url}/v4/qris/A1\w+ID/qr-code", framed["url"])
    assert answer["transaction_id"] not in framed["url"]


def test_shopeepay_charges_have_no_qr_text_unless_switched_on(merchant: Merchant) -> None:
    usual = merchant.charge("A-1", 47_500, qris={"acquirer": "airpay shopee"})
    merchant.settings(shopeepay_qr_string=True)
    full = merchant.charge("A-2", 47_500, qris={"acquirer": "airpay shopee"})

    shapes.assert_made_of(usual, shapes.SHOPEE_CHARGE)
    shapes.assert_made_of(full, shapes.CHARGE)
    assert len(usual["actions"]) == 1
    assert "ID.CO.SHOPEE.WWW" in full["qr_string"]


def test_a_code_lives_fifteen_minutes_unless_asked_otherwise(merchant: Merchant) -> None:
    usual = merchant.charge("A-1")
    short = merchant.charge("A-2", 47_500, custom_expiry={"expiry_duration": 30, "unit": "second"})
    endless = merchant.charge("A-3", 47_500, custom_expiry={"expiry_duration": 90, "unit": "day"})

    assert _life(usual) == 15 * 60
    assert _life(short) == 30
    assert _life(endless) == 7 * 86_400


def test_an_old_order_time_shortens_the_life_of_a_code(merchant: Merchant) -> None:
    merchant.freeze("2026-05-01T12:35:05+07:00")
    expiry = {"order_time": "2026-05-01 12:30:05 +0700", "expiry_duration": 15, "unit": "minute"}

    answer = merchant.charge("A-1", 47_500, custom_expiry=expiry)

    assert answer["transaction_time"] == "2026-05-01 12:35:05"
    assert answer["expiry_time"] == "2026-05-01 12:45:05"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"item_details": ITEMS[:1]}, "transaction_details.gross_amount is not equal to the sum of item_details"),
        ({"item_details": "soup"}, "item_details must be a list"),
        ({"item_details": [7]}, "item_details[0] must be an object"),
        ({"item_details": [{"price": 1, "quantity": 0, "name": "x"}]}, "item_details[0].quantity must be greater"),
        ({"item_details": [{"quantity": 1, "name": "x"}]}, "item_details[0].price is required"),
        ({"item_details": [{"price": 1, "quantity": 1}]}, "item_details[0].name is required"),
        ({"item_details": [{"price": 1, "quantity": 1, "name": "x" * 51}]}, "item_details[0].name size"),
        ({"transaction_details": {"order_id": "A/1", "gross_amount": 1}}, "order_id contains unsupported characters"),
        ({"transaction_details": {"order_id": "A" * 51, "gross_amount": 1}}, "order_id size must be between 1 and 50"),
        ({"transaction_details": {"gross_amount": 1}}, "transaction_details.order_id is required"),
        ({"transaction_details": {"order_id": "A-1"}}, "transaction_details.gross_amount is required"),
        ({"transaction_details": {"order_id": "A-1", "gross_amount": 0}}, "greater than or equal to 1"),
        ({"transaction_details": {"order_id": "A-1", "gross_amount": 1.5}}, "gross_amount must be an integer"),
        ({"transaction_details": {"order_id": "A-1", "gross_amount": 10_000_001}}, "less than or equal to 10000000"),
        ({"transaction_details": None}, "transaction_details is required"),
        ({"payment_type": None}, "payment_type is required"),
        ({"payment_type": "barter"}, "payment_type is not supported"),
        ({"qris": {}}, "qris.acquirer is required"),
        ({"qris": {"acquirer": "nobody"}}, "qris.acquirer is not supported"),
        ({"custom_expiry": {"expiry_duration": 19, "unit": "second"}}, "custom_expiry is below minimum threshold"),
        ({"custom_expiry": {"expiry_duration": "soon"}}, "custom_expiry.expiry_duration must be a positive number"),
        ({"custom_expiry": {"expiry_duration": 5, "unit": "moon"}}, "custom_expiry.unit must be one of"),
        ({"custom_expiry": {"order_time": "now", "expiry_duration": 5}}, "custom_expiry.order_time must have"),
        ({"custom_expiry": "later"}, "custom_expiry must be an object"),
        ({"custom_field1": "x" * 256}, "custom_field1 size must be between 0 and 255"),
        ({"customer_details": {"email": "x" * 256}}, "customer_details.email size must be between 0 and 255"),
        ({"customer_details": "me"}, "customer_details must be an object"),
    ],
)
def test_a_payload_with_a_mistake_is_a_real_http_400(merchant: Merchant, fields: dict[str, Any], problem: str) -> None:
    body = {
        "payment_type": "qris",
        "transaction_details": {"order_id": "A-1", "gross_amount": 47_500},
        **fields,
    }

    response = merchant.call("POST", "/v2/charge", body)

    assert response.status_code == 400
    shapes.assert_made_of(response.json(), shapes.ERROR | {"validation_messages"})
    assert response.json()["status_code"] == "400"
    assert problem in response.json()["validation_messages"][0]


def test_a_switched_off_channel_is_a_402_inside_http_200(merchant: Merchant) -> None:
    merchant.settings(channels=["credit_card"])

    response = merchant.call("POST", "/v2/charge", _minimal())

    assert response.status_code == 200
    shapes.assert_made_of(response.json(), shapes.ERROR)
    assert response.json()["status_code"] == "402"


def test_an_order_id_is_taken_while_pending_or_paid_and_free_after_cancel_or_expiry(merchant: Merchant) -> None:
    assert merchant.charge()["status_code"] == "201"
    assert merchant.charge()["status_code"] == "406"
    merchant.post("A-1", "cancel")
    assert merchant.charge()["status_code"] == "201"
    merchant.post("A-1", "expire")
    last = merchant.charge()
    merchant.pay()

    assert merchant.charge()["status_code"] == "406"
    assert merchant.status()["transaction_id"] == last["transaction_id"]
    assert [row["charges"] for row in merchant.book()["transactions"]] == [3, 3, 3]


@pytest.mark.parametrize(("body", "code"), [(b"null", "500"), (b"", "500"), (b'{"payment_type":', "413")])
def test_a_body_that_is_none_is_an_error_inside_http_200(merchant: Merchant, body: bytes, code: str) -> None:
    response = merchant.call("POST", "/v2/charge", data=body)

    assert response.status_code == 200
    shapes.assert_made_of(response.json(), shapes.ERROR)
    assert response.json()["status_code"] == code


def test_a_body_too_large_to_read_is_malformed(merchant: Merchant) -> None:
    response = merchant.call("POST", "/v2/charge", {"metadata": {"note": "x" * 300_000}})

    assert response.json()["status_code"] == "413"


@pytest.mark.parametrize("auth", [("SB-Mid-server-WRONG", ""), ("", ""), None, ("Bearer", "x")])
def test_a_wrong_server_key_is_a_real_http_401(merchant: Merchant, auth: tuple[str, str] | None) -> None:
    response = merchant.call("POST", "/v2/charge", _minimal(), auth=auth)

    assert response.status_code == 401
    shapes.assert_made_of(response.json(), shapes.ERROR)
    assert response.json()["status_code"] == "401"


def test_a_server_key_with_a_password_beside_it_is_accepted(merchant: Merchant) -> None:
    response = merchant.call("POST", "/v2/charge", _minimal(), auth=(merchant.server_key, "anything"))

    assert response.json()["status_code"] == "201"


def test_a_caller_that_takes_no_json_is_a_403(merchant: Merchant) -> None:
    response = merchant.call("POST", "/v2/charge", _minimal(), headers={"accept": "text/html"})

    assert (response.status_code, response.json()["status_code"]) == (403, "403")


def test_a_wrong_method_is_a_405(merchant: Merchant) -> None:
    response = merchant.call("GET", "/v2/charge")

    assert (response.status_code, response.json()["status_code"]) == (405, "405")


@pytest.mark.parametrize("path", ["/v2/A/B/status", "/v2/A%2FB/status", "/v2/charge/"])
def test_an_address_that_is_none_answers_in_another_shape(merchant: Merchant, path: str) -> None:
    response = merchant.call("GET", path)

    assert response.status_code == 404
    answer = response.json()
    assert set(answer) == {"timestamp", "status", "error", "message", "path"}
    assert (answer["status"], answer["error"]) == (404, "Not Found")


def test_answers_allow_no_other_site_to_read_them(merchant: Merchant) -> None:
    response = merchant.call("POST", "/v2/charge", _minimal(), headers={"origin": "https://shop.example.com"})

    assert not [name for name in response.headers if name.lower().startswith("access-control")]


def _minimal() -> dict[str, Any]:
    return {"payment_type": "qris", "transaction_details": {"order_id": "A-1", "gross_amount": 47_500}}


def _life(answer: dict[str, str]) -> float:
    start, end = (datetime.fromisoformat(answer[name]) for name in ("transaction_time", "expiry_time"))
    return (end - start).total_seconds()
