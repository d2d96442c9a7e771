"""Cards and virtual accounts: what Meja does not use, but its gateway has."""

from typing import Any

import pytest

from tests.simulator.merchant import Json, Merchant, Shop

CARD = {"card_number": "4811 1111 1111 1114", "card_exp_month": "12", "card_exp_year": "2099", "card_cvv": "123"}
KEY = {"client_key": "SB-Mid-client-meja"}


def token(merchant: Merchant, **changes: str) -> str:
    answer = merchant.call("GET", "/v2/token", params={**KEY, **CARD, **changes}, auth=None).json()
    return str(answer["token_id"])


def charge(merchant: Merchant, token_id: str, order_id: str = "C-1", **block: Any) -> Json:
    return merchant.charge(order_id, 47_500, payment_type="credit_card", credit_card={"token_id": token_id, **block})


def test_a_card_is_captured_and_settles_the_next_afternoon(merchant: Merchant, shop: Shop) -> None:
    merchant.freeze("2026-05-01T12:00:00+07:00")

    answer = charge(merchant, token(merchant))
    merchant.advance(28 * 3600 - 1)
    before = merchant.status("C-1")
    merchant.advance(2)

    assert (answer["status_code"], answer["transaction_status"]) == ("200", "capture")
    assert (answer["masked_card"], answer["fraud_status"]) == ("48111111-1114", "accept")
    assert set(answer) >= {"bank", "approval_code", "channel_response_code", "channel_response_message", "card_type"}
    assert (before["transaction_status"], merchant.status("C-1")["transaction_status"]) == ("capture", "settlement")
    shop.wait_for_statuses("capture", "settlement")


def test_a_token_has_the_masked_card_in_front_and_pays_once(merchant: Merchant) -> None:
    token_id = token(merchant)

    first, second = charge(merchant, token_id), charge(merchant, token_id, "C-2")

    assert token_id.startswith("48111111-1114-")
    assert (first["status_code"], second["status_code"]) == ("200", "411")
    assert charge(merchant, "made-up", "C-3")["status_code"] == "411"


@pytest.mark.parametrize(
    "changes",
    [
        {"card_number": "4811111111111115"},
        {"card_number": "x"},
        {"card_exp_month": "13"},
        {"card_exp_year": "2001"},
        {"card_cvv": "1"},
    ],
)
def test_a_bad_card_gets_no_token(merchant: Merchant, changes: dict[str, str]) -> None:
    response = merchant.call("GET", "/v2/token", params={**KEY, **CARD, **changes}, auth=None)

    assert response.status_code == 400
    assert response.json()["validation_messages"]


@pytest.mark.parametrize("path", ["/v2/token", "/v2/card/register"])
def test_card_calls_take_the_client_key_only(merchant: Merchant, path: str) -> None:
    response = merchant.call("GET", path, params={**CARD, "client_key": "SB-Mid-server-meja"})

    assert response.status_code == 401


def test_a_registered_card_pays_again_and_again(merchant: Merchant) -> None:
    saved = merchant.call("GET", "/v2/card/register", params={**KEY, **CARD}, auth=None).json()

    codes = [charge(merchant, saved["saved_token_id"], f"C-{n}")["status_code"] for n in range(3)]

    assert codes == ["200"] * 3
    assert saved["masked_card"] == "48111111-1114"
    assert len(saved["saved_token_id"]) == 32


def test_a_saved_card_and_its_cvv_make_a_token(merchant: Merchant) -> None:
    saved = merchant.call("GET", "/v2/card/register", params={**KEY, **CARD}, auth=None).json()
    query = {**KEY, "token_id": saved["saved_token_id"]}

    made = merchant.call("GET", "/v2/token", params={**query, "card_cvv": "123"}, auth=None).json()
    refused = merchant.call("GET", "/v2/token", params=query, auth=None)

    assert charge(merchant, made["token_id"])["status_code"] == "200"
    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("number", "fraud_status", "code"), [("4911111111111113", "accept", "05"), ("4611111111111116", "deny", "00")]
)
def test_bank_and_fraud_check_deny_their_cards(merchant: Merchant, number: str, fraud_status: str, code: str) -> None:
    answer = charge(merchant, token(merchant, card_number=number))

    assert (answer["status_code"], answer["transaction_status"]) == ("202", "deny")
    assert (answer["fraud_status"], answer["channel_response_code"]) == (fraud_status, code)


