"""How notifications travel, and how often they come again."""

import pytest

from tests.simulator.merchant import Json, Merchant, Shop, signature_of

RETRIES = [
    (500, 1),
    (503, 4),
    (400, 2),
    (404, 2),
    (403, 5),
    (502, 5),
]


def test_a_post_is_json_from_veritrans_and_signed(merchant: Merchant, shop: Shop) -> None:
    merchant.charge()

    (post,) = shop.wait_for_statuses("pending")

    headers = {name.lower(): value for name, value in post.headers.items()}
    assert post.path == "/notify"
    assert headers["user-agent"] == "Veritrans"
    assert headers["content-type"] == headers["accept"] == "application/json"
    assert post.body["status_message"] == "midtrans payment notification"
    assert post.body["signature_key"] == signature_of(post.body)


@pytest.mark.parametrize("status", [200, 202, 204])
def test_any_2xx_is_the_end_of_it(merchant: Merchant, shop: Shop, status: int) -> None:
    shop.answers = [(status, {})]

    merchant.charge()

    sent = merchant.wait_for_outcome(1, "delivered")
    assert [attempt["status"] for attempt in sent["attempts"]] == [status]


@pytest.mark.parametrize(("status", "retries"), RETRIES)
def test_the_answer_decides_how_often_a_post_comes_again(
    merchant: Merchant, shop: Shop, status: int, retries: int
) -> None:
    shop.answers = [(status, {})] * 10
    merchant.settings(muted=["expire"])
    merchant.freeze()
    merchant.charge()

    for attempt in range(1, retries + 1):
        merchant.wait_for_outcome(1, "waiting", attempts=attempt)
        merchant.advance(5 * 3600)

    merchant.wait_for_outcome(1, "given_up", attempts=retries + 1)
    merchant.advance(5 * 3600)
    assert len(shop.wait_for(retries + 1)) == retries + 1


def test_the_gaps_between_retries_grow(merchant: Merchant, shop: Shop) -> None:
    shop.answers = [(503, {})] * 2
    merchant.freeze()
    merchant.charge("A-1")
    merchant.wait_for_outcome(1, "waiting", attempts=1)

    merchant.advance(30)
    early = len(merchant.sent()[0]["attempts"])
    merchant.advance(120)
    merchant.wait_for_outcome(1, "waiting", attempts=2)
    merchant.advance(150)
    still = len(merchant.sent()[0]["attempts"])
    merchant.advance(600)

    merchant.wait_for_outcome(1, "delivered", attempts=3)
    assert (early, still) == (1, 2)


def test_a_post_that_nobody_takes_is_tried_again(merchant: Merchant) -> None:
    merchant.settings(notify_url="http://127.0.0.1:9/nobody")

    merchant.charge()

    sent = merchant.wait_for_outcome(1, "waiting", attempts=1)
    assert sent["attempts"][0]["status"] is None
    assert sent["attempts"][0]["error"]


def test_an_address_that_is_none_is_noted(merchant: Merchant) -> None:
    merchant.settings(notify_url="not an address")

    merchant.charge()

    sent = merchant.wait_for_outcome(1, "waiting", attempts=1)
    assert "not an address to post to" in sent["attempts"][0]["error"]


@pytest.mark.parametrize("status", [301, 302, 303])
def test_an_ordinary_redirect_loses_the_post(merchant: Merchant, shop: Shop, status: int) -> None:
    shop.answers = [(status, {"location": "/elsewhere"})]

    merchant.charge()

    merchant.wait_for_outcome(1, "given_up")
    assert [post.path for post in shop.posts] == ["/notify"]


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_that_keeps_the_method_is_followed(merchant: Merchant, shop: Shop, status: int) -> None:
    shop.answers = [(status, {"location": "/elsewhere?from=here"})]

    merchant.charge()

    merchant.wait_for_outcome(1, "delivered")
    assert [post.path for post in shop.posts] == ["/notify", "/elsewhere?from=here"]
    assert shop.posts[0].body == shop.posts[1].body


def test_redirects_are_followed_five_times(merchant: Merchant, shop: Shop) -> None:
    shop.answers = [(307, {"location": "/notify"})] * 9

    merchant.charge()

    merchant.wait_for_outcome(1, "waiting", attempts=1)
    assert len(shop.posts) == 6


def test_a_connection_the_shop_has_closed_costs_no_post(merchant: Merchant, shop: Shop) -> None:
    shop.answers = [(200, {"connection": "close"}), (200, {})]

    merchant.charge("A-1")
    merchant.wait_for_outcome(1, "delivered")
    merchant.charge("A-2")

    sent = merchant.wait_for_outcome(2, "delivered")
    assert len(sent["attempts"]) == 1


def test_a_charge_may_name_more_addresses_or_others(merchant: Merchant, shop: Shop) -> None:
    body: Json = {"payment_type": "qris", "transaction_details": {"order_id": "A-1", "gross_amount": 1}}
    more = {"x-append-notification": f"{shop.url}/two, {shop.url}/three"}
    merchant.call("POST", "/v2/charge", body, headers=more)
    first = {post.path for post in shop.wait_for(3)}
    shop.forget()

    body["transaction_details"]["order_id"] = "A-2"
    other = {"x-override-notification": ",".join(f"{shop.url}/{n}" for n in range(5)), **more}
    merchant.call("POST", "/v2/charge", body, headers=other)

    assert first == {"/notify", "/two", "/three"}
    assert {post.path for post in shop.wait_for(3)} == {"/0", "/1", "/2"}


def test_notifications_can_be_switched_off_or_muted_by_status(merchant: Merchant, shop: Shop) -> None:
    merchant.settings(muted=["pending"])
    merchant.charge("A-1")
    merchant.pay("A-1")
    merchant.settings(notifications_enabled=False)
    merchant.charge("A-2")
    merchant.settings(notifications_enabled=True, muted=[])
    merchant.charge("A-3")

    posts = shop.wait_for_statuses("settlement", "pending")
    assert [post.body["order_id"] for post in posts] == ["A-1", "A-3"]


def test_a_post_can_be_sent_again_by_hand(merchant: Merchant, shop: Shop) -> None:
    merchant.charge()
    merchant.wait_for_outcome(1, "delivered")

    merchant.control("POST", "/notifications/1/resend")

    first, again = shop.wait_for(2)
    assert first.body == again.body
    assert merchant.call("POST", "/simulator/notifications/9/resend").status_code == 404


def test_posts_are_listed_by_order(merchant: Merchant, shop: Shop) -> None:
    merchant.charge("A-1")
    merchant.charge("A-2")

    listed = merchant.control("GET", "/notifications?order_id=A-2")["notifications"]

    assert [each["order_id"] for each in listed] == ["A-2"]
    assert listed[0]["url"] == f"{shop.url}/notify"
