"""The turns of a transaction: what is said, what is posted, and what the book holds."""

import pytest

from tests.simulator import shapes
from tests.simulator.merchant import Merchant, Shop, signature_of

ECHO = {"custom_field1": "table-12", "custom_field2": "kiosk-03", "metadata": {"outlet": "JKT-01"}}


def test_a_pending_transaction_is_stated_under_201(merchant: Merchant) -> None:
    merchant.charge("A-1", 47_500, **ECHO)

    statement = merchant.status()

    shapes.assert_made_of(statement, shapes.STATEMENT)
    assert (statement["status_code"], statement["transaction_status"]) == ("201", "pending")
    assert statement["signature_key"] == signature_of(statement)
    assert statement["metadata"] == {"outlet": "JKT-01"}


def test_a_transaction_is_found_by_either_id(merchant: Merchant) -> None:
    answer = merchant.charge()

    assert merchant.status(answer["transaction_id"]) == merchant.status("A-1")


def test_an_unknown_id_is_a_404_inside_http_200(merchant: Merchant) -> None:
    response = merchant.call("GET", "/v2/nobody/status")

    assert response.status_code == 200
    shapes.assert_made_of(response.json(), shapes.ERROR)
    assert response.json()["status_code"] == "404"


@pytest.mark.parametrize(
    ("acquirer", "issuer", "kind", "fields"),
    [
        ("gopay", "dana", "off-us", shapes.GOPAY_PAID),
        ("gopay", "gopay", "on-us", shapes.GOPAY_PAID),
        ("airpay shopee", "airpay shopee", "on-us", shapes.SHOPEE_PAID),
        ("airpay shopee", "bca", "off-us", shapes.SHOPEE_PAID),
    ],
)
def test_a_paid_transaction_says_who_paid(
    merchant: Merchant, shop: Shop, acquirer: str, issuer: str, kind: str, fields: set[str]
) -> None:
    merchant.charge("A-1", 47_500, qris={"acquirer": acquirer}, **ECHO)
    merchant.pay("A-1", issuer=issuer)

    statement = merchant.status()

    shapes.assert_made_of(statement, shapes.STATEMENT | fields)
    assert (statement["status_code"], statement["transaction_status"]) == ("200", "settlement")
    assert (statement["issuer"], statement["transaction_type"]) == (issuer, kind)
    posted = shop.wait_for_statuses("pending", "settlement")[1].body
    shapes.assert_made_of(posted, shapes.STATEMENT | fields)


def test_a_payment_goes_into_the_book(merchant: Merchant) -> None:
    merchant.charge("A-1", 47_500)
    merchant.charge("A-2", 10_000)

    paid = merchant.pay("A-1")

    assert (paid["status"], paid["settled"], paid["gross_amount"]) == ("settlement", 47_500, 47_500)
    book = merchant.book()
    assert (book["total_settled"], book["total_refunded"]) == (47_500, 0)
    assert [(row["order_id"], row["settled"]) for row in book["transactions"]] == [("A-1", 47_500), ("A-2", 0)]


def test_a_wallet_that_pays_another_amount_is_reported_and_signed_with_it(merchant: Merchant, shop: Shop) -> None:
    merchant.charge("A-1", 47_500)

    merchant.pay("A-1", amount=45_000)

    posted = shop.wait_for_statuses("pending", "settlement")[1].body
    assert posted["gross_amount"] == merchant.status()["gross_amount"] == "45000.00"
    assert posted["signature_key"] == signature_of(posted)
    assert merchant.book()["transactions"][0]["settled"] == 45_000
    assert merchant.book()["transactions"][0]["gross_amount"] == 47_500


def test_cancelling_answers_200_and_posts_202(merchant: Merchant, shop: Shop) -> None:
    merchant.charge("A-1", 47_500, **ECHO)

    answer = merchant.post("A-1", "cancel")

    shapes.assert_made_of(answer, shapes.OUTCOME)
    assert (answer["status_code"], answer["transaction_status"]) == ("200", "cancel")
    assert answer["status_message"] == "Success, transaction is canceled"
    posted = shop.wait_for_statuses("pending", "cancel")[1].body
    shapes.assert_made_of(posted, shapes.STATEMENT)
    assert posted["status_code"] == "202"
    assert merchant.status()["status_code"] == "200"


def test_expiring_answers_407_and_posts_202(merchant: Merchant, shop: Shop) -> None:
    merchant.charge("A-1", 47_500, **ECHO)

    response = merchant.call("POST", "/v2/A-1/expire")

    assert response.status_code == 200
    answer = response.json()
    shapes.assert_made_of(answer, shapes.OUTCOME)
    assert (answer["status_code"], answer["transaction_status"]) == ("407", "expire")
    posted = shop.wait_for_statuses("pending", "expire")[1].body
    shapes.assert_made_of(posted, shapes.STATEMENT)
    assert posted["status_code"] == "202"
    assert posted["signature_key"] == signature_of(posted)
    assert merchant.status()["status_code"] == "407"


