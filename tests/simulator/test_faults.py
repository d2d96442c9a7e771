"""Scripted misbehaviour: each kind does what it says, as often as it says."""

import time
from typing import Any

import pytest
import requests

from tests.simulator.merchant import Merchant, Shop, eventually, signature_of
from tests.simulator.test_qris import checksum


@pytest.mark.parametrize("kind", ["http_500", "http_502", "http_503", "http_504", "http_429"])
def test_a_real_http_error_does_nothing_and_shows_html(merchant: Merchant, kind: str) -> None:
    merchant.plan({"call": "charge", "kind": kind, "count": 1})

    response = merchant.call("POST", "/v2/charge", _charge())

    assert response.status_code == int(kind.removeprefix("http_"))
    assert response.headers["content-type"] == "text/html"
    assert merchant.status()["status_code"] == "404"
    assert merchant.charge()["status_code"] == "201"


@pytest.mark.parametrize("kind", ["body_500", "body_503", "body_429", "body_404"])
def test_a_body_error_stands_inside_http_200(merchant: Merchant, kind: str) -> None:
    merchant.plan({"call": "charge", "kind": kind, "count": 1})

    response = merchant.call("POST", "/v2/charge", _charge())

    assert response.status_code == 200
    assert response.json()["status_code"] == kind.removeprefix("body_")
    assert merchant.book()["transactions"] == []


def test_an_error_may_come_after_the_thing_was_done(merchant: Merchant) -> None:
    merchant.plan({"call": "charge", "kind": "http_502", "count": 1, "done": True})

    response = merchant.call("POST", "/v2/charge", _charge())

    assert response.status_code == 502
    assert merchant.status()["transaction_status"] == "pending"


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        ({"kind": "html"}, 502, "<!DOCTYPE html>"),
        ({"kind": "html", "value": 403}, 403, "<!DOCTYPE html>"),
        ({"kind": "empty"}, 200, ""),
        ({"kind": "redirect", "value": "https://example.com/"}, 302, ""),
    ],
)
def test_a_content_network_gets_in_between(merchant: Merchant, fault: dict[str, Any], status: int, text: str) -> None:
    merchant.charge()
    merchant.plan({"call": "status", **fault})

    response = merchant.call("GET", "/v2/A-1/status")

    assert response.status_code == status
    assert response.text.startswith(text)
    assert bool(response.text) == bool(text)


def test_a_dropped_request_does_nothing_and_a_dropped_answer_does_it(merchant: Merchant) -> None:
    merchant.plan(
        {"call": "charge", "order_id": "LOST-*", "kind": "drop_request"},
        {"call": "charge", "order_id": "DONE-*", "kind": "drop_answer"},
    )

    for order_id in ("LOST-1", "DONE-1"):
        with pytest.raises(requests.ConnectionError):
            merchant.charge(order_id)

    assert merchant.status("LOST-1")["status_code"] == "404"
    assert merchant.status("DONE-1")["transaction_status"] == "pending"
    entries = merchant.control("GET", "/journal?call=charge")["entries"]
    assert [(each["status"], each["faults"]) for each in entries] == [(None, ["drop_request"]), (None, ["drop_answer"])]


def test_an_answer_may_stop_in_the_middle(merchant: Merchant) -> None:
    merchant.plan({"call": "charge", "kind": "half_json", "count": 1})

    response = merchant.call("POST", "/v2/charge", _charge())

    assert response.text.startswith('{"status_code":"201"')
    with pytest.raises(requests.JSONDecodeError):
        response.json()


@pytest.mark.parametrize("kind", ["latency", "trickle_body", "trickle_header"])
def test_a_slow_answer_is_slow_and_whole(merchant: Merchant, kind: str) -> None:
    merchant.plan({"call": "charge", "kind": kind, "seconds": 0.2, "count": 1})

    begun = time.monotonic()
    answer = merchant.charge()

    assert time.monotonic() - begun >= 0.19
    assert answer["status_code"] == "201"


@pytest.mark.parametrize("kind", ["trickle_body", "trickle_header"])
def test_a_caller_may_give_up_on_a_trickle(merchant: Merchant, kind: str) -> None:
    merchant.plan({"call": "charge", "kind": kind, "seconds": 60, "count": 1})

    with pytest.raises(requests.RequestException):
        merchant.call("POST", "/v2/charge", _charge(), timeout=0.05)

    assert eventually(merchant.status, lambda each: each["status_code"] != "404")["transaction_status"] == "pending"


def test_latency_may_come_after_the_thing_was_done(merchant: Merchant) -> None:
    merchant.plan({"call": "charge", "kind": "latency", "seconds": 30, "count": 1, "done": True})

    with pytest.raises(requests.Timeout):
        merchant.call("POST", "/v2/charge", _charge(), timeout=0.05)

    assert merchant.status()["transaction_status"] == "pending"


