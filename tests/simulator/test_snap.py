"""Snap: the payment page, its API and what it leads to."""

import re
from typing import Any

import pytest

from tests.simulator.merchant import Merchant, Shop, json_of

BODY = {"transaction_details": {"order_id": "S 1:a", "gross_amount": 47_500}}


def opened(merchant: Merchant, **fields: Any) -> tuple[str, str]:
    """Return the token of a new page and its path."""
    answer = merchant.call("POST", "/snap/v1/transactions", {**BODY, **fields}).json()
    return answer["token"], answer["redirect_url"].removeprefix(merchant.url)


def picked(merchant: Merchant, path: str, **form: str) -> int:
    return merchant.call("POST", path, data=form, auth=None).status_code


def test_a_page_is_a_real_http_201_with_token_and_address(merchant: Merchant) -> None:
    response = merchant.call("POST", "/snap/v1/transactions", BODY)

    assert response.status_code == 201
    answer = response.json()
    assert set(answer) == {"token", "redirect_url"}
    assert len(answer["token"]) == 36
    assert answer["redirect_url"] == f"{merchant.url}/snap/v4/redirection/{answer['token']}"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"item_details": [{"price": 1, "quantity": 1, "name": "x"}]}, "is not equal to the sum of item_details"),
        ({"transaction_details": {"gross_amount": 1}}, "transaction_details.order_id is required"),
        ({"transaction_details": "x"}, "transaction_details is required"),
        ({"page_expiry": {"duration": 1, "unit": "moon"}}, "page_expiry is invalid"),
    ],
)
def test_a_mistake_is_told_in_error_messages(merchant: Merchant, fields: dict[str, Any], problem: str) -> None:
    response = merchant.call("POST", "/snap/v1/transactions", {**BODY, **fields})

    assert response.status_code == 400
    assert set(response.json()) == {"error_messages"}
    assert problem in response.json()["error_messages"][0]


def test_a_wrong_key_is_told_in_error_messages(merchant: Merchant) -> None:
    response = merchant.call("POST", "/snap/v1/transactions", BODY, auth=("wrong", ""))

    assert response.status_code == 401
    assert response.json()["error_messages"][0].startswith("Access denied")


def test_nothing_is_known_until_the_payer_has_picked_a_method(merchant: Merchant, shop: Shop) -> None:
    _token, path = opened(merchant)
    before = merchant.status("S 1:a")["status_code"]

    page = merchant.call("GET", path, auth=None).text
    picked(merchant, path, method="other_qris")

    assert "Rp47.500" in page
    assert "BCA Virtual Account" in page
    assert (before, merchant.status("S 1:a")["payment_type"]) == ("404", "qris")
    shop.wait_for_statuses("pending")
    assert "/qr-code" in merchant.call("GET", path, auth=None).text


def test_a_single_method_spares_the_list(merchant: Merchant) -> None:
    _token, path = opened(merchant, enabled_payments=["gopay"])

    response = merchant.call("GET", path, auth=None)

    assert response.status_code == 303
    assert merchant.status("S 1:a")["transaction_status"] == "pending"


@pytest.mark.parametrize(
    ("method", "status"), [("bca_va", "pending"), ("permata_va", "pending"), ("credit_card", "capture")]
)
def test_other_methods_work_too(merchant: Merchant, method: str, status: str) -> None:
    _token, path = opened(merchant, enabled_payments=["bank_transfer", "credit_card"])

    picked(merchant, path, method=method)

    statement = merchant.status("S 1:a")
    assert statement["transaction_status"] == status
    number = re.search(r'"va_number": "(\d+)"|"permata_va_number": "(\d+)"', str(statement).replace("'", '"'))
    assert number is None or (number[1] or number[2]) in merchant.call("GET", path, auth=None).text


def test_a_card_charge_that_is_refused_is_told_on_the_page(merchant: Merchant) -> None:
    merchant.settings(channels=["qris"])
    _token, path = opened(merchant)

    response = merchant.call("POST", path, data={"method": "credit_card"}, auth=None)

    assert response.status_code == 400
    assert "Payment channel is not activated." in response.text


def test_a_page_leads_back_to_the_shop_with_three_parameters(merchant: Merchant) -> None:
    _token, path = opened(merchant, callbacks={"finish": "https://shop.example.com/done?from=snap"})
    picked(merchant, path, method="other_qris")
    merchant.pay("S 1:a")

    page = merchant.call("GET", path, auth=None).text

    expected = "order_id=S+1%3Aa&amp;status_code=200&amp;transaction_status=settlement"
    assert f"https://shop.example.com/done?from=snap&amp;{expected}" in page


def test_a_newer_page_for_the_same_order_ends_the_older(merchant: Merchant) -> None:
    _token, older = opened(merchant)
    _token, newer = opened(merchant)

    assert merchant.call("GET", older, auth=None).status_code == 404
    assert picked(merchant, older, method="other_qris") == 404
    assert merchant.call("GET", newer, auth=None).status_code == 200


def test_a_paid_order_gets_no_new_page(merchant: Merchant) -> None:
    _token, path = opened(merchant)
    picked(merchant, path, method="other_qris")
    merchant.pay("S 1:a")

    response = merchant.call("POST", "/snap/v1/transactions", BODY)

    assert response.status_code == 400
    assert "has been paid and utilized" in response.json()["error_messages"][0]


def test_a_page_is_cancelled_once_and_only_while_nobody_uses_it(merchant: Merchant) -> None:
    def cancelled(token: str) -> dict[str, Any]:
        return json_of(merchant.call("POST", f"/snap/v1/transactions/{token}/cancel"))

    token, _path = opened(merchant)
    used, path = opened(merchant, transaction_details={"order_id": "S-2", "gross_amount": 1})
    picked(merchant, path, method="other_qris")

    assert set(cancelled(token)) == {"canceled_at"}
    assert cancelled(token) == {"error_messages": ["token already canceled"]}
    assert cancelled(used) == {"error_messages": ["Transaction is on progress"]}
    assert cancelled("nobody") == {"error_messages": ["token not found"]}


def test_a_page_stops_when_its_time_is_over_and_posts_nothing(merchant: Merchant, shop: Shop) -> None:
    _token, path = opened(merchant, page_expiry={"duration": 10, "unit": "minutes"})

    merchant.advance(601)
    merchant.charge("A-1")

    assert merchant.call("GET", path, auth=None).status_code == 404
    assert [post.body["order_id"] for post in shop.wait_for(1)] == ["A-1"]


def test_the_script_offers_what_shops_call(merchant: Merchant) -> None:
    response = merchant.call("GET", "/snap/snap.js", auth=None)

    assert response.headers["content-type"].startswith("text/javascript")
    assert "window.snap" in response.text
