"""Subscriptions and linked wallet accounts."""

import hashlib
from typing import Any

import pytest

from tests.simulator.merchant import Json, Merchant, Shop, eventually, json_of

CARD = {"card_number": "4811111111111114", "card_exp_month": "12", "card_exp_year": "2099"}
ACCOUNT: Json = {"payment_type": "gopay", "gopay_partner": {"phone_number": "81234567891", "country_code": "62"}}


def saved_card(merchant: Merchant, **changes: str) -> str:
    query = {"client_key": "SB-Mid-client-meja", **CARD, **changes}
    return str(merchant.call("GET", "/v2/card/register", params=query, auth=None).json()["saved_token_id"])


def agreed(merchant: Merchant, token: str, **schedule: Any) -> Json:
    body = {
        "name": "LANGGANAN",
        "amount": "14000",
        "currency": "IDR",
        "payment_type": "credit_card",
        "token": token,
        "schedule": {"interval": 1, "interval_unit": "day", "max_interval": 3, **schedule},
    }
    return json_of(merchant.call("POST", "/v1/subscriptions", body))


def shown(merchant: Merchant, subscription: Json) -> Json:
    return json_of(merchant.call("GET", f"/v1/subscriptions/{subscription['id']}"))


def told(merchant: Merchant, subscription: Json, what: str) -> Json:
    return json_of(merchant.call("POST", f"/v1/subscriptions/{subscription['id']}/{what}"))


def test_a_saved_card_is_charged_on_schedule_until_it_is_done(merchant: Merchant, shop: Shop) -> None:
    merchant.freeze("2026-05-01T12:00:00+07:00")
    made = agreed(merchant, saved_card(merchant), start_time="2026-05-02 08:00:00 +0700")

    merchant.advance(86_400)
    first = shown(merchant, made)
    merchant.advance(2 * 86_400)
    last = shown(merchant, made)

    assert made["status"] == "active"
    assert made["schedule"]["next_execution_at"] == "2026-05-02 08:00:00"
    assert (first["schedule"]["current_interval"], first["status"]) == (1, "active")
    assert (last["schedule"]["current_interval"], last["status"]) == (3, "inactive")
    assert len(last["transaction_ids"]) == 3
    events = eventually(lambda: _events(shop), lambda events: len(events) == 3)
    assert all("signature_key" not in each and "signature_key" not in each["transaction"] for each in events)


def test_a_failed_charge_is_tried_three_times_more_and_then_given_up(merchant: Merchant) -> None:
    merchant.freeze()
    made = agreed(merchant, saved_card(merchant, card_number="4911111111111113"))
    lost = agreed(merchant, "no-such-card")

    merchant.advance(1)
    after_one = shown(merchant, made)
    for _hour in range(4):
        merchant.advance(3601)

    assert len(after_one["transaction_ids"]) == 1
    assert after_one["status"] == "active"
    assert len(shown(merchant, made)["transaction_ids"]) == 4
    assert shown(merchant, made)["status"] == shown(merchant, lost)["status"] == "inactive"


def test_a_subscription_rests_while_disabled_and_ends_when_cancelled(merchant: Merchant) -> None:
    merchant.freeze()
    made = agreed(merchant, saved_card(merchant))
    merchant.advance(1)

    assert told(merchant, made, "disable") == {"status_message": "Subscription is updated."}
    merchant.advance(2 * 86_400)
    resting = len(shown(merchant, made)["transaction_ids"])
    told(merchant, made, "enable")
    told(merchant, made, "enable")
    merchant.advance(1)
    going_on = len(shown(merchant, made)["transaction_ids"])
    told(merchant, made, "cancel")
    merchant.advance(5 * 86_400)

    assert (resting, going_on) == (1, 3)
    assert len(shown(merchant, made)["transaction_ids"]) == 3
    assert shown(merchant, made)["status"] == "inactive"


def test_a_subscription_can_be_changed(merchant: Merchant) -> None:
    made = agreed(merchant, saved_card(merchant), interval=7)
    path = f"/v1/subscriptions/{made['id']}"

    answer = merchant.call("PATCH", path, {"amount": "15000", "schedule": {"interval": 2}}).json()
    wrong = merchant.call("PATCH", path, {"schedule": {"interval": 0}})

    assert answer == {"status_message": "Subscription is updated."}
    assert shown(merchant, made)["amount"] == "15000"
    assert shown(merchant, made)["schedule"]["interval"] == 2
    assert wrong.status_code == 400