def test_a_fault_strikes_so_often_and_only_its_orders(merchant: Merchant) -> None:
    merchant.plan({"call": "charge", "order_id": "B-*", "kind": "body_503", "count": 2})

    codes = [merchant.charge(order_id)["status_code"] for order_id in ("A-1", "B-1", "B-1", "B-1")]

    assert codes == ["201", "503", "503", "201"]
    assert merchant.control("GET", "/faults") == {"faults": []}


def test_a_star_strikes_every_call_but_no_notification(merchant: Merchant, shop: Shop) -> None:
    merchant.plan({"call": "*", "kind": "unknown_fields"})

    answer = merchant.charge()

    assert "next_generation" in answer
    assert "next_generation" in merchant.status()
    assert "next_generation" not in shop.wait_for(1)[0].body


def test_chance_is_all_or_nothing_at_its_ends(merchant: Merchant) -> None:
    merchant.plan({"call": "charge", "kind": "body_503", "probability": 0})
    never = merchant.charge("A-1")
    merchant.plan({"call": "charge", "kind": "body_503", "probability": 0.5})
    codes = {merchant.charge(f"B-{n}")["status_code"] for n in range(60)}

    assert never["status_code"] == "201"
    assert codes == {"201", "503"}


def test_faults_are_taken_back(merchant: Merchant) -> None:
    merchant.plan({"call": "charge", "kind": "http_500"})

    cleared = merchant.control("DELETE", "/faults")

    assert cleared == {"faults": []}
    assert merchant.charge()["status_code"] == "201"


@pytest.mark.parametrize(
    "fault",
    [
        {"call": "charge", "kind": "gremlins"},
        {"call": "sing", "kind": "latency"},
        {"call": "charge", "kind": "latency", "count": 0},
        {"call": "charge", "kind": "latency", "seconds": -1},
        {"call": "charge", "kind": "latency", "colour": "red"},
        {"kind": "latency"},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_and_changes_nothing(merchant: Merchant, fault: dict[str, Any]) -> None:
    merchant.plan({"call": "charge", "kind": "body_503"})

    response = merchant.call("PUT", "/simulator/faults", {"faults": [fault]})

    assert response.status_code == 400
    assert merchant.charge()["status_code"] == "503"
    assert merchant.call("PUT", "/simulator/faults", {"faults": "all"}).status_code == 400


def test_an_order_may_be_called_a_duplicate_or_denied(merchant: Merchant) -> None:
    merchant.plan(
        {"call": "charge", "order_id": "A-1", "kind": "duplicate_order"},
        {"call": "charge", "order_id": "A-2", "kind": "charge_denied"},
    )

    duplicate, denied = merchant.charge("A-1"), merchant.charge("A-2")

    assert duplicate["status_code"] == "406"
    assert (denied["status_code"], denied["transaction_status"]) == ("202", "deny")
    assert set(denied) >= {"channel_response_code", "channel_response_message"}
    assert merchant.status("A-2")["status_code"] == "202"


def test_parts_of_a_charge_may_be_missing_or_moved(merchant: Merchant) -> None:
    def charged(kind: str) -> dict[str, Any]:
        merchant.plan({"call": "charge", "kind": kind})
        return merchant.charge(f"A-{kind}")

    assert "qr_string" not in charged("no_qr_string")
    assert [each["name"] for each in charged("no_v2_action")["actions"]] == ["generate-qr-code"]
    assert charged("actions_reordered")["actions"][0]["name"] == "generate-qr-code-v2"
    assert "status_code" not in charged("no_status_code")
    assert charged("upper_case_status")["transaction_status"] == "PENDING"
    assert charged("wrong_merchant")["merchant_id"] == "G999999999"
    assert charged("wrong_order")["order_id"] == "PESANAN-ORANG-LAIN"
    assert charged("wrong_amount")["gross_amount"] == "48500.00"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("corrupt_qr_amount", None, "5406999.00"),
        ("corrupt_qr_amount", 1, "54041.00"),
        ("corrupt_qr_merchant", None, "5915TOKO ORANG LAIN"),
    ],
)
def test_a_code_may_be_for_another_amount_or_merchant(
    merchant: Merchant, kind: str, value: int | None, expected: str
) -> None:
    merchant.plan({"call": "charge", "kind": kind, "value": value})

    assert expected in merchant.charge()["qr_string"]


def test_a_codes_checksum_may_be_wrong(merchant: Merchant) -> None:
    merchant.freeze()
    merchant.plan({"call": "charge", "kind": "corrupt_qr_crc"})

    text = merchant.charge()["qr_string"]

    assert text[-4:] != checksum(text[:-4])