@pytest.mark.parametrize(
    ("what", "fraud_status", "status"), [("approve", "accept", "capture"), ("deny", "deny", "deny")]
)
def test_a_questioned_card_waits_for_the_merchants_word(
    merchant: Merchant, what: str, fraud_status: str, status: str
) -> None:
    asked = charge(merchant, token(merchant, card_number="4511111111111117"))

    answer = merchant.post("C-1", what)

    assert asked["fraud_status"] == "challenge"
    assert (answer["status_code"], answer["transaction_status"]) == ("200", status)
    assert answer["fraud_status"] == fraud_status
    assert merchant.post("C-1", what)["status_code"] == "412"


def test_a_pre_authorised_card_is_captured_in_part(merchant: Merchant) -> None:
    answer = charge(merchant, token(merchant), type="authorize")
    body = {"transaction_id": answer["transaction_id"], "gross_amount": 40_000}

    too_much = merchant.call("POST", "/v2/capture", {**body, "gross_amount": 50_000})
    captured = merchant.call("POST", "/v2/capture", body).json()
    again = merchant.call("POST", "/v2/capture", body).json()

    assert answer["transaction_status"] == "authorize"
    assert (captured["transaction_status"], captured["gross_amount"]) == ("capture", "40000.00")
    assert (too_much.status_code, again["status_code"]) == (400, "412")


def test_captured_money_can_be_cancelled_before_it_settles(merchant: Merchant) -> None:
    charge(merchant, token(merchant))

    merchant.post("C-1", "cancel")
    merchant.advance(3 * 86_400)

    assert merchant.status("C-1")["transaction_status"] == "cancel"
    assert merchant.book()["total_settled"] == 0


def test_a_charge_without_a_token_is_refused(merchant: Merchant) -> None:
    assert merchant.charge("C-1", 1, payment_type="credit_card")["status_code"] == "400"


def test_a_cards_points_are_told(merchant: Merchant) -> None:
    answer = merchant.call("GET", f"/v2/point_inquiry/{token(merchant)}").json()

    assert (answer["status_code"], answer["point_balance_amount"]) == ("200", "100000.00")
    assert merchant.call("GET", "/v2/point_inquiry/nobody").json()["status_code"] == "411"


@pytest.mark.parametrize("bank", ["bca", "bni", "bri", "cimb", "permata"])
def test_a_virtual_account_waits_a_day_for_the_money(merchant: Merchant, shop: Shop, bank: str) -> None:
    answer = merchant.charge("V-1", 50_000_000, payment_type="bank_transfer", bank_transfer={"bank": bank})

    merchant.pay("V-1")

    assert (answer["status_code"], answer["transaction_status"]) == ("201", "pending")
    posted = shop.wait_for_statuses("pending", "settlement")[1].body
    if bank == "permata":
        assert posted["permata_va_number"] == answer["permata_va_number"]
    else:
        assert posted["va_numbers"] == answer["va_numbers"] == [{"bank": bank, "va_number": _number(answer)}]
    assert posted["payment_amounts"][0]["amount"] == "50000000.00"


def test_an_unknown_bank_is_refused(merchant: Merchant) -> None:
    for block in ({"bank": "moon"}, {}, None):
        answer = merchant.charge("V-1", 1, payment_type="bank_transfer", bank_transfer=block)
        assert answer["status_code"] == "400"


def test_a_virtual_account_is_refunded_without_a_wallets_rules(merchant: Merchant) -> None:
    merchant.charge("V-1", 47_500, payment_type="bank_transfer", bank_transfer={"bank": "bca"})
    merchant.pay("V-1")
    merchant.advance(400 * 86_400)

    assert merchant.post("V-1", "refund", {"amount": 1})["status_code"] == "200"


def _number(answer: Json) -> str:
    return str(answer["va_numbers"][0]["va_number"])
