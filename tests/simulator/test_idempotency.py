"""Repeats under the same Idempotency-Key."""

import threading
from typing import Any

import requests

from tests.simulator.merchant import Merchant, eventually

KEY = {"idempotency-key": "once-and-only-once"}


def test_a_repeat_gets_the_first_answer_whatever_it_asks(merchant: Merchant) -> None:
    first = merchant.call("POST", "/v2/charge", _charge("A-1"), headers=KEY).json()

    again = merchant.call("POST", "/v2/charge", _charge("A-2"), headers=KEY).json()
    elsewhere = merchant.call("POST", "/v2/A-1/cancel", headers=KEY).json()

    assert first == again == elsewhere
    assert [row["order_id"] for row in merchant.book()["transactions"]] == ["A-1"]


def test_a_key_is_forgotten_after_five_minutes(merchant: Merchant) -> None:
    first = merchant.call("POST", "/v2/charge", _charge("A-1"), headers=KEY).json()
    merchant.advance(301)

    later = merchant.call("POST", "/v2/charge", _charge("A-2"), headers=KEY).json()

    assert (first["order_id"], later["order_id"]) == ("A-1", "A-2")


def test_only_successes_are_remembered(merchant: Merchant) -> None:
    wrong = merchant.call("POST", "/v2/charge", _charge("A/1"), headers=KEY)

    right = merchant.call("POST", "/v2/charge", _charge("A-1"), headers=KEY)

    assert (wrong.status_code, right.json()["status_code"]) == (400, "201")


def test_a_repeat_while_the_first_still_runs_is_a_202(merchant: Merchant) -> None:
    merchant.plan({"call": "charge", "kind": "latency", "seconds": 0.3, "count": 1})
    first: list[dict[str, Any]] = []
    other = Merchant(merchant.url)
    thread = threading.Thread(
        target=lambda: first.append(other.call("POST", "/v2/charge", _charge("A-1"), headers=KEY).json())
    )
    thread.start()
    eventually(lambda: merchant.control("GET", "/faults")["faults"], lambda faults: faults == [])

    meanwhile = merchant.call("POST", "/v2/charge", _charge("A-1"), headers=KEY)

    thread.join()
    other.session.close()
    assert meanwhile.json()["status_code"] == "202"
    assert first[0]["status_code"] == "201"


def test_a_key_too_long_is_ignored(merchant: Merchant) -> None:
    long = {"idempotency-key": "x" * 47}
    merchant.call("POST", "/v2/charge", _charge("A-1"), headers=long)

    again = merchant.call("POST", "/v2/charge", _charge("A-2"), headers=long)

    assert again.json()["order_id"] == "A-2"


def test_permata_knows_no_keys(merchant: Merchant) -> None:
    def charge(order_id: str) -> requests.Response:
        body = {**_charge(order_id), "payment_type": "bank_transfer", "bank_transfer": {"bank": "permata"}}
        return merchant.call("POST", "/v2/charge", body, headers=KEY)

    assert [charge(order_id).json()["order_id"] for order_id in ("A-1", "A-2")] == ["A-1", "A-2"]


def _charge(order_id: str) -> dict[str, Any]:
    return {"payment_type": "qris", "transaction_details": {"order_id": order_id, "gross_amount": 47_500}}


def test_a_key_is_over_even_behind_one_that_is_not(merchant: Merchant) -> None:
    merchant.freeze()
    merchant.call("POST", "/v2/charge", _charge("A-1"), headers={"idempotency-key": "longer"})
    body = {
        "name": "A",
        "amount": "1",
        "currency": "IDR",
        "payment_type": "credit_card",
        "token": "t",
        "schedule": {"interval": 1, "interval_unit": "month"},
    }
    first = merchant.call("POST", "/v1/subscriptions", body, headers=KEY).json()
    merchant.advance(200)

    later = merchant.call("POST", "/v1/subscriptions", body, headers=KEY).json()

    assert first["id"] != later["id"]