def test_a_wrong_amount_or_order_is_correctly_signed(merchant: Merchant, shop: Shop) -> None:
    merchant.plan(
        {"call": "notification", "order_id": "A-1", "kind": "wrong_amount", "value": 1},
        {"call": "notification", "order_id": "A-2", "kind": "wrong_order", "value": "B-9"},
        {"call": "status", "kind": "wrong_amount"},
    )

    merchant.charge("A-1")
    merchant.charge("A-2")

    posts = sorted(shop.wait_for(2), key=lambda post: str(post.body["gross_amount"]))
    assert [(post.body["gross_amount"], post.body["order_id"]) for post in posts] == [
        ("1.00", "A-1"),
        ("47500.00", "B-9"),
    ]
    statement = merchant.status("A-1")
    assert statement["gross_amount"] == "48500.00"
    assert all(each["signature_key"] == signature_of(each) for each in (posts[0].body, posts[1].body, statement))


def test_a_bad_signature_is_that_of_another_code(merchant: Merchant, shop: Shop) -> None:
    merchant.charge()
    shop.wait_for(1)
    merchant.plan({"call": "notification", "kind": "bad_signature"})

    merchant.pay()

    pending, settlement = (post.body for post in shop.wait_for_statuses("pending", "settlement"))
    assert settlement["signature_key"] == pending["signature_key"] != signature_of(settlement)


def test_a_forged_status_keeps_a_signature_that_verifies(merchant: Merchant, shop: Shop) -> None:
    merchant.plan({"call": "notification", "kind": "forged_status", "count": 1})
    merchant.charge()
    forged = shop.wait_for(1)[0].body
    merchant.plan({"call": "notification", "kind": "forged_status"})
    merchant.pay()

    again = shop.wait_for(2)[1].body
    assert (forged["transaction_status"], forged["status_code"]) == ("settlement", "201")
    assert again["transaction_status"] == "refund"
    assert forged["signature_key"] == signature_of(forged)
    assert again["signature_key"] == signature_of(again)


def test_a_post_may_come_many_times_in_parallel(merchant: Merchant, shop: Shop) -> None:
    merchant.plan({"call": "notification", "kind": "duplicate", "copies": 20, "count": 1})

    merchant.charge()

    posts = shop.wait_for(20)
    assert all(post.body == posts[0].body for post in posts)


def test_settlement_may_overtake_pending(merchant: Merchant, shop: Shop) -> None:
    merchant.plan({"call": "notification", "kind": "reorder", "count": 1})

    merchant.charge()
    held = merchant.sent()[0]["outcome"]
    merchant.pay()

    assert held == "held"
    assert [post.body["transaction_status"] for post in shop.wait_for(2)] == ["settlement", "pending"]


def test_a_held_post_goes_by_itself_when_no_other_comes(merchant: Merchant, shop: Shop) -> None:
    merchant.plan({"call": "notification", "kind": "reorder", "count": 1})
    merchant.charge()

    merchant.advance(31)

    shop.wait_for_statuses("pending")


def test_a_lost_post_never_leaves(merchant: Merchant, shop: Shop) -> None:
    merchant.plan({"call": "notification", "kind": "lost", "count": 1})

    merchant.charge()
    merchant.pay()

    shop.wait_for_statuses("settlement")
    assert merchant.sent()[0]["outcome"] == "lost"


def test_a_held_post_goes_even_when_the_later_one_is_lost(merchant: Merchant, shop: Shop) -> None:
    merchant.plan({"call": "notification", "kind": "reorder", "count": 1})
    merchant.charge()
    merchant.plan({"call": "notification", "kind": "lost", "count": 1})

    merchant.pay()

    shop.wait_for_statuses("pending")


def test_a_held_post_is_not_multiplied_by_a_later_one_that_is(merchant: Merchant, shop: Shop) -> None:
    merchant.plan({"call": "notification", "kind": "reorder", "count": 1})
    merchant.charge()
    merchant.plan({"call": "notification", "kind": "duplicate", "copies": 3, "count": 1})

    merchant.pay()
    merchant.charge("A-2")

    statuses = [post.body["transaction_status"] for post in shop.wait_for(5)]
    assert sorted(statuses) == ["pending", "pending", *["settlement"] * 3]


def test_a_late_post_comes_late(merchant: Merchant, shop: Shop) -> None:
    merchant.plan({"call": "notification", "kind": "latency", "seconds": 0.2, "count": 1})

    begun = time.monotonic()
    merchant.charge()
    shop.wait_for(1)

    assert time.monotonic() - begun >= 0.2


def test_a_post_may_come_before_the_answer_to_the_charge(merchant: Merchant, shop: Shop) -> None:
    merchant.plan({"call": "charge", "kind": "notify_before_answer"})

    merchant.charge()

    assert [post.body["transaction_status"] for post in shop.posts] == ["pending"]


def test_even_the_picture_may_fail(merchant: Merchant) -> None:
    merchant.plan({"call": "qr", "order_id": "A-1", "kind": "http_500"})
    answer = merchant.charge()

    response = merchant.call("GET", f"/v2/qris/{answer['transaction_id']}/qr-code")

    assert response.status_code == 500


def _charge() -> dict[str, Any]:
    return {"payment_type": "qris", "transaction_details": {"order_id": "A-1", "gross_amount": 47_500}}