def test_mistakes_are_real_http_statuses_without_a_body_code(merchant: Merchant) -> None:
    wrong = merchant.call("POST", "/v1/subscriptions", {"amount": "-1", "schedule": {"interval_unit": "moon"}})
    bad_amount = agreed(merchant, "token") | agreed(merchant, "token", start_time="soon")
    missing = merchant.call("GET", "/v1/subscriptions/nobody")

    assert wrong.status_code == 400
    assert "name is required" in wrong.json()["validation_messages"]
    assert "status_code" not in wrong.json()
    assert bad_amount["validation_messages"]
    assert (missing.status_code, missing.json()) == (404, {"status_message": "Subscription doesn't exist."})


def test_a_mistake_is_found_before_the_idempotency_key(merchant: Merchant) -> None:
    body = {
        "name": "A",
        "amount": "1",
        "currency": "IDR",
        "payment_type": "credit_card",
        "token": "t",
        "schedule": {"interval": 1, "interval_unit": "month"},
    }
    key = {"idempotency-key": "k"}

    def made(body: Json) -> Json:
        return json_of(merchant.call("POST", "/v1/subscriptions", body, headers=key))

    first, again = made(body), made(body)
    wrong = made({**body, "amount": "x"})
    merchant.advance(181)

    assert first["id"] == again["id"]
    assert wrong["validation_messages"] == ["amount must be a positive number"]
    assert made(body)["id"] != first["id"]


def test_a_wallet_account_is_linked_by_its_owner_and_unbound_again(merchant: Merchant, shop: Shop) -> None:
    created = merchant.call("POST", "/v2/pay/account", ACCOUNT).json()
    path = f"/v2/pay/account/{created['account_id']}"

    page = merchant.call("GET", f"{path}/link", auth=None).text
    agreed_to = merchant.call("POST", f"{path}/link", auth=None)
    enabled = merchant.call("GET", path).json()
    unbound = merchant.call("POST", f"{path}/unbind").json()

    assert (created["status_code"], created["account_status"]) == ("201", "PENDING")
    assert {each["name"] for each in created["actions"]} == {"activation-link-url", "activation-link-app"}
    assert "Setuju" in page
    assert agreed_to.status_code == 303
    assert (enabled["status_code"], enabled["account_status"]) == ("200", "ENABLED")
    assert enabled["metadata"]["payment_options"]
    assert (unbound["status_code"], unbound["account_status"]) == ("204", "DISABLED")
    posts = {post.body["account_status"]: post.body for post in shop.wait_for(2)}
    text = f"{created['account_id']}ENABLED200SB-Mid-server-meja"
    assert posts["ENABLED"]["signature_key"] == hashlib.sha512(text.encode()).hexdigest()
    assert posts["DISABLED"]["status_code"] == "204"


def test_the_owner_is_sent_back_to_the_shop(merchant: Merchant) -> None:
    partner = {**ACCOUNT["gopay_partner"], "redirect_url": "https://shop.example.com/linked"}
    created = merchant.call("POST", "/v2/pay/account", {**ACCOUNT, "gopay_partner": partner}).json()

    response = merchant.call("POST", f"/v2/pay/account/{created['account_id']}/link", auth=None)

    assert response.headers["location"] == "https://shop.example.com/linked"


def test_a_link_that_nobody_finishes_expires(merchant: Merchant) -> None:
    created = merchant.call("POST", "/v2/pay/account", ACCOUNT).json()
    path = f"/v2/pay/account/{created['account_id']}"

    merchant.advance(15 * 60 + 1)
    merchant.call("POST", f"{path}/link", auth=None)

    assert merchant.call("GET", path).json()["account_status"] == "EXPIRED"
    assert merchant.call("POST", f"{path}/unbind").json()["status_code"] == "412"


@pytest.mark.parametrize(("number", "message"), [("123450001", "not registered"), ("123450002", "blocked")])
def test_some_numbers_cannot_be_linked(merchant: Merchant, number: str, message: str) -> None:
    body = {"payment_type": "gopay", "gopay_partner": {"phone_number": number}}

    answer = merchant.call("POST", "/v2/pay/account", body).json()

    assert answer["status_code"] == "202"
    assert message in answer["channel_response_message"]


@pytest.mark.parametrize("body", [{"payment_type": "cash"}, {"payment_type": "gopay"}, {**ACCOUNT, "gopay_partner": 7}])
def test_a_link_with_a_mistake_is_refused(merchant: Merchant, body: Json) -> None:
    assert merchant.call("POST", "/v2/pay/account", body).status_code == 400
    assert merchant.call("GET", "/v2/pay/account/nobody").json()["status_code"] == "404"


def _events(shop: Shop) -> list[Json]:
    return [post.body for post in list(shop.posts) if "event_name" in post.body]