@pytest.mark.parametrize("what", ["cancel", "expire", "approve", "deny"])
def test_paid_money_cannot_be_cancelled(merchant: Merchant, what: str) -> None:
    merchant.charge()
    merchant.pay()

    answer = merchant.post("A-1", what)

    shapes.assert_made_of(answer, shapes.ERROR)
    assert answer["status_code"] == "412"
    assert merchant.status()["transaction_status"] == "settlement"


def test_an_unpaid_code_expires_in_the_background_when_its_time_is_over(merchant: Merchant, shop: Shop) -> None:
    merchant.charge()

    merchant.advance(15 * 60 - 5)
    before = merchant.status()["transaction_status"]
    merchant.advance(6)

    assert before == "pending"
    shop.wait_for_statuses("pending", "expire")
    assert merchant.status()["transaction_status"] == "expire"


def test_the_expiry_batch_may_lag(merchant: Merchant) -> None:
    merchant.settings(expiry_lag_seconds=60)
    merchant.charge()
    merchant.advance(15 * 60 + 30)

    waiting = merchant.status()["transaction_status"]
    refused = merchant.call("POST", "/simulator/transactions/A-1/pay", {})
    merchant.advance(31)

    assert waiting == "pending"
    assert (refused.status_code, refused.json()) == (409, {"error": "its time is over"})
    assert merchant.status()["transaction_status"] == "expire"


def test_waits_are_scaled_and_the_told_deadline_is_not(merchant: Merchant, shop: Shop) -> None:
    merchant.control("PUT", "/clock", {"scale": 0.0001})

    answer = merchant.charge()

    shop.wait_for_statuses("pending", "expire")
    assert answer["expiry_time"] > answer["transaction_time"]


@pytest.mark.parametrize("ending", ["expire", "cancel", "deny"])
def test_money_can_come_late_when_asked_for(merchant: Merchant, shop: Shop, ending: str) -> None:
    merchant.charge()
    merchant.control("POST", f"/transactions/A-1/{ending}")
    refused = merchant.call("POST", "/simulator/transactions/A-1/pay", {})

    merchant.pay("A-1", late=True)

    assert refused.status_code == 409
    shop.wait_for_statuses("pending", ending, "settlement")
    assert merchant.book()["total_settled"] == 47_500


def test_nobody_pays_twice(merchant: Merchant) -> None:
    merchant.charge()
    merchant.pay()

    again = merchant.call("POST", "/simulator/transactions/A-1/pay", {"late": True})

    assert again.status_code == 409
    assert merchant.book()["total_settled"] == 47_500


def test_a_payment_may_go_unannounced(merchant: Merchant, shop: Shop) -> None:
    merchant.charge()

    merchant.pay("A-1", notify=False)
    merchant.charge("A-2")

    assert merchant.status()["transaction_status"] == "settlement"
    shop.wait_for_statuses("pending", "pending")


def test_a_failed_attempt_in_the_wallet_leaves_the_code_open_and_posts_nothing(merchant: Merchant, shop: Shop) -> None:
    merchant.charge()

    merchant.control("POST", "/transactions/A-1/fail")
    merchant.pay()

    shop.wait_for_statuses("pending", "settlement")
    failed = merchant.call("POST", "/simulator/transactions/A-1/fail", {})
    assert failed.status_code == 409


def test_a_denial_is_posted_under_202(merchant: Merchant, shop: Shop) -> None:
    merchant.charge("A-1", 47_500, **ECHO)

    merchant.control("POST", "/transactions/A-1/deny")

    posted = shop.wait_for_statuses("pending", "deny")[1].body
    shapes.assert_made_of(posted, shapes.STATEMENT)
    assert (posted["status_code"], posted["fraud_status"]) == ("202", "deny")
    assert merchant.status()["status_code"] == "202"


def test_a_bank_may_take_a_payment_back_within_minutes(merchant: Merchant, shop: Shop) -> None:
    merchant.charge()
    merchant.pay()

    merchant.control("POST", "/transactions/A-1/deny", {"reversal": True})

    shop.wait_for_statuses("pending", "settlement", "deny")
    assert merchant.book()["total_settled"] == 0


def test_a_chargeback_takes_a_part_and_then_the_rest(merchant: Merchant, shop: Shop) -> None:
    merchant.charge()
    merchant.pay()

    part = merchant.control("POST", "/transactions/A-1/chargeback", {"amount": 7_500})
    rest = merchant.control("POST", "/transactions/A-1/chargeback")
    again = merchant.call("POST", "/simulator/transactions/A-1/chargeback", {})

    assert (part["status"], rest["status"], again.status_code) == ("partial_chargeback", "chargeback", 409)
    shop.wait_for_statuses("pending", "settlement", "partial_chargeback", "chargeback")
    assert merchant.book()["total_charged_back"] == 47_500


def test_the_partner_status_call_lists_the_transaction(merchant: Merchant) -> None:
    merchant.charge()

    answer = merchant.call("GET", "/v2/A-1/status/b2b").json()

    assert answer["status_code"] == "200"
    assert [each["order_id"] for each in answer["transactions"]] == ["A-1"]
